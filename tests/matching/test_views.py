"""The pages of matching, as a browser without scripts sees them."""

import re
from datetime import timedelta

import pytest

from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager, an_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.matching import a_reckoned_run, an_asked_run
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.tables import ListQuery
from vouchers.evaluation.queries.assignments import list_assignments
from vouchers.matching import jobs
from vouchers.matching.actions.giving import confirm_run
from vouchers.matching.actions.wishing import answer_bid
from vouchers.matching.queries.runs import find_wish, get_run, list_pairs, list_runs, map_bids
from vouchers.matching.states import BidAnswer, RunState
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


@pytest.fixture
def desk(client):
    return signed_in(client, a_manager())


def test_a_manager_asks_waits_looks_pins_and_confirms(desk):
    application = an_eligible_application()
    experts = [an_expert() for _number in range(4)]
    call = in2().call()
    page = desk.get(f"/matching/calls/{call.id}?region=BE-WAL").text
    assert "Nothing is assigned before you confirm" in page
    bad = desk.post(f"/matching/calls/{call.id}?region=BE-WAL", data={"each": "0", "most": "many"})
    assert bad.status_code == 422
    assert 'value="many"' in bad.text
    answer = desk.post(f"/matching/calls/{call.id}?region=BE-WAL", data={})
    run = list_runs(call.id, "BE-WAL")[0]
    assert answer.location.endswith(f"/matching/runs/{run.id}")
    waiting = desk.get(answer.location)
    assert waiting.headers["Refresh"] == "5"
    assert "Step 0 of 4" in waiting.text
    again = desk.post(f"/matching/calls/{call.id}?region=BE-WAL", data={})
    assert again.status_code == 422
    assert "asked for this before you" in again.text

    jobs.propose(run.id, at=AT)
    assert "Refresh" not in desk.get(answer.location).headers
    preview = desk.get(answer.location).text
    for words in ("Always the next best pair", "this is proven", application.reference, "Pin", "Fares worst"):
        assert words in preview
    wish = {"application_id": application.id, "expert_id": experts[0].id, "wish": "pin"}
    assert desk.post(f"/matching/runs/{run.id}/wish", data=wish).status_code == 303
    assert "is pinned to" in desk.get(answer.location).text
    assert find_wish(application.id, experts[0].id) is not None
    for wrong in ({**wish, "expert_id": "x"}, {**wish, "application_id": str(10**17)}):
        assert desk.post(f"/matching/runs/{run.id}/wish", data=wrong).status_code == 404

    confirm = desk.get(f"/matching/runs/{run.id}/confirm").text
    assert "have changed since this was reckoned" in confirm
    assert "The pair that fits least" in confirm
    for name in {pair.expert.user.name for pair in list_pairs(run, ListQuery(), regions=["BE-WAL"]).items}:
        assert name in confirm
    assert desk.post(f"/matching/runs/{run.id}/confirm", data={"days": "0"}).status_code == 422
    assert desk.post(f"/matching/runs/{run.id}/confirm", data={"days": "10"}).status_code == 303
    assert "are being assigned" in desk.get(answer.location).text
    jobs.give(run.id, at=AT)
    assert "Assigned" in desk.get(answer.location).text
    given = list_assignments(application.id)
    assert len(given) == application.instrument.plan.experts_per_application
    assert {one.due_at for one in given} == {AT + timedelta(days=10)}


def test_what_cannot_be_done_is_told_in_sentences(desk):
    application = an_eligible_application()
    run = a_reckoned_run()
    assert "Nobody in the register of experts" in desk.get(f"/matching/runs/{run.id}").text
    an_expert()
    run = a_reckoned_run(each=3)
    page = desk.get(f"/matching/runs/{run.id}").text
    assert f"{application.reference} has only 1 expert who is free of conflict and has time; you asked for 3." in page
    assert desk.post(f"/matching/runs/{run.id}/discard").status_code == 303
    assert "Discarded" in desk.get(f"/matching/calls/{run.call_id}?region=BE-WAL").text


def test_a_run_is_cancelled_from_its_page(desk):
    an_eligible_application()
    run = an_asked_run()
    assert desk.post(f"/matching/runs/{run.id}/cancel").status_code == 303
    assert get_run(run.id).state == RunState.CANCELLED
    assert "Cancelled" in desk.get(f"/matching/runs/{run.id}").text


def test_the_preview_asks_the_database_as_often_for_many_pairs_as_for_few(desk):
    counts = []
    for number in (2, 6):
        for _more in range(number):
            an_expert()
            an_eligible_application()
        run = a_reckoned_run(each=2)
        desk.get(f"/matching/runs/{run.id}")
        counts.append(queries_of(lambda run=run: desk.get(f"/matching/runs/{run.id}")))
    assert counts[0] == counts[1]


def test_the_preview_tells_how_the_choice_is_spread_and_which_pair_earned_the_bonus(desk):
    an_eligible_application()
    for region in ("UK-SCT", "UK-SCT", "NL-NB", ""):
        an_expert(region=region)
    run = a_reckoned_run(each=3)
    page = desk.get(f"/matching/runs/{run.id}").text
    assert shares(page) == {
        "North Brabant": [1, 1, 1],
        "Not stated": [1, 1, 1],
        "Scotland": [2, 1, 1],
        "New": [4, 3, 3],
        "Has marked another call": [0, 0, 0],
    }
    assert "Most places of one chosen expert: 1. Fewest: 1." in page
    assert page.count("Brings a spread of regions or of experience: 2 points more in the total.") == 3


def test_the_preview_tells_also_what_forbids_nothing(desk):
    application, expert = an_eligible_application(), an_expert()
    shown = "The expert was given another application of this organisation."
    assert shown not in desk.get(f"/matching/runs/{a_reckoned_run(each=1).id}").text
    owner, same = owner_of(application), application.organisation
    an_assignment(an_eligible_application("INS", owner=owner, organisation=same), expert)
    assert shown in desk.get(f"/matching/runs/{a_reckoned_run(each=1).id}").text


def shares(page):
    """Row of the tables of the spread -> experts in the pool, chosen, places."""
    part = page[page.index("Who marks how many") : page.index("Most places of one")]
    rows = re.findall(r"<tr class=\"govuk-table__row\">(.*?)</tr>", part, re.DOTALL)
    texts = [[re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]
    return {name: [int(one) for one in counts] for name, *counts in texts if counts[0].isdigit()}


def test_a_manager_sees_the_pairs_of_the_own_region_alone(client):
    from vouchers.matching.actions.reckoning import Terms, ask_run

    here, there = an_eligible_application(region="BE-WAL"), an_eligible_application(region="NL-NB")
    for _number in range(3):
        an_expert()
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences")
    run = ask_run(in2().call(), None, Terms(), by=coordinator, at=AT)
    jobs.propose(run.id, at=AT)
    page = signed_in(client, a_manager()).get(f"/matching/runs/{run.id}").text
    assert here.reference in page
    assert f">{there.reference}<" not in page
    assert "Still to be confirmed in: North Brabant, Wallonia." in page
    confirm_run(get_run(run.id), AT + timedelta(days=9), by=a_manager(), at=AT)
    jobs.give(run.id, at=AT)
    page = client.get(f"/matching/runs/{run.id}").text
    assert "Still to be confirmed in: North Brabant." in page
    assert "Confirm and assign" not in page
    whole = signed_in(client, coordinator).get(f"/matching/runs/{run.id}").text
    assert here.reference in whole
    assert there.reference in whole


def test_an_expert_answers_by_title_and_never_sees_what_a_conflict_forbids(client):
    application, own = an_eligible_application(), an_eligible_application(region="NL-NB")
    expert = an_expert(region="NL-NB")
    browser = signed_in(client, expert.user)
    call = in2().call()
    assert browser.get("/matching/bids").location.endswith(f"/matching/calls/{call.id}/bids")
    path = f"/matching/calls/{call.id}/bids"
    page = browser.get(path).text
    assert application.reference in page
    assert application.title in page
    assert application.organisation.name not in page
    assert own.reference not in page
    bad = browser.post(path, data={f"answer-{application.id}": "perhaps"})
    assert bad.status_code == 422
    assert browser.post(path, data={f"answer-{application.id}": "yes", f"answer-{own.id}": "yes"}).status_code == 303
    assert set(map_bids(expert.id, [application.id, own.id])) == {application.id}
    answer_bid(application, expert, BidAnswer.CONFLICT, by=expert.user, at=AT)
    assert f'name="answer-{application.id}"' not in browser.get(path).text
    assert signed_in(client, a_manager()).get(path).status_code == 403


def test_the_proposals_of_all_calls_stand_on_one_page_for_those_whom_they_concern(desk, client):
    an_eligible_application()
    for _number in range(3):
        an_expert()
    waiting, elsewhere = a_reckoned_run(), a_reckoned_run("NL-NB", each=9)
    page = desk.get("/matching/runs").text
    assert f"/matching/runs/{waiting.id}" in page
    assert f"/matching/runs/{elsewhere.id}" not in page
    assert f"/matching/runs/{waiting.id}" in desk.get("/matching/runs?state=waiting").text
    assert f"/matching/runs/{waiting.id}" not in desk.get("/matching/runs?state=confirmed").text
    assert "/matching/runs?state=waiting" in desk.get("/desk").text

    coordinator = signed_in(client.application.test_client(), a_member_of_staff(Role.COORDINATOR, at=AT))
    both = coordinator.get("/matching/runs").text
    assert all(f"/matching/runs/{one.id}" in both for one in (waiting, elsewhere))
    assert client.application.test_client().get("/matching/runs").status_code == 302
