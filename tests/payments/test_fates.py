"""What the bank does with one payment; the batch, the payable and the source hear of it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.builders.advances import a_programme_with_advances, an_advance_in_payment, an_approved_advance
from tests.builders.applications import owner_of
from tests.builders.fees import a_paying_programme, an_agreed_fee_statement
from tests.builders.payments import (
    PAID_AT,
    TUESDAY,
    Desk,
    a_check,
    a_confirmed_account,
    a_made_batch,
    an_authorised_batch,
    an_authorised_claim,
    an_executed_batch,
    fresh_claim,
    payable_of,
)
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.advances.actions.paying import unpay_advance
from vouchers.advances.lifecycle import ADVANCE
from vouchers.advances.queries import get_advance
from vouchers.advances.states import AdvanceState
from vouchers.agreements.states import AgreementState
from vouchers.audit.models import AuditEvent
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document
from vouchers.documents.store import read_bytes
from vouchers.fees.actions.statements import approve_statement
from vouchers.fees.lifecycle import FEE_STATEMENT
from vouchers.fees.queries import get_statement
from vouchers.fees.states import FeeState
from vouchers.ledger import proof
from vouchers.ledger.queries import trial_balance
from vouchers.letters.models import Letter
from vouchers.organisations.queries import find_confirmed_account, list_sent_back_from
from vouchers.payables.actions.holding import let_payable_go
from vouchers.payables.queries import find_sent_back, get_payable, list_chosen
from vouchers.payables.states import CheckResult, PayableState, SourceKind
from vouchers.payments import queries
from vouchers.payments.actions import batches, fates, taking_back
from vouchers.payments.states import BatchState, PaymentState
from vouchers.reports.queries.voucher import get_story, get_voucher
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

BOOKED_AT = PAID_AT + timedelta(days=12)
CAME_BACK = ("payments/give_back", "payments/come_back")
ACCOUNTS = ("2000", "1010", "1000", "2200", "B140", "B150")


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def balances(*accounts):
    found = trial_balance()
    return [found.get(account, 0) for account in accounts or ACCOUNTS]


def fate(payment):
    now = queries.get_payment(payment.id)
    return now.state, now.payable.state, now.batch.state


def give_back(payment, code="AC04", *, day=TUESDAY, by=OFFICE, **rest):
    fates.give_back_payment(
        queries.get_payment(payment.id), code, returned_on=day, bank_reference="S-2", by=by, at=BOOKED_AT, **rest
    )


def two_payments(desk):
    return an_authorised_batch(desk, [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="437.55")])


def test_each_payment_of_a_batch_has_its_own_fate_and_the_batch_is_done_with_the_last(desk):
    first, second = two_payments(desk).payments
    fates.execute_payment(first, TUESDAY, "CAMT-1/1", by=OFFICE, at=BOOKED_AT)
    assert fate(first) == (PaymentState.EXECUTED, PayableState.PAID, BatchState.AUTHORISED)
    assert fresh_claim(first.payable.source_id).state == ClaimState.PAID
    fates.reject_payment(queries.get_payment(second.id), "AC04", note="closed", by=OFFICE, at=BOOKED_AT)
    assert fate(second) == (PaymentState.REJECTED, PayableState.OPEN, BatchState.DONE)
    assert fresh_claim(second.payable.source_id).state == ClaimState.AUTHORISED
    assert balances() == [-43755, 0, -700000, 0, 43755, 700000]
    assert queries.get_batch(first.batch_id).executed_on == TUESDAY
    assert list(proof.list_faults()) == []


def test_a_refused_payment_says_why_and_is_paid_anew_to_another_account(desk):
    payment = an_authorised_batch(desk).payments[0]
    fates.reject_payment(payment, "AC04", note="Konto erloschen", by=OFFICE, at=BOOKED_AT)
    payable = get_payable(payment.payable_id)
    assert (payable.return_code, payable.return_note) == ("AC04", "Konto erloschen")
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/reject")).first()
    assert "The account is closed." in letter.body
    assert payment.iban not in letter.body
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "payable.reopen")).one()
    assert event.detail.body["why"] == "AC04 The account is closed. Konto erloschen"

    again = lambda: batches.make_batch([payable.id], TUESDAY, by=desk.maker, at=PAID_AT)  # noqa: E731
    with pytest.raises(RuleBroken, match="The bank refused this account"):
        again()
    application = payment.application
    owner, organisation = owner_of(application), application.organisation
    a_confirmed_account(organisation, owner, desk.manager, iban=payment.iban, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="The bank refused this account"):
        again()
    a_confirmed_account(organisation, owner, desk.manager, iban="FR1420041010050500013M02606", at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="was changed after this debt was approved"):
        again()
    a_check(payable, CheckResult.NO_MATCH, by=desk.second, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="does not belong to the account"):
        again()
    a_check(payable, CheckResult.MATCH, by=desk.maker, at=BOOKED_AT)
    made = queries.get_batch(again().id).payments[0]
    assert (made.end_to_end_id[-3:], made.iban) == ("-P2", "FR1420041010050500013M02606")
    assert get_payable(payable.id).return_code == ""


def test_what_the_bank_refused_stops_every_debt_to_that_account_until_another_is_confirmed(desk):
    """Whichever debt it was for: the company's other debts, also in a batch that waits, and another payee's."""
    payment = an_authorised_batch(desk).payments[0]
    organisation, owner = payment.application.organisation, owner_of(payment.application)
    own = {"owner": owner, "organisation": organisation, "with_account": False}
    free = an_authorised_claim(desk, "MG", amount="400", **own)
    other, waiting = (an_authorised_claim(desk, with_account=False) for _ in range(2))
    for one in (other, waiting):
        application = one.agreement.application
        a_confirmed_account(application.organisation, owner_of(application), desk.second, iban=payment.iban, at=PAID_AT)
        a_check(payable_of(one), CheckResult.MATCH, by=desk.second)
    ids = [payable_of(one).id for one in (free, other)]
    made = a_made_batch(desk, [waiting])
    assert [one.obstacle for one in list_chosen(ids)] == [None, None]

    fates.reject_payment(payment, "AC04", by=OFFICE, at=PAID_AT + timedelta(hours=2))
    told = "The bank refused this account, code AC04: The account is closed. Another one must be confirmed"
    assert all(told in str(one.obstacle) for one in list_chosen(ids))
    for payable_id in ids:
        with pytest.raises(RuleBroken, match="The bank refused this account"):
            batches.make_batch([payable_id], TUESDAY, by=desk.maker, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="The bank refused this account"):
        batches.authorise_batch(queries.get_batch(made.id), by=desk.second, at=PAID_AT + timedelta(hours=3))
    assert queries.get_batch(made.id).document_id is None

    later = PAID_AT + timedelta(hours=4)
    a_confirmed_account(organisation, owner, desk.manager, iban=payment.iban, at=later)
    assert told in str(list_chosen(ids)[0].obstacle), "the same IBAN, of which the bank said nothing"
    a_check(payable_of(free), CheckResult.MATCH, by=desk.second, at=later)
    assert list_chosen(ids)[0].obstacle is None
    assert told in str(list_chosen(ids)[1].obstacle), "the neighbour’s was not confirmed anew"
    a_check(payable_of(other), CheckResult.MATCH, by=desk.second, at=later)
    assert told in str(list_chosen(ids)[1].obstacle)


def test_a_return_that_was_of_something_else_stops_no_account(desk):
    payment = an_executed_batch(desk).payments[0]
    own = {"owner": owner_of(payment.application), "organisation": payment.application.organisation}
    debt = payable_of(an_authorised_claim(desk, "MG", amount="400", with_account=False, **own))
    give_back(payment)
    assert "The bank refused this account" in str(list_chosen([debt.id])[0].obstacle)
    taking_back.take_back_return(queries.get_payment(payment.id), "Another payment", by=desk.maker, at=BOOKED_AT)
    assert list_chosen([debt.id])[0].obstacle is None


def test_a_fee_is_not_paid_to_an_account_that_the_bank_refused(app):
    a_paying_programme()
    desk = Desk()
    statements = [an_agreed_fee_statement(), an_agreed_fee_statement()]  # two experts of one IBAN
    for one in statements:
        approve_statement(one, by=desk.second, at=during_call())
    first, second = (payable_of(get_statement(one.id)) for one in statements)
    batch = queries.get_batch(batches.make_batch([first.id], TUESDAY, by=desk.maker, at=PAID_AT).id)
    batches.authorise_batch(batch, by=desk.second, at=PAID_AT)
    give_back(batch.payments[0], "AC06")
    assert "code AC06: The account is blocked." in str(list_chosen([second.id])[0].obstacle)


def test_a_return_proves_that_the_money_left_and_nobody_hears_that_it_was_paid(desk):
    payment = an_authorised_batch(desk).payments[0]
    give_back(payment)
    assert fate(payment) == (PaymentState.GIVEN_BACK, PayableState.OPEN, BatchState.DONE)
    claim = fresh_claim(payment.payable.source_id)
    assert (claim.state, claim.agreement.state) == (ClaimState.AUTHORISED, AgreementState.ACTIVE)
    company = owner_of(payment.application).email
    told = db.session.scalars(select(Letter).where(Letter.to_email == company, Letter.occasion.like("payments/%")))
    assert [letter.occasion for letter in told] == ["payments/come_back"]
    ended = select(Letter.occasion).where(Letter.to_email == company, Letter.occasion.like("agreements/complete%"))
    assert db.session.scalars(ended).all() == []
    assert balances() == [-700000, 0, 0, 0, 700000, 0]
    assert list(proof.list_faults()) == []


@pytest.mark.parametrize("pay", ["batch", "one"])
def test_the_company_hears_of_the_money_before_it_hears_that_the_voucher_is_completed(desk, pay):
    if pay == "batch":
        payment = an_executed_batch(desk).payments[0]
    else:
        payment = an_authorised_batch(desk).payments[0]
        fates.execute_payment(payment, TUESDAY, "STMT", by=OFFICE, at=BOOKED_AT)
    reference = queries.get_payment(payment.id).voucher
    company = owner_of(payment.application).email
    letters = [
        letter.occasion
        for step in get_story(get_voucher(reference)).steps
        for letter in step.letters
        if letter.to_email == company
    ]
    assert letters[-2:] == ["payments/execute", "agreements/complete"]


def test_money_that_came_back_is_owed_again_and_nothing_is_deleted(desk):
    payment = an_executed_batch(desk).payments[0]
    give_back(payment, note="Account closed")
    assert fate(payment) == (PaymentState.GIVEN_BACK, PayableState.OPEN, BatchState.DONE)
    claim = fresh_claim(payment.payable.source_id)
    assert claim.state == ClaimState.AUTHORISED
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/come_back")).one()
    assert letter.to_email == owner_of(payment.application).email
    assert "€7,000.00" in letter.heading
    path = f"/organisations/{payment.application.organisation_id}/bank-account"
    for words in ("The account is closed.", "AC04", payment.iban[-4:], "Enter another bank account", path):
        assert words in letter.body
    assert payment.iban not in letter.body
    assert balances() == [-700000, 0, 0, 0, 700000, 0]
    assert list(proof.list_faults()) == []
    with pytest.raises(WrongState):
        give_back(payment)

    application = payment.application
    a_confirmed_account(
        application.organisation, owner_of(application), desk.manager, iban="DK9520000123456789", at=BOOKED_AT
    )
    a_check(payment.payable, CheckResult.MATCH, by=desk.maker, at=BOOKED_AT)
    made = queries.get_batch(batches.make_batch([payment.payable_id], TUESDAY, by=desk.maker, at=PAID_AT).id)
    batches.authorise_batch(made, by=desk.second, at=PAID_AT)
    fates.execute_payment(queries.get_batch(made.id).payments[0], TUESDAY, "S-3", by=OFFICE, at=BOOKED_AT)
    assert fresh_claim(claim.id).state == ClaimState.PAID
    assert balances() == [0, 0, -700000, 0, 0, 700000]
    assert len(queries.list_payments_for([payment.payable_id])) == 2


@pytest.mark.parametrize(("code", "letters"), [("AC04", 1), ("FF01", 0)])
def test_the_company_hears_of_a_refusal_that_only_it_can_mend(desk, code, letters):
    payment = an_authorised_batch(desk).payments[0]
    fates.reject_payment(payment, code, by=OFFICE, at=BOOKED_AT)
    found = db.session.scalars(select(Letter).where(Letter.occasion == "payments/come_back")).all()
    assert [one.to_email for one in found] == [owner_of(payment.application).email] * letters
    assert all("The bank did not pay" in one.body for one in found)
    assert all(one.heading.startswith("The bank did not pay €7,000.00") for one in found)
    sent_back = find_sent_back(SourceKind.CLAIM, payment.payable.source_id)
    assert str(sent_back.said).startswith(f"The bank did not pay EUR 7,000.00 for {payment.payable.number}.")
    [row] = list_sent_back_from(find_confirmed_account(payment.application.organisation_id))
    assert not row.has_left


def test_a_return_before_the_debit_books_both(desk):
    payment = an_authorised_batch(desk).payments[0]
    give_back(payment, "FOCR")
    assert fate(payment) == (PaymentState.GIVEN_BACK, PayableState.OPEN, BatchState.DONE)
    assert balances() == [-700000, 0, 0, 0, 700000, 0]
    assert list_chosen([payment.payable_id])[0].obstacle is None


@pytest.mark.parametrize("code", ["", "MS03", "NARR", "ds0k", "914"])
def test_what_came_back_for_a_reason_that_nobody_knows_is_held_until_it_is_let_go(desk, code):
    payment = an_authorised_batch(desk).payments[0]
    fates.execute_payment(payment, TUESDAY, "S-1", by=OFFICE, at=BOOKED_AT)
    give_back(payment, code)
    assert fate(payment) == (PaymentState.GIVEN_BACK, PayableState.HELD, BatchState.DONE)
    assert "no code says why" in str(list_chosen([payment.payable_id])[0].obstacle)
    with pytest.raises(RuleBroken):
        batches.make_batch([payment.payable_id], TUESDAY, by=desk.maker, at=PAID_AT)

    letters = list(db.session.scalars(select(Letter).where(Letter.occasion.in_(CAME_BACK)).order_by(Letter.id)))
    assert {one.occasion for one in letters} == set(CAME_BACK)
    for letter in letters:
        assert ("code" in letter.body.replace("no code", "")) == bool(code)
        assert "–" not in letter.body
    let_payable_go(get_payable(payment.payable_id), by=desk.maker, at=BOOKED_AT)
    batches.make_batch([payment.payable_id], TUESDAY, by=desk.maker, at=PAID_AT)


def test_a_return_that_was_none_leaves_no_hold_behind(desk):
    payment = an_authorised_batch(desk).payments[0]
    fates.execute_payment(payment, TUESDAY, "S-1", by=OFFICE, at=BOOKED_AT)
    give_back(payment, "")
    taking_back.take_back_return(queries.get_payment(payment.id), "Not ours", by=desk.maker, at=BOOKED_AT)
    payable = get_payable(payment.payable_id)
    assert (payable.state, payable.hold_reason) == (PayableState.PAID, "")


def test_execute_batch_pays_what_is_still_under_way(desk):
    batch = two_payments(desk)
    first, second = batch.payments
    fates.reject_payment(first, "AM04", by=OFFICE, at=BOOKED_AT)
    batches.execute_batch(queries.get_batch(batch.id), TUESDAY, "S-1", by=desk.maker, at=BOOKED_AT)
    assert fate(first) == (PaymentState.REJECTED, PayableState.OPEN, BatchState.DONE)
    assert fate(second) == (PaymentState.EXECUTED, PayableState.PAID, BatchState.DONE)
    assert balances() == [-700000, 0, -43755, 0, 700000, 43755]


@pytest.mark.parametrize("verb", ["execute", "reject", "give_back"])
def test_the_bank_knows_nothing_of_a_batch_that_is_not_authorised(desk, verb):
    payment = a_made_batch(desk).payments[0]
    acts = {
        "execute": lambda: fates.execute_payment(payment, TUESDAY, "S", by=OFFICE, at=BOOKED_AT),
        "reject": lambda: fates.reject_payment(payment, "AC04", by=OFFICE, at=BOOKED_AT),
        "give_back": lambda: give_back(payment),
    }
    with pytest.raises(RuleBroken, match="not authorised yet"):
        acts[verb]()
    assert fate(payment) == (PaymentState.ORDERED, PayableState.ORDERED, BatchState.MADE)


@pytest.mark.parametrize("verb", ["execute", "reject", "give_back"])
def test_others_settle_nothing(desk, verb):
    payment = an_authorised_batch(desk).payments[0]
    for person in (a_member_of_staff(Role.AUDITOR, with_factor=False), Desk("NL-NB").maker):
        acts = {
            "execute": lambda by: fates.execute_payment(payment, TUESDAY, "S", by=by, at=BOOKED_AT),
            "reject": lambda by: fates.reject_payment(payment, "AC04", by=by, at=BOOKED_AT),
            "give_back": lambda by: give_back(payment, by=by),
        }
        with pytest.raises(NotPermitted):
            acts[verb](person)
    assert fate(payment)[0] == PaymentState.ORDERED


def test_what_was_settled_is_not_settled_again(desk):
    payment = an_executed_batch(desk).payments[0]
    with pytest.raises(WrongState):
        fates.execute_payment(payment, TUESDAY, "S", by=OFFICE, at=BOOKED_AT)
    with pytest.raises(WrongState):
        fates.reject_payment(queries.get_payment(payment.id), "AC04", by=OFFICE, at=BOOKED_AT)
    with pytest.raises(RuleBroken, match="cannot have come back before"):
        give_back(payment, day=TUESDAY - timedelta(days=1))
    with pytest.raises(RuleBroken, match="still to come"):
        give_back(payment, day=BOOKED_AT.date() + timedelta(days=2))
    assert fate(payment)[0] == PaymentState.EXECUTED


def test_an_experts_fee_is_paid(app):
    a_paying_programme()
    desk = Desk()
    statement = an_agreed_fee_statement()
    approve_statement(statement, by=desk.second, at=during_call())
    statement = get_statement(statement.id)
    batch = an_authorised_batch(desk, [statement])
    payment = batch.payments[0]
    assert (payment.end_to_end_id, payment.remittance) == (
        "F-2026-0001-P1",
        "Expert fee F-2026-0001, invoice 2026/7, in2lifesciences",
    )
    content = read_bytes(find_document(batch.document_id))
    assert b"<PstlAdr>" not in content.partition(b"<CdtTrfTxInf>")[2]
    assert get_statement(statement.id).state == FeeState.IN_PAYMENT
    assert balances("2020", "1010") == [0, -24000]
    fates.execute_payment(payment, TUESDAY, "S-1", by=OFFICE, at=BOOKED_AT)
    assert get_statement(statement.id).state == FeeState.PAID
    assert balances("2020", "1010", "1000", "5100", "B150") == [0, 0, -24000, 24000, 0]
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/execute_fee")).one()
    assert letter.to_email == statement.expert.user.email
    give_back(payment)
    assert get_statement(statement.id).state == FeeState.PAYABLE
    assert balances("2020", "1000") == [-24000, 0]
    taking_back.take_back_return(payment, "Another fee", by=desk.second, at=BOOKED_AT)
    assert get_statement(statement.id).state == FeeState.PAID
    taking_back.take_back_execution(payment, "Another fee", by=desk.second, at=BOOKED_AT)
    assert get_statement(statement.id).state == FeeState.IN_PAYMENT
    assert balances("2020", "1010", "1000", "5100", "B150") == [0, -24000, 0, 24000, 0]
    letters = db.session.scalars(select(Letter.to_email).where(Letter.occasion == "payments/mistake")).all()
    assert letters == [statement.expert.user.email] * 2
    row = FEE_STATEMENT.unpay
    assert (row.allowed(OFFICE, statement), row.allowed(desk.maker, statement) is None) == (None, False)
    assert list(proof.list_faults()) == []


def test_an_advance_that_was_not_paid_is_in_payment_again_unless_claims_have_settled_some_of_it(app):
    a_programme_with_advances()
    desk = Desk()
    advance = an_approved_advance(desk)
    (payment,) = an_advance_in_payment(desk, advance).payments
    before = trial_balance()
    booked_at = PAID_AT + timedelta(days=30)
    fates.execute_payment(payment, payment.batch.execute_on, "S-1", by=OFFICE, at=booked_at)
    taking_back.take_back_execution(payment, "Another one", by=desk.second, at=booked_at)
    advance = get_advance(advance.id)
    assert (advance.state, fate(payment)[0]) == (AdvanceState.IN_PAYMENT, PaymentState.ORDERED)
    after = trial_balance()
    assert {code: after[code] for code in before} == before
    assert list(proof.list_faults()) == []
    row = ADVANCE.unpay
    assert (row.allowed(OFFICE, advance), row.allowed(desk.maker, advance) is None) == (None, False)
    used = SimpleNamespace(number="A1", amount=EUR("2000"), open_amount=EUR("1999"))
    with pytest.raises(RuleBroken, match="settled some of advance A1"):
        unpay_advance(used, by=OFFICE, at=booked_at)


def test_an_expert_does_not_pay_the_own_fee(app):
    a_paying_programme()
    desk = Desk()
    statement = an_agreed_fee_statement()
    approve_statement(statement, by=desk.second, at=during_call())
    payable = payable_of(get_statement(statement.id))
    with pytest.raises(NotPermitted):
        batches.make_batch([payable.id], TUESDAY, by=statement.expert.user, at=PAID_AT)
