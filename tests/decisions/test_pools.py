"""Draws by lot: the pool is frozen and hashed before anybody draws, and only those in it are awarded."""

import hashlib
import re

import pytest
from sqlalchemy import func, select

from tests.builders.applications import IN2, a_submitted_application
from tests.builders.draws import a_drawn_pool, a_source, drawn
from tests.builders.evaluation import a_decision, a_manager, an_eligible_application, an_evaluated_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.actions.deciding import award_decision, reject_decision, reserve_decision
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.draws.actions import announce_draw
from vouchers.draws.models import Draw
from vouchers.draws.rules.pool import pool_sha256, pool_text
from vouchers.letters.models import Letter
from vouchers.users.states import Role

AT = during_call()
AFTER = AT.replace(year=2027, month=4, day=2)
WEAK = {"novelty": "2", "benefit": "4", "partnership": "4"}
BETTER = {"novelty": "5", "benefit": "5", "partnership": "5"}


def by_lot(method="lottery", euros=100_000, instruments="[MG, INS, COL]"):
    text = IN2_FILE.read_text(encoding="utf-8").replace("allocation: ranking", f"allocation: {method}")
    if method == "ranking_lottery":  # every instrument of such a call is judged by experts
        text = re.sub(r"instruments: (all|\[.*\])(?=\n    allocation)", "instruments: [INS, COL]", text)
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    return a_programme(text)


def test_pool_text_is_one_reference_on_each_line_in_order():
    assert pool_text(["B-2", "A-1"]) == "A-1\nB-2\n"
    assert pool_sha256(["B-2", "A-1"]) == hashlib.sha256(b"A-1\nB-2\n").hexdigest()


def test_freeze_pool_writes_down_everybody_who_is_eligible(app):
    by_lot()
    found = [an_eligible_application("MG") for _ in range(3)]
    pool = freeze_pool(get_contest_of(found[0]), by=a_manager(), at=AFTER)
    assert pool.references == sorted(one.reference for one in found)
    assert pool.sha256 == pool_sha256(pool.references)
    with pytest.raises(WrongState):
        freeze_pool(get_contest_of(found[0]), by=a_manager(), at=AFTER)
    assert db.session.scalar(select(func.count(Draw.id))) == 1


def test_freeze_pool_waits_for_the_deadline_and_for_every_check(app):
    by_lot()
    eligible = an_eligible_application("MG")
    with pytest.raises(RuleBroken, match="the pool is frozen after that"):
        freeze_pool(get_contest_of(eligible), by=a_manager(), at=AT)
    a_submitted_application("MG")
    with pytest.raises(RuleBroken, match="1 application is not checked"):
        freeze_pool(get_contest_of(eligible), by=a_manager(), at=AFTER)
    assert db.session.scalar(select(func.count(Draw.id))) == 0


def test_freeze_pool_is_the_managers(app):
    by_lot()
    eligible = an_eligible_application("MG")
    with pytest.raises(NotPermitted):
        freeze_pool(get_contest_of(eligible), by=a_manager("NL-GE"), at=AFTER)


def test_awards_by_lot_follow_the_drawn_order_as_far_as_the_money_reaches(app):
    by_lot(euros=1_000)
    found = {one.reference: one for one in (an_eligible_application("MG") for _ in range(4))}  # EUR 500 each
    manager, some = a_manager(), next(iter(found.values()))
    with pytest.raises(RuleBroken, match="Freeze the pool first"):
        award_decision(some, None, "Drawn", by=manager, at=AFTER)
    draw = freeze_pool(get_contest_of(some), by=manager, at=AFTER)
    for decide in (award_decision, reject_decision):
        with pytest.raises(RuleBroken, match="The lots are not drawn yet"):
            decide(some, None if decide is award_decision else "No", by=manager, at=AFTER)
    draw = drawn(draw, by=manager, at=AFTER)
    first, second, third, fourth = (found[reference] for reference in draw.result)

    with pytest.raises(
        RuleBroken, match=f"{first.reference} was drawn before and the money reaches it: award it, or reject it"
    ):
        award_decision(second, None, "I know better", by=manager, at=AFTER)
    with pytest.raises(RuleBroken, match="was drawn before"):
        award_decision(fourth, None, by=manager, at=AFTER)
    award_decision(first, None, by=manager, at=AFTER)
    assert award_decision(second, None, by=manager, at=AFTER).reason == ""
    with pytest.raises(RuleBroken, match="The money ends before this place of the draw"):
        award_decision(third, None, by=manager, at=AFTER)
    assert reserve_decision(third, by=manager, at=AFTER).id
    assert reject_decision(fourth, "", by=manager, at=AFTER).id

    letter = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/reject")).first()
    assert "drawn at place 4 of 4" in letter.body
    assert f"/draws/{draw.id}" in letter.body


def test_ranking_lottery_draws_only_among_those_tied_at_the_cut(app):
    by_lot("ranking_lottery", euros=14_000)
    best, *tied = [an_evaluated_application(marks=BETTER), an_evaluated_application(), an_evaluated_application()]
    manager = a_manager()
    pool = freeze_pool(get_contest_of(best), by=manager, at=AFTER)
    assert pool.references == sorted(one.reference for one in tied)
    assert award_decision(best, None, by=manager, at=AFTER).rank == 1  # not drawn: it is ahead of the tie
    with pytest.raises(RuleBroken, match="The lots are not drawn yet"):
        award_decision(tied[0], None, by=manager, at=AFTER)
    pool = drawn(pool, by=manager, at=AFTER)
    won, lost = sorted(tied, key=lambda one: pool.result.index(one.reference))
    with pytest.raises(RuleBroken, match="was drawn before"):
        award_decision(lost, None, by=manager, at=AFTER)
    assert award_decision(won, None, by=manager, at=AFTER).rank == 2
    with pytest.raises(RuleBroken, match="The money ends before this place"):
        award_decision(lost, None, by=manager, at=AFTER)


def test_a_pool_from_before_draws_were_held_here_names_its_draw_in_words(app):
    by_lot()
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    manager = a_manager()
    draw = freeze_pool(get_contest_of(first), by=manager, at=AFTER)
    with unit_of_work():
        db.session.get(Draw, draw.id).is_held_elsewhere = True
    with pytest.raises(RuleBroken, match="Say by which draw"):
        award_decision(second, None, by=manager, at=AFTER)
    assert award_decision(second, None, "Drawn first on 2 April", by=manager, at=AFTER).amount
    with pytest.raises(RuleBroken, match="decided already"):
        announce_draw(draw, a_source(AFTER.replace(month=5)), by=manager, at=AFTER)


def test_pool_in_the_browser(app, client, clock):
    by_lot()
    found = an_eligible_application("MG")
    address = f"/decisions/calls/{found.call_id}/pool?region=BE-WAL&instrument=MG"
    clock.stop(AT)
    desk = signed_in(client, a_manager())
    assert "The pool is not frozen yet" in desk.get(address).text
    assert desk.post(address.replace("/pool", "/freeze")).status_code == 422
    clock.stop(AFTER)
    desk = signed_in(client, a_manager())
    for _ in range(2):  # pressed twice
        assert desk.post(address.replace("/pool", "/freeze")).status_code == 303
    page = desk.get(address)
    assert pool_sha256([found.reference]) in page.text
    assert "The public page of this draw" in page.text
    assert "Freeze the pool" not in page.text
    assert "/pool?" in desk.get(f"/decisions/calls/{found.call_id}?region=BE-WAL&instrument=MG").text
    auditor = signed_in(app.test_client(), a_member_of_staff(Role.AUDITOR, at=AT))
    assert auditor.get(address).status_code == 200
    assert auditor.post(address.replace("/pool", "/freeze")).status_code == 403
    assert IN2.call().plan.allocation == "lottery"


@pytest.mark.parametrize(
    ("method", "lot", "ranked"),
    [("ranking", False, True), ("lottery", True, False), ("ranking_lottery", True, True)],
)
def test_the_public_page_says_the_method_of_the_call(app, client, clock, method, lot, ranked):
    clock.stop(AT)
    by_lot(method)
    page = client.get("/calls/in2lifesciences/2026-1").text
    assert ("lot is drawn" in page) is lot
    assert ("Marked applications are ranked" in page) is ranked


def test_the_reserve_list_of_a_lottery_stands_in_the_order_of_the_draw(app, client, clock):
    by_lot()
    application = an_eligible_application("MG")
    a_drawn_pool(get_contest_of(application), by=a_manager(), at=AFTER)
    a_decision(application, "reserve")

    letter = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/reserve")).first()
    page = signed_in(client, a_manager()).get(f"/decisions/applications/{application.id}").text
    for words in (letter.body, page):
        assert "You are on the reserve list. If money becomes free, we write to you." in words
        assert "drawn at place 1 of 1" in words


def test_nobody_is_taken_out_of_a_lottery_before_its_lots_are_drawn(app, client, clock):
    by_lot()
    clock.stop(AT)
    found, weak = an_evaluated_application(), an_evaluated_application(marks=WEAK)
    manager = a_manager()
    for decide in (reserve_decision, reject_decision):
        with pytest.raises(RuleBroken, match="Freeze the pool first: until then everybody who is eligible stays"):
            decide(found, "Too late", by=manager, at=AT)
    desk = signed_in(client, manager)
    page = desk.get(f"/decisions/applications/{found.id}").text
    assert not re.search(rf"/decisions/applications/{found.id}/(award|reserve|reject)", page)
    listed = desk.get(f"/decisions/calls/{found.call_id}?region=BE-WAL").text
    assert "Put the selected on the reserve list" not in listed
    assert "Reject the selected" in listed  # those below a threshold are in no draw
    assert reject_decision(weak, "Below the thresholds", by=manager, at=AT).id

    a_drawn_pool(get_contest_of(found), by=manager, at=AFTER)
    with pytest.raises(RuleBroken, match="say why it goes to the reserve list"):
        reserve_decision(found, by=manager, at=AFTER)
    assert reserve_decision(found, "The board waits for its partner.", by=manager, at=AFTER).id


@pytest.mark.parametrize("instrument", ["MG", "COL"])
def test_the_list_of_a_lottery_speaks_of_no_rank_and_offers_an_award_once_the_lots_are_drawn(client, clock, instrument):
    by_lot()
    clock.stop(AFTER)
    made = an_eligible_application(instrument) if instrument == "MG" else an_evaluated_application()
    manager = a_manager()
    desk = signed_in(client, manager)
    addresses = (
        f"/decisions/calls/{made.call_id}?region=BE-WAL&instrument={instrument}",
        f"/decisions/applications/{made.id}",
    )
    award = f"/decisions/applications/{made.id}/award"

    listed, shown = (desk.get(address).text for address in addresses)
    main = listed[listed.index("<main") :]
    for word in ("Rank", "Within the money", "order of submission", "Equal scores", "Tied", "The money ends"):
        assert word not in main
    assert "lot is drawn among all" in main
    assert "Award the selected" not in main
    assert award not in shown

    draw = freeze_pool(get_contest_of(made), by=manager, at=AFTER)
    assert "Award the selected" not in desk.get(addresses[0]).text
    drawn(draw, by=manager, at=AFTER)
    listed, shown = (desk.get(address).text for address in addresses)
    assert "Award the selected" in listed
    assert "Drawn place" in listed
    assert award in shown
