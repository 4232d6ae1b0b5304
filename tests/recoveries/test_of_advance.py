"""What was paid ahead and no claim settles is claimed back, once, and stays in the budget until it has come."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from tests.builders.advances import a_paid_advance, a_programme_with_advances
from tests.builders.applications import owner_of
from tests.builders.payments import Desk
from tests.builders.recoveries import ORDERED_AT, a_left_over_advance
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.advances.queries import get_advance, list_left_over
from vouchers.advances.states import AdvanceState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger import proof
from vouchers.ledger import queries as books
from vouchers.recoveries import queries
from vouchers.recoveries.actions import collecting, ordering, waiving
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.states import RecoveryCause, RecoveryState, Relief
from vouchers.users.states import Role

ACCOUNTS = ("1200", "1300", "5000", "B130", "B150")


@pytest.fixture
def desk(app, clock):
    clock.stop(ORDERED_AT)
    a_programme_with_advances()
    return Desk()


def standing():
    balance = books.trial_balance()
    return [balance.get(account, 0) for account in ACCOUNTS]


def proposed(desk, advance):
    made = ordering.propose_recovery_of_advance(advance, "The rest was not used.", by=desk.maker, at=ORDERED_AT)
    return queries.get_recovery(made.id)


def ordered(desk, advance):
    recovery = proposed(desk, advance)
    ordering.order_recovery(recovery, by=desk.manager, at=ORDERED_AT)
    return queries.get_recovery(recovery.id)


def test_the_rest_of_an_advance_is_proposed_ordered_and_received(desk):
    advance = a_left_over_advance(desk)
    free = books.trial_balance()["B110"]
    assert standing() == [0, 80000, 120000, 80000, 120000]

    recovery = proposed(desk, advance)

    assert (recovery.cause, recovery.principal, recovery.advance_id) == (RecoveryCause.ADVANCE, EUR("800"), advance.id)
    assert standing() == [0, 80000, 120000, 80000, 120000], "nothing is booked before a second person orders it"

    ordering.order_recovery(recovery, by=desk.manager, at=ORDERED_AT)

    advance, recovery = get_advance(advance.id), queries.get_recovery(recovery.id)
    assert standing() == [80000, 0, 120000, 0, 200000]
    assert (advance.state, advance.is_left_over, list_left_over()) == (AdvanceState.SETTLED, False, [])
    assert {one.fund_id: one.cents for one in recovery.shares} == {
        one.fund_id: one.cents - claimed for one, claimed in zip(advance.shares, claimed_of(advance), strict=True)
    }

    collecting.receive_recovery(recovery, EUR("800"), ORDERED_AT.date(), "STMT-9", by=desk.maker, at=ORDERED_AT)

    assert queries.get_recovery(recovery.id).state == RecoveryState.SETTLED
    assert standing() == [0, 0, 120000, 0, 120000]
    assert books.trial_balance()["B110"] == free + 80000
    assert list(proof.list_faults()) == []


def claimed_of(advance):
    """What the claim took of each fund: all that stands as paid, but for what the recovery made so."""
    paid = books.shares_on_stage(advance.agreement.application.reference, books.Account.PAID)
    back = {one.fund_id: one.cents for one in db.session.query(Recovery).one().shares}
    return [one.amount.cents - back[one.fund_id] for one in paid]


def write(row):
    with unit_of_work():
        db.session.add(row)


def test_the_same_rest_is_claimed_back_once(desk):
    advance = a_left_over_advance(desk)
    recovery = proposed(desk, advance)
    with pytest.raises(RuleBroken, match="claimed back already"):
        proposed(desk, advance)
    again = {one.key: getattr(recovery, one.key) for one in Recovery.__table__.columns if one.key != "id"}
    with pytest.raises(IntegrityError):
        write(Recovery(**again | {"number": "X-R9"}))

    ordering.cancel_recovery(queries.get_recovery(recovery.id), "Not yet.", by=desk.maker, at=ORDERED_AT)

    assert proposed(desk, advance).state == RecoveryState.PROPOSED


def test_an_advance_that_claims_may_still_settle_is_not_claimed_back(desk):
    with pytest.raises(RuleBroken, match="Nothing of this advance is left over"):
        proposed(desk, a_paid_advance(desk))


def test_a_person_does_not_order_what_that_person_proposed(desk):
    recovery = proposed(desk, a_left_over_advance(desk))
    with pytest.raises(NotPermitted):
        ordering.order_recovery(recovery, by=desk.maker, at=ORDERED_AT)
    assert standing() == [0, 80000, 120000, 80000, 120000]


def test_a_waived_rest_stays_paid(desk):
    recovery = ordered(desk, a_left_over_advance(desk))
    waiving.propose_waiver(
        recovery, Relief.WAIVER, "Insolvent.", principal=EUR("800"), interest=EUR("0"), by=desk.maker, at=ORDERED_AT
    )
    waiving.waive_recovery(queries.get_recovery(recovery.id), by=desk.manager, at=ORDERED_AT)
    assert standing() == [0, 0, 120000, 0, 200000]
    assert books.trial_balance()["5900"] == 80000
    assert list(proof.list_faults()) == []


def test_the_page_of_the_advance_leads_to_its_recovery(client, desk):
    advance = a_left_over_advance(desk)
    browser = signed_in(client, desk.maker)
    address = f"/recoveries/of-advance/{advance.id}/propose"
    assert address in browser.get(f"/advances/{advance.id}").text
    assert address in browser.get("/desk").text

    assert browser.post(address, data={"reason": " "}).status_code == 422
    answer = browser.post(address, data={"reason": "The laboratory gave the deposit back."}, follow_redirects=True)

    assert "Proposed." in answer.text
    assert "€800.00" in answer.text
    assert "claimed back already" in browser.get(address).text
    assert address not in browser.get("/desk").text


def test_others_do_not_claim_an_advance_back(client, desk):
    advance = a_left_over_advance(desk)
    address = f"/recoveries/of-advance/{advance.id}/propose"
    stranger = a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB")
    for person in (owner_of(advance.agreement.application), stranger, a_member_of_staff(Role.AUDITOR)):
        browser = signed_in(client, person)
        assert browser.post(address, data={"reason": "Because."}).status_code in (403, 404)
    assert db.session.query(Recovery).count() == 0
