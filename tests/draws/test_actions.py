"""The steps of a draw, from the frozen pool to the result, and what is refused on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.draws import NUMBERS, a_source, an_announced_draw
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import a_member_of_staff
from vouchers.applications.actions.recusing import lift_recusal, recuse
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.draws import actions, secrets
from vouchers.draws.lifecycle import DRAW
from vouchers.draws.queries import get_draw
from vouchers.draws.rules.lots import keystring
from vouchers.draws.rules.sources import as_numbers
from vouchers.users.states import Role

AFTER = during_call().replace(year=2027, month=4, day=2)
LATER = AFTER + timedelta(days=2)
NAMED = """
    draw: {source: Lotto, source_url: "https://lotto.example", numbers: 6 of 45, held_at: 2027-04-03 20:00}
    two_persons: yes
    survey_months: [6, 12]"""


def a_lottery(settings="", euros=100_000):
    text = IN2_FILE.read_text(encoding="utf-8").replace(
        "{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}"
    )
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    before, code, rest = text.partition('code: "2026-1"')
    return a_programme(before + code + rest.replace("    allocation: ranking", f"    allocation: lottery{settings}", 1))


@pytest.fixture
def contest(app):
    a_lottery()
    found = [an_eligible_application("MG") for _ in range(3)]
    return get_contest_of(found[0])


@pytest.fixture
def named_contest(app):
    a_lottery(NAMED)
    return get_contest_of(an_eligible_application("MG"))


def a_second_manager():
    return a_member_of_staff(Role.CLUSTER_MANAGER, at=AFTER, email="second@office.example")


def record_of(draw):
    found = select(AuditEvent.tag, AuditDetail.body).join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
    return db.session.execute(found.where(AuditEvent.subject_kind == "draw").order_by(AuditEvent.id)).all()


def test_freezing_announces_the_source_that_the_call_names_with_a_commitment(named_contest):
    draw = get_draw(freeze_pool(named_contest, by=a_manager(), at=AFTER).id)
    assert draw.state == "announced"
    assert (str(draw.source_text), draw.expected) == ("Lotto", [[6, 45]])
    secret = secrets.reveal(draw.sealed_secret, draw.commitment)
    told = str(record_of(draw))
    assert draw.commitment in told
    assert secret not in told
    assert draw.sealed_secret not in told


def test_who_has_stepped_back_from_one_of_the_pool_takes_no_step_of_its_draw(contest):
    manager, other = a_manager(), a_second_manager()
    application = get_application(contest.places[0].entry.key)
    recusal = recuse(application, "My sister works there.", by=manager, at=AFTER)
    draw = freeze_pool(contest, by=other, at=AFTER)
    steps = [
        lambda: actions.announce_draw(draw, a_source(AFTER + timedelta(days=1)), by=person, at=AFTER),
        lambda: actions.enter_numbers(draw, NUMBERS, by=person, at=LATER),
        lambda: actions.correct_numbers(draw, "1 2 3 4 5 6", "Typed wrong.", by=person, at=LATER),
        lambda: actions.run_draw(draw, by=person, at=LATER),
    ]
    for step in steps:
        person = manager
        with pytest.raises(NotPermitted, match=f"{application.reference}: You have stepped back"):
            step()
        person = other
        step()
    assert get_draw(draw.id).state == "drawn"
    assert DRAW.freeze.allowed(manager, draw) is not None
    lift_recusal(recusal, "She has left.", by=other, at=LATER)
    assert DRAW.freeze.allowed(manager, draw) is None


def test_a_pool_is_frozen_by_somebody_who_has_stepped_back_from_nobody_in_it(contest):
    manager = a_manager()
    recuse(get_application(contest.places[0].entry.key), "My sister works there.", by=manager, at=AFTER)
    with pytest.raises(NotPermitted, match="You have stepped back"):
        freeze_pool(contest, by=manager, at=AFTER)


def test_a_source_that_may_have_drawn_before_the_freezing_is_not_announced(named_contest):
    manager = a_manager()
    draw = freeze_pool(named_contest, by=manager, at=LATER)
    assert draw.state == "frozen"
    with pytest.raises(RuleBroken, match="may be known already"):
        actions.announce_draw(draw, actions.named_by(draw.call), by=manager, at=LATER)
    actions.announce_draw(draw, a_source(LATER + timedelta(days=7)), by=manager, at=LATER)
    assert get_draw(draw.id).state == "announced"


def test_a_draw_is_not_started_before_its_pool_is_frozen_or_its_source_has_drawn(contest):
    manager = a_manager()
    draw = freeze_pool(contest, by=manager, at=AFTER)
    with pytest.raises(WrongState):
        actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    with pytest.raises(WrongState):
        actions.run_draw(draw, by=manager, at=LATER)
    actions.announce_draw(draw, a_source(LATER), by=manager, at=AFTER)
    with pytest.raises(RuleBroken, match="Enter its numbers after that"):
        actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER - timedelta(seconds=1))


def test_numbers_are_corrected_once_and_both_are_kept(contest):
    manager = a_manager()
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="same numbers"):
        actions.correct_numbers(draw, "4 8 15 16 23 41", "?", by=manager, at=LATER)
    actions.correct_numbers(draw, NUMBERS, "A slip of the finger.", by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="only once"):
        actions.correct_numbers(draw, "1 2 3 4 5 6", "Again", by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    draw = get_draw(draw.id)
    assert draw.typed == [["4", "8", "15", "16", "23", "41"]]
    assert draw.keystring == keystring(as_numbers([NUMBERS.split()]), draw.secret)
    assert (draw.sealed_secret, secrets.commitment_to(draw.secret)) == (None, draw.commitment)


def test_a_result_from_wrong_numbers_goes_unless_somebody_is_decided_by_it(contest):
    manager = a_manager()
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    actions.correct_numbers(draw, NUMBERS, "A slip.", by=manager, at=LATER)
    assert (get_draw(draw.id).state, get_draw(draw.id).result) == ("numbered", None)
    actions.run_draw(draw, by=manager, at=LATER)
    assert sorted(get_draw(draw.id).result) == get_draw(draw.id).references


def test_what_was_awarded_by_a_draw_is_not_drawn_again(contest):
    manager = a_manager()
    draw = an_announced_draw(contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    actions.run_draw(draw, by=manager, at=LATER)
    fresh = get_contest_of_first(contest, get_draw(draw.id).result[0])
    award_decision(fresh, None, by=manager, at=LATER)
    with pytest.raises(RuleBroken, match="decided already"):
        actions.correct_numbers(draw, "1 2 3 4 5 6", "A slip.", by=manager, at=LATER)


def get_contest_of_first(contest, reference):
    from vouchers.applications.models import Application

    return db.session.scalars(select(Application).where(Application.reference == reference)).one()


def test_two_persons_hold_a_draw_where_the_call_asks_for_them(named_contest):
    manager, second = a_manager(), a_second_manager()
    draw = freeze_pool(named_contest, by=manager, at=AFTER)
    actions.enter_numbers(draw, "4 8 15 16 23 41", by=manager, at=LATER)
    actions.correct_numbers(draw, NUMBERS, "A slip.", by=second, at=LATER)
    for person in (manager, second):
        with pytest.raises(RuleBroken, match="a second person"):
            actions.run_draw(draw, by=person, at=LATER)
    third = a_member_of_staff(Role.CLUSTER_MANAGER, at=AFTER, email="third@office.example")
    actions.run_draw(draw, by=third, at=LATER)
    assert get_draw(draw.id).run_by_id == third.id


def test_every_step_is_the_managers_of_the_region(contest):
    manager, stranger = a_manager(), a_manager("NL-GE")
    draw = freeze_pool(contest, by=manager, at=AFTER)
    with pytest.raises(NotPermitted):
        actions.announce_draw(draw, a_source(LATER), by=stranger, at=AFTER)
    actions.announce_draw(draw, a_source(LATER), by=manager, at=AFTER)
    with pytest.raises(NotPermitted):
        actions.enter_numbers(draw, NUMBERS, by=stranger, at=LATER)
    actions.enter_numbers(draw, NUMBERS, by=manager, at=LATER)
    with pytest.raises(NotPermitted):
        actions.correct_numbers(draw, NUMBERS, "?", by=stranger, at=LATER)
    with pytest.raises(NotPermitted):
        actions.run_draw(draw, by=stranger, at=LATER)
