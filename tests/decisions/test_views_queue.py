"""The pages of a queue and of a round."""

import re

import pytest

from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import signed_in
from tests.decisions.test_actions_queueing import AT, UNCLEAR, first_come, submitted, walked
from vouchers.core.errors import RuleBroken
from vouchers.decisions.actions.deciding import award_decision
from vouchers.evaluation.actions.checks import find_eligible


@pytest.fixture(autouse=True)
def _clock(app, clock):
    clock.stop(AT)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def queue_of(application, **more):
    return f"/decisions/calls/{application.call_id}/queue?region=BE-WAL" + "".join(f"&{k}={v}" for k, v in more.items())


def test_queue_says_who_waits_and_why(app, client):
    first_come(1000)
    unclear, *rest = [*submitted(1, answers=UNCLEAR), *submitted(3)]
    walked([unclear, *rest])
    page = signed_in(client, a_manager()).get(queue_of(unclear))
    text = words(page)
    assert page.status_code == 200
    assert "Keeps its place and its money" in text
    assert "above 50 million" in text
    assert f"/evaluation/applications/{unclear.id}/check" in page.text
    assert "Whether the money reaches it depends on those ahead" in text
    assert rest[0].reference not in text  # awarded: it waits no more
    assert text.index(unclear.reference) < text.index(rest[1].reference)
    assert "Money left €500" in text


def test_queue_narrows_by_what_the_money_means(app, client):
    first_come(500)
    found = submitted(3)
    walked(found)
    desk = signed_in(client, a_manager())
    assert found[1].reference in desk.get(queue_of(found[0], verdict="beyond")).text
    assert "Nobody waits in this queue" in desk.get(queue_of(found[0], verdict="keeps")).text


def test_queue_asks_the_database_as_often_for_many_as_for_few(app, client):
    first_come(500)
    found = submitted(2)
    walked(found)
    desk = signed_in(client, a_manager())
    desk.get(queue_of(found[0]))
    few = queries_of(lambda: desk.get(queue_of(found[0])))
    walked([*found, *submitted(4)])
    assert queries_of(lambda: desk.get(queue_of(found[0]))) <= few


def test_queue_and_ranking_lead_to_one_another(app, client):
    first_come(500)
    (application,) = submitted(1)
    desk = signed_in(client, a_manager())
    answer = desk.get(f"/decisions/calls/{application.call_id}?region=BE-WAL")
    assert answer.status_code == 303
    assert "/queue?region=BE-WAL" in answer.location


def test_queue_of_a_ranking_is_the_ranking(app, client):
    in2()
    (application,) = submitted(1)
    answer = signed_in(client, a_manager()).get(queue_of(application))
    assert answer.status_code == 303
    assert "queue" not in answer.location


def test_queue_of_another_region_is_not_shown(app, client):
    first_come(500)
    (application,) = submitted(1)
    assert signed_in(client, a_manager("NL-GE")).get(queue_of(application)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "You are number 1 in the queue. The money that is left is enough for those before you and you."),
        (1, "reaches you only if others before you do not need all of theirs"),
        (2, "You are number 3 in the queue. The money has ended before your place."),
    ],
)
def test_the_applicant_reads_the_place_in_plain_words(app, client, number, sentence):
    first_come(500)
    found = [*submitted(1, answers=UNCLEAR), *submitted(2)]
    walked(found)
    if number == 2:
        find_eligible_and_walk(found)
    page = signed_in(client, owner_of(found[number])).get(f"/decisions/applications/{found[number].id}")
    if number == 2:  # the first one has its money now, so the last one has moved up
        sentence = sentence.replace("number 3", "number 2")
    assert sentence in words(page)


def find_eligible_and_walk(found):
    from vouchers.evaluation.rules.findings import Verdict

    find_eligible(found[0], {"sme": Verdict("met", "Other figures.")}, by=a_manager(), at=AT)
    walked(found)


def test_the_applicants_own_page_leads_to_the_place(app, client):
    first_come(500)
    (application,) = submitted(1)
    page = signed_in(client, owner_of(application)).get(f"/applications/{application.id}")
    assert f"/decisions/applications/{application.id}" in page.text


# Rounds --------------------------------------------------------------------------------------------------------------

ROUNDS = "allocation: ranking\n    cut_offs: [2026-10-20 17:00, {closes}]"


def in_rounds(euros=100_000):
    """2026-1 in two rounds; the first ends on 20 October."""
    head, code, body = re.split(r"(code: [\"']?2026-1[\"']?\n)", IN2_FILE.read_text(encoding="utf-8"))
    closes = re.search(r"closes: (.+)", body)[1].strip()
    body = body.replace("allocation: ranking", ROUNDS.format(closes=closes), 1)
    body = body.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    body = body.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    return a_programme(head + code + body)


def test_ranking_is_made_for_each_round_and_money_left_passes_on(app, client, clock):
    in_rounds(700)
    (early,) = submitted(1)
    later_at = during_call().replace(month=11, day=2)
    (late,) = submitted(1, at=later_at)
    manager = a_manager()
    find_eligible(early, {}, by=manager, at=AT)
    find_eligible(late, {}, by=manager, at=later_at)

    with pytest.raises(RuleBroken, match="This round takes applications until 20 October 2026, 17:00"):
        award_decision(early, None, by=manager, at=AT)

    clock.stop(later_at)
    desk = signed_in(client, manager)
    address = f"/decisions/calls/{early.call_id}?region=BE-WAL&instrument=MG"
    first, second = desk.get(address + "&round=1"), desk.get(address + "&round=2")
    assert [one.reference in first.text for one in (early, late)] == [True, False]
    assert [one.reference in second.text for one in (early, late)] == [False, True]
    assert "Round 1, until" in words(first)
    assert early.reference in desk.get(address).text  # the last round that is over

    award_decision(early, None, by=manager, at=later_at)
    after = during_call().replace(year=2027, month=4, day=20)
    with pytest.raises(RuleBroken, match=r"Only EUR 200\.00 are left"):
        award_decision(late, None, by=manager, at=after)


def test_a_later_round_waits_for_the_earlier_one_or_for_a_reason(app):
    in_rounds()
    (early,) = submitted(1)
    (late,) = submitted(1, at=during_call().replace(month=11, day=2))
    manager, after = a_manager(), during_call().replace(year=2027, month=4, day=20)
    find_eligible(late, {}, by=manager, at=after)
    with pytest.raises(RuleBroken, match=f"{early.reference} of an earlier round wait"):
        award_decision(late, None, by=manager, at=after)
    assert award_decision(late, None, "The earlier one waits for a court.", by=manager, at=after).rank == 1
