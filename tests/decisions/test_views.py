"""The pages of decisions, as a browser without scripts sees them."""

import re
from types import SimpleNamespace

import pytest
from flask import render_template

from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_marked_assignment,
    an_accepted_assignment,
    an_awarded_application,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.money import EUR
from vouchers.decisions.queries import contests as queries
from vouchers.users.states import Role

AT = during_call()
WEAK = {"novelty": "2", "benefit": "4", "partnership": "4"}
BETTER = {"novelty": "5", "benefit": "5", "partnership": "5"}
FAIR = {"novelty": "4", "benefit": "4", "partnership": "4"}


@pytest.fixture(autouse=True)
def _clock(app, clock):
    clock.stop(AT)


@pytest.fixture
def office(app):
    return in2()


@pytest.fixture
def desk(office, client):
    """A browser in which the manager of Wallonia is signed in."""
    return signed_in(client, a_manager())


def with_money(euros, policy="strict_stop"):
    text = IN2_FILE.read_text(encoding="utf-8").replace("cut_policy: strict_stop", f"cut_policy: {policy}")
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    return a_programme(text)


def ranking(application):
    return f"/decisions/calls/{application.call_id}?region=BE-WAL"


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_calls_lists_regions_with_counts_and_money(desk):
    an_awarded_application()
    an_evaluated_application()
    an_eligible_application("MG")
    an_eligible_application("COL", "NL-NB")
    page = words(desk.get("/decisions/"))
    assert "Wallonia 0 2 1 0 0 €93,000" in page
    assert "North Brabant" not in page


def test_calls_shows_a_coordinator_every_region(office, client):
    an_eligible_application("COL", "NL-NB")
    an_eligible_application("COL", "BE-WAL")
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences", at=AT)
    page = words(signed_in(client, coordinator).get("/decisions/"))
    assert "North Brabant 1 0" in page
    assert "Wallonia 1 0" in page


def test_ranking_draws_the_cut_and_marks_thresholds_and_ties(app, client):
    with_money(13_000)
    best = an_evaluated_application(marks=BETTER)
    tied = [an_evaluated_application() for _number in range(2)]
    weak = an_evaluated_application(marks=WEAK)
    under_way = an_eligible_application()
    browser = signed_in(client, a_manager())
    page = browser.get(ranking(best))
    assert page.status_code == 200
    text = words(page)
    order = [text.index(one.reference) for one in (best, *tied, weak)]
    assert order == sorted(order)
    assert under_way.reference not in text
    assert (
        text.index(best.reference)
        < text.index("The money ends here: €6,000.00 are left")
        < text.index(tied[0].reference)
    )
    assert text.count("Tied at the cut") == 3  # two rows and the filter
    assert "Below a threshold" in text
    assert "2 Below" in text


def test_ranking_pages_through_and_filters(desk):
    applications = [an_evaluated_application() for _number in range(3)]
    first = desk.get(ranking(applications[0]) + "&per_page=2").text
    second = desk.get(ranking(applications[0]) + "&per_page=2&page=2").text
    shown = [sum(one.reference in page for one in applications) for page in (first, second)]
    assert shown == [2, 1]
    assert "region=BE-WAL" in second
    assert "Nobody has a place here" in desk.get(ranking(applications[0]) + "&standing=below").text


def test_ranking_of_an_instrument_without_experts_is_by_submission(desk):
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    marked = an_evaluated_application()
    page = words(desk.get(ranking(first) + "&instrument=MG"))
    assert page.index(first.reference) < page.index(second.reference)
    assert marked.reference not in page
    assert "decided without experts" in page


def test_ranking_keeps_its_count_of_queries(desk):
    path = ranking(an_evaluated_application())
    few = queries_of(lambda: desk.get(path))
    for _number in range(4):
        an_evaluated_application()
    assert queries_of(lambda: desk.get(path)) == few
    assert few <= 14


def test_ranking_is_closed_to_others(office, client):
    application = an_evaluated_application()
    for person in (a_manager("NL-NB"), an_applicant(at=AT), an_expert(at=AT).user):
        assert signed_in(client, person).get(ranking(application)).status_code == 403
    browser = signed_in(client, a_manager())
    assert browser.get(f"/decisions/calls/{application.call_id}?region=XX").status_code == 404
    assert browser.get("/decisions/calls/999999").status_code == 404
    assert browser.get(ranking(application) + "&instrument=XX").status_code == 404
    assert browser.get(f"/decisions/calls/{application.call_id}").status_code == 200


def test_an_auditor_reads_the_ranking_and_is_offered_nothing(office, client):
    application = an_evaluated_application()
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, "in2lifesciences", at=AT))
    page = auditor.get(ranking(application))
    assert page.status_code == 200
    assert 'name="picked"' not in page.text
    path = f"/decisions/calls/{application.call_id}/decide?region=BE-WAL"
    assert auditor.post(path, data={"action": "award", "picked": application.id}).status_code == 403


# One decision --------------------------------------------------------------------------------------------------------


def test_award_offers_what_was_asked_for_and_awards_once(desk):
    application = an_evaluated_application(amount="4000")
    path = f"/decisions/applications/{application.id}/award"
    assert 'value="4000"' in desk.get(path).text
    assert desk.post(path, data={"amount": "3.500,50"}).status_code == 303
    assert get_application(application.id).awarded == EUR("3500.50")
    again = desk.post(path, data={"amount": "3500"})
    assert again.status_code == 303
    page = desk.get(again.location).text
    assert "This was done before" in page
    assert "€3,500.50" in page
    assert len(queries.list_decisions(application.id)) == 1


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("", "Enter the amount"),
        ("0", "more than zero"),
        ("x", "Enter an amount"),
        ("4000.01", "At most EUR 4,000.00"),
    ],
)
def test_award_says_what_is_wrong_with_an_amount(desk, amount, sentence):
    application = an_evaluated_application(amount="4000")
    answer = desk.post(f"/decisions/applications/{application.id}/award", data={"amount": amount, "reason": "my words"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "my words" in answer.text
    assert get_application(application.id).state == ApplicationState.EVALUATED


def test_award_says_how_much_is_left(app, client):
    with_money(6_000)
    application = an_evaluated_application()
    browser = signed_in(client, a_manager())
    answer = browser.post(f"/decisions/applications/{application.id}/award", data={"amount": "7000"})
    assert answer.status_code == 422
    assert "Only EUR 6,000.00 are left in Wallonia for this call." in answer.text


def test_award_asks_for_a_reason_to_pass_over_a_better_place(desk):
    better, worse = an_evaluated_application(marks=BETTER), an_evaluated_application()
    path = f"/decisions/applications/{worse.id}/award"
    answer = desk.post(path, data={"amount": "7000"})
    assert answer.status_code == 422
    assert better.reference in answer.text
    assert desk.post(path, data={"amount": "7000", "reason": "It starts sooner."}).status_code == 303
    assert queries.find_decision(worse.id).reason == "It starts sooner."


def test_reserve_and_reject(desk):
    application = an_evaluated_application()
    path = f"/decisions/applications/{application.id}"
    assert "the letter says your reason" in desk.get(f"{path}/reserve").text
    unsaid = desk.post(f"{path}/reserve", data={})
    assert unsaid.status_code == 422
    assert "The money does not end before its place" in unsaid.text
    assert desk.post(f"{path}/reserve", data={"reason": "The board keeps it."}).status_code == 303
    assert get_application(application.id).state == ApplicationState.RESERVED
    assert desk.get(f"{path}/reject").status_code == 200
    assert desk.post(f"{path}/reject", data={"reason": ""}).status_code == 422
    assert desk.post(f"{path}/reject", data={"reason": "The money is spent."}).status_code == 303
    assert desk.post(f"{path}/reject", data={"reason": "The money is spent."}).status_code == 303
    assert desk.post(f"{path}/award", data={"amount": "1"}).status_code == 409


@pytest.mark.parametrize("verb", ["award", "reserve", "reject"])
def test_another_region_may_not_decide(office, client, verb):
    application = an_evaluated_application()
    path = f"/decisions/applications/{application.id}/{verb}"
    finance = a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL", at=AT)
    for person in (a_manager("NL-NB"), finance, owner_of(application)):
        browser = signed_in(client, person)
        assert browser.get(path).status_code == 403
        assert browser.post(path, data={"amount": "1", "reason": "x"}).status_code == 403
    assert get_application(application.id).state == ApplicationState.EVALUATED


# The page of a decision ----------------------------------------------------------------------------------------------


def test_show_gives_the_applicant_the_feedback_without_names(office, client):
    application = an_evaluated_application(marks=WEAK)
    browser = signed_in(client, owner_of(application))
    path = f"/decisions/applications/{application.id}"
    page = browser.get(path)
    assert page.status_code == 200
    assert "not decided yet" in page.text
    assert "Well founded." not in page.text
    a_decision(application, "reject", reason="Not new enough.")
    page = browser.get(path).text
    for said in ("Not new enough.", "Well founded.", "Below 2.5", "You can appeal against this until"):
        assert said in page
    assert not re.search(r"Expert \d", page)
    assert "Rank" not in page


def test_show_gives_staff_the_rank_and_the_buttons(desk):
    application = an_evaluated_application()
    path = f"/decisions/applications/{application.id}"
    page = desk.get(path).text
    assert "Well founded." in page
    for verb in ("award", "reserve", "reject"):
        assert f"{path}/{verb}" in page
    a_decision(application)
    page = desk.get(path).text
    assert f"{path}/award" not in page
    assert "Rank" in page


def test_show_is_closed_to_strangers_and_experts(office, client):
    application = an_eligible_application()
    expert = an_accepted_assignment(application).expert
    for person in (an_applicant(at=AT), a_manager("NL-NB"), expert.user):
        assert signed_in(client, person).get(f"/decisions/applications/{application.id}").status_code == 403


# Many at once --------------------------------------------------------------------------------------------------------


def test_confirm_many_names_the_number_and_the_sum_and_writes_nothing(desk):
    picked = [an_evaluated_application(amount=amount) for amount in ("7000", "4000")]
    path = f"/decisions/calls/{picked[0].call_id}/confirm?region=BE-WAL"
    page = desk.post(path, data={"action": "award", "picked": [one.id for one in picked]})
    assert page.status_code == 200
    assert "2 applications" in page.text
    assert "€11,000.00" in page.text
    assert "for this list. Each is decided by itself" in words(page)
    assert {get_application(one.id).state for one in picked} == {ApplicationState.EVALUATED}
    assert desk.post(path, data={"action": "award"}).status_code == 303
    assert desk.post(path, data={"action": "burn", "picked": picked[0].id}).status_code == 404


def test_the_page_before_foretells_what_each_step_answers(app, client):
    with_money(15_000)
    experts = [an_expert(), an_expert()]
    first, second, third = (
        an_evaluated_application(experts=experts, marks=marks) for marks in (BETTER, BETTER | {"novelty": "4"}, FAIR)
    )
    clean = an_evaluated_application(experts=experts, marks=FAIR, amount="1000")
    browser = signed_in(client, a_manager())
    data = {"action": "award", "picked": [one.id for one in (first, second, third, clean)]}
    path = f"/decisions/calls/{first.call_id}/{{}}?region=BE-WAL"
    before = words(browser.post(path.format("confirm"), data=data))
    assert "Would be refused: 1" in before
    assert before.count("Goes through") == 3
    refusal = "Only EUR 1,000.00 are left in Wallonia for this call."
    assert f"Would be refused {refusal}" in before
    assert {get_application(one.id).state for one in (first, second)} == {ApplicationState.EVALUATED}
    after = words(browser.post(path.format("decide"), data=data))
    assert "3 of 4 done" in after
    assert refusal in after
    again = words(browser.post(path.format("confirm"), data=data | {"picked": [first.id, third.id]}))
    assert "This was done before." in again


def test_decide_many_says_what_came_of_each(app, client):
    with_money(10_000)
    first, second = an_evaluated_application(marks=BETTER), an_evaluated_application()
    foreign = an_evaluated_application("COL", "NL-NB")
    browser = signed_in(client, a_manager())
    path = f"/decisions/calls/{first.call_id}/decide?region=BE-WAL"
    data = {"action": "award", "picked": [second.id, first.id, foreign.id, "x"]}
    page = words(browser.post(path, data=data))
    assert "1 of 2 done" in page
    assert "Awarded: EUR 7,000.00." in page
    assert "Only EUR 3,000.00 are left in Wallonia for this call." in page
    assert get_application(foreign.id).state == ApplicationState.EVALUATED
    again = words(browser.post(path, data=data))
    assert "This was done before." in again
    assert len(queries.list_decisions(first.id)) == 1


def test_decide_many_rejects_only_with_a_reason(desk):
    application = an_evaluated_application()
    path = f"/decisions/calls/{application.call_id}/decide?region=BE-WAL"
    answer = desk.post(path, data={"action": "reject", "picked": application.id})
    assert answer.status_code == 422
    assert "Say why they are not supported" in answer.text
    done = desk.post(path, data={"action": "reject", "picked": application.id, "reason": "Out of scope."})
    assert "1 of 1 done" in words(done)
    assert queries.find_decision(application.id).reason == "Out of scope."


def test_decide_many_asks_why_places_within_the_money_go_to_the_reserve_list(desk):
    application = an_evaluated_application()
    path = f"/decisions/calls/{application.call_id}/decide?region=BE-WAL"
    asked = desk.post(path, data={"action": "reserve", "picked": application.id})
    assert asked.status_code == 422
    assert "Say why they go to the reserve list" in asked.text
    assert f"The money does not end before these places: {application.reference}" in words(asked)
    done = desk.post(path, data={"action": "reserve", "picked": application.id, "reason": "Kept for Insight."})
    assert "1 of 1 done" in words(done)


def test_marks_that_fell_away_show_in_the_ranking(desk):
    application = an_eligible_application()
    a_marked_assignment(application)
    page = words(desk.get(ranking(application)))
    assert application.reference not in page
    assert "On the way 1" in page


@pytest.mark.once
def test_a_letter_names_no_threshold_where_none_is_set(app):
    one = SimpleNamespace(name="What is new", mark="2.75", threshold="0", comments=[])
    other = SimpleNamespace(name="Benefit", mark="2", threshold="2.5", comments=[])
    feedback = SimpleNamespace(total="4.75", total_threshold="0", criteria=[one, other], comments=[])
    with app.test_request_context():
        text = render_template("mail/decisions/_feedback.txt", feedback=feedback)
    assert "What is new: 2.75\n" in text
    assert "Benefit: 2 (at least 2.5 is needed)" in text
    assert "at least 0" not in text
