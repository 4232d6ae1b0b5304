"""A payment that the bank refused, and executed all the same: its debt is paid, or nothing was owed any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.fees import a_paying_programme, an_agreed_fee_statement
from tests.builders.payments import PAID_AT, TUESDAY, Desk, an_authorised_batch, an_authorised_claim, fresh_claim
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.fees.actions.statements import approve_statement
from vouchers.fees.queries import get_statement
from vouchers.fees.states import FeeState
from vouchers.ledger import proof
from vouchers.ledger.queries import trial_balance
from vouchers.ledger.recipes import Share
from vouchers.letters.models import Letter
from vouchers.payables.actions.owing import set_off_payable
from vouchers.payables.queries import get_payable, list_chosen
from vouchers.payables.states import PayableState
from vouchers.payments import queries
from vouchers.payments.actions import batches, fates, undue
from vouchers.payments.lifecycle import PAYMENT
from vouchers.payments.states import PaymentState
from vouchers.periods.actions import close_period
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

BOOKED_AT = PAID_AT + timedelta(days=12)
ACCOUNTS = ("2000", "1010", "1000", "1210", "B140", "B150")
WHY = "The bank confirmed it on the telephone."


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def balances(*accounts):
    found = trial_balance()
    return [found.get(account, 0) for account in accounts or ACCOUNTS]


def fate(payment):
    now = queries.get_payment(payment.id)
    return now.state, now.payable.state


def a_refused_payment(desk, subject=None):
    """The bank refused it for want of cover, which says nothing about the payee's account."""
    payment = an_authorised_batch(desk, [subject] if subject else None).payments[0]
    fates.reject_payment(payment, "AM04", by=OFFICE, at=PAID_AT + timedelta(hours=2))
    return queries.get_payment(payment.id)


def pay_again(desk, payment, *, is_sent=True, is_executed=True):
    """The second payment of its debt."""
    batch = batches.make_batch([payment.payable_id], TUESDAY, by=desk.maker, at=PAID_AT + timedelta(hours=3))
    if is_sent:
        batches.authorise_batch(queries.get_batch(batch.id), by=desk.second, at=PAID_AT + timedelta(hours=4))
    (second,) = queries.get_batch(batch.id).payments
    if is_executed and is_sent:
        fates.execute_payment(second, TUESDAY, "S-1", by=OFFICE, at=BOOKED_AT)
    return queries.get_payment(second.id)


def execute_late(payment, *, by=OFFICE, why=WHY, day=TUESDAY):
    undue.execute_refused_payment(queries.get_payment(payment.id), day, "S-9", why, by=by, at=BOOKED_AT)


def give_back(payment, *, by=OFFICE):
    act = undue.return_undue_payment if fate(payment)[0] == PaymentState.UNDUE else fates.give_back_payment
    act(queries.get_payment(payment.id), "AC04", returned_on=TUESDAY, bank_reference="S-10", by=by, at=BOOKED_AT)


def test_a_refused_payment_that_was_executed_pays_its_debt_after_all(desk):
    payment = a_refused_payment(desk)
    assert fate(payment) == (PaymentState.REJECTED, PayableState.OPEN)

    execute_late(payment, by=desk.maker)

    assert fate(payment) == (PaymentState.EXECUTED, PayableState.PAID)
    now = queries.get_payment(payment.id)
    assert (now.executed_on, now.bank_reference, now.payable.return_code) == (TUESDAY, "S-9", "")
    assert fresh_claim(payment.payable.source_id).state == ClaimState.PAID
    assert balances() == [0, 0, -700000, 0, 0, 700000]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "payment.execute_refused")).one()
    assert event.detail.body["why"] == WHY
    assert db.session.scalars(select(Letter).where(Letter.occasion == "payments/execute")).all()
    assert list(proof.list_faults()) == []
    with pytest.raises(WrongState):
        execute_late(payment)


def test_a_debt_that_is_held_is_paid_too(desk):
    from vouchers.payables.actions.holding import hold_payable

    payment = a_refused_payment(desk)
    hold_payable(get_payable(payment.payable_id), "A question is open", by=desk.maker, at=BOOKED_AT)
    execute_late(payment)
    assert fate(payment) == (PaymentState.EXECUTED, PayableState.PAID)


@pytest.mark.parametrize("is_executed", [True, False], ids=["executed", "under way"])
def test_a_refused_payment_whose_debt_was_paid_again_is_undue(desk, is_executed):
    payment = a_refused_payment(desk)
    second = pay_again(desk, payment, is_executed=is_executed)

    execute_late(payment, by=desk.maker)

    assert fate(payment)[0] == PaymentState.UNDUE
    assert fate(second)[0] == (PaymentState.EXECUTED if is_executed else PaymentState.ORDERED)
    bank = [-1400000, 700000, 0, 700000] if is_executed else [-700000, 700000, 700000, 0]
    assert balances("1000", "1210", "B140", "B150") == bank
    letters = db.session.scalars(select(Letter).where(Letter.occasion == "payments/undue")).all()
    assert payment.end_to_end_id in letters[0].heading
    assert list_chosen([payment.payable_id])[0].debit == payment.end_to_end_id
    assert list(proof.list_faults()) == []


def test_what_was_paid_unduly_comes_back(desk):
    payment = a_refused_payment(desk)
    second = pay_again(desk, payment)
    execute_late(payment)

    give_back(payment, by=desk.second)

    assert fate(payment) == (PaymentState.GIVEN_BACK, PayableState.PAID)
    assert fate(second)[0] == PaymentState.EXECUTED
    assert balances() == [0, 0, -700000, 0, 0, 700000]
    assert list_chosen([payment.payable_id])[0].debit == ""
    assert list(proof.list_faults()) == []
    with pytest.raises(WrongState):
        undue.return_undue_payment(payment, "", returned_on=TUESDAY, bank_reference="S-11", by=OFFICE, at=BOOKED_AT)


@pytest.mark.parametrize("how", ["comes back", "is refused"])
def test_where_the_second_payment_fails_the_first_one_counts(desk, how):
    payment = a_refused_payment(desk)
    second = pay_again(desk, payment, is_executed=how == "comes back")
    execute_late(payment)

    if how == "comes back":
        give_back(second)
    else:
        fates.reject_payment(second, "AM04", by=OFFICE, at=BOOKED_AT)

    assert fate(payment) == (PaymentState.EXECUTED, PayableState.PAID)
    assert fresh_claim(payment.payable.source_id).state == ClaimState.PAID
    assert balances() == [0, 0, -700000, 0, 0, 700000]
    assert list(proof.list_faults()) == []
    assert not db.session.scalars(select(Letter).where(Letter.occasion == "payments/come_back")).all()


def test_the_fee_of_an_expert_is_paid_after_all(app):
    a_paying_programme()
    desk = Desk()
    statement = an_agreed_fee_statement()
    approve_statement(statement, by=desk.second, at=during_call())
    payment = a_refused_payment(desk, get_statement(statement.id))
    execute_late(payment)
    assert get_statement(statement.id).state == FeeState.PAID
    assert balances("2020", "1010", "1000", "5100", "B150") == [0, 0, -24000, 24000, 0]
    assert list(proof.list_faults()) == []


def test_what_cannot_be_is_refused_and_leaves_no_trace(desk):
    payment = a_refused_payment(desk)
    before = balances()
    with pytest.raises(RuleBroken, match="Say how you know") as refused:
        execute_late(payment, why="  ")
    assert refused.value.field == "reason"
    with pytest.raises(RuleBroken, match="still to come"):
        execute_late(payment, day=BOOKED_AT.date() + timedelta(days=1))
    for person in (a_member_of_staff(Role.AUDITOR, with_factor=False), Desk("NL-NB").maker):
        with pytest.raises(NotPermitted):
            execute_late(payment, by=person)
    close_period("in2lifesciences", desk.region, TUESDAY, by=desk.maker, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="closed"):
        execute_late(payment)
    assert fate(payment) == (PaymentState.REJECTED, PayableState.OPEN)
    assert balances() == before


def test_a_second_payment_that_is_not_sent_is_cancelled_first(desk):
    payment = a_refused_payment(desk)
    second = pay_again(desk, payment, is_sent=False)
    with pytest.raises(RuleBroken, match="Cancel that batch first"):
        execute_late(payment)
    batches.cancel_batch(queries.get_batch(second.batch_id), "It has left", by=desk.maker, at=BOOKED_AT)
    execute_late(payment)
    assert fate(payment) == (PaymentState.EXECUTED, PayableState.PAID)


def test_a_debt_of_which_a_part_was_set_off_is_settled_there_first(desk):
    payment = a_refused_payment(desk)
    share = payment.payable.open_shares[0]
    part = [Share(share.fund_id, share.kind, Money(1))]
    set_off_payable(get_payable(payment.payable_id), part, why="R1", by=OFFICE, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="Undo that first"):
        execute_late(payment)


def test_who_takes_these_steps(desk):
    payment = a_refused_payment(desk)
    stranger = Desk("NL-NB").maker
    for verb in ("execute_refused", "execute_undue", "return_undue"):
        row = PAYMENT.transitions[verb]
        assert row.allowed(desk.maker, payment) is None
        assert row.allowed(OFFICE, payment) is None
        assert row.allowed(stranger, payment) is not None
    assert PAYMENT.count_undue.allowed(desk.maker, payment) is not None
    assert PAYMENT.count_undue.allowed(OFFICE, payment) is None


def test_a_payment_that_was_never_refused_is_no_late_one(desk):
    payment = an_authorised_batch(desk, [an_authorised_claim(desk)]).payments[0]
    with pytest.raises(WrongState):
        execute_late(payment)
