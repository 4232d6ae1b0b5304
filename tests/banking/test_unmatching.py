"""A match that is taken back: the entry waits again, and what it did is undone by the step that undoes it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.banking.files import a_line, an_entry
from tests.banking.test_actions import a_repayment
from tests.banking.test_booking import counts, general, reconciled
from tests.builders.banking import (
    BANK_AT,
    a_batch_under_way,
    a_confirmed_entry,
    a_report_of,
    a_statement_of,
    entries_of,
    entry_of,
)
from tests.builders.payments import Desk, fresh_claim
from tests.builders.recoveries import an_ordered_recovery
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.agreements.queries import get_agreement
from vouchers.audit.models import AuditEvent
from vouchers.banking.actions import booking
from vouchers.banking.actions.entries import match_entry, match_entry_to_recovery
from vouchers.banking.actions.unmatching import unmatch_entry
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.queries import statements as queries
from vouchers.banking.queries.booking import list_recorded
from vouchers.banking.rules.booking import Booking, Payer
from vouchers.banking.states import BookedAs, DifferenceKind, EntryState
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.ledger.proof import list_faults
from vouchers.letters.models import Letter
from vouchers.payables.lifecycle import PAYABLE
from vouchers.payables.states import PayableState
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import cancel_batch, make_batch
from vouchers.payments.lifecycle import BATCH, PAYMENT
from vouchers.payments.states import BatchState, PaymentState
from vouchers.recoveries.actions.collecting import receive_recovery, undo_receipt
from vouchers.recoveries.actions.waiving import propose_waiver
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import RecoveryState, Relief
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

REPAID_AT = datetime(2027, 2, 3, 8, 0, tzinfo=UTC)
PAID_ON = date(2027, 2, 2)
WRONG = "It was of another company"


def fresh(entry):
    return queries.get_entry(entry.id)


def unmatch(entry, *, by, at=REPAID_AT):
    unmatch_entry(fresh(entry), WRONG, by=by, at=at)
    return fresh(entry)


def links_of(entry):
    return (entry.effect, entry.booked_as, entry.recovery_id, entry.fund_id, entry.journal_id, entry.matches)


NO_LINKS = (None, None, None, None, None, [])


@pytest.fixture
def repaid(desk, owed):
    """The statement, and its entry that the program has matched with the recovery."""
    balances = {"opening": "100.00", "closing": "300.00", "on": PAID_ON}
    statement = a_statement_of(desk, a_repayment(owed, "200.00"), number="S-1", at=REPAID_AT, **balances)
    (entry,) = entries_of(statement)
    assert entry.state == EntryState.MATCHED
    return statement, entry


def undo(recovery, *, by):
    recovery = get_recovery(recovery.id)
    undo_receipt(recovery, recovery.receipts[-1].id, WRONG, by=by, at=REPAID_AT)


@pytest.mark.parametrize("way", ["the recovery", "the entry"])
def test_what_a_recovery_received_is_undone_and_the_entry_waits_again(desk, owed, repaid, way):
    statement, entry = repaid
    before = general()
    assert before["1000"] == 200_00 - 7000_00

    undo(owed, by=desk.maker) if way == "the recovery" else unmatch(entry, by=desk.maker)

    entry = fresh(entry)
    assert (entry.state, entry.reason, links_of(entry)) == (EntryState.OPEN, WRONG, NO_LINKS)
    recovery = get_recovery(owed.id)
    assert (recovery.state, recovery.left) == (RecoveryState.ORDERED, EUR("500"))
    assert general()["1000"] == -7000_00
    found, page = reconciled(statement)
    assert counts(found)[DifferenceKind.OPEN] == (1, EUR("200"))
    assert (found.rest, [row.entry_id for row in page.items if row.kind == "open"]) == (EUR("0"), [entry.id])
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "entry")).all()[-1]
    told = ("entry.reopen", None) if way == "the recovery" else ("entry.unmatch", desk.maker.id)
    assert (event.tag, event.actor_id) == told
    with pytest.raises(WrongState):
        unmatch(entry, by=desk.maker)

    match_entry_to_recovery(entry, recovery, by=desk.second, at=REPAID_AT)  # it was right: matched again

    assert fresh(entry).journal_id == get_recovery(owed.id).receipts[-1].journal_id
    assert general() == before
    assert list(list_faults()) == []


def test_an_entry_that_was_recorded_by_hand_before_waits_again_when_that_is_undone(desk, owed):
    receive_recovery(owed, EUR("200"), PAID_ON, "BY HAND", by=desk.maker, at=REPAID_AT)
    (entry,) = entries_of(a_statement_of(desk, a_repayment(owed, "200.00"), number="S-1", at=REPAID_AT))
    (recorded,) = list_recorded(fresh(entry))
    known = Booking(BookedAs.KNOWN, "By hand", payer=Payer("in2lifesciences", "BE-WAL"), journal_id=recorded.id)
    booking.book_entry(fresh(entry), known, by=desk.maker, at=REPAID_AT)

    undo(owed, by=desk.maker)

    assert (fresh(entry).state, links_of(fresh(entry))) == (EntryState.OPEN, NO_LINKS)
    assert list(list_faults()) == []


def test_a_payment_that_was_executed_by_hand_loses_the_entry_behind_it_and_stays_executed(desk):
    entry = a_confirmed_entry(desk)
    payment = entry.matches[0].payment
    (other,) = entries_of(a_statement_of(desk, an_entry("900.00", bank_reference="B2"), number="OTHER"))
    before = general()

    entry = unmatch(entry, by=desk.second, at=BANK_AT)

    assert (entry.state, links_of(entry)) == (EntryState.OPEN, NO_LINKS)
    assert payments.get_payment(payment.id).state == PaymentState.EXECUTED
    match_entry(fresh(other), [payment.id], by=desk.maker, at=BANK_AT)  # the one that was meant
    assert (fresh(other).state, general()) == (EntryState.MATCHED, before)


def fate(payment):
    now = payments.get_payment(payment.id)
    return now.state, now.payable.state, now.batch.state, fresh_claim(now.payable.source_id).state


UNDER_WAY = (PaymentState.ORDERED, PayableState.ORDERED, BatchState.AUTHORISED, ClaimState.IN_PAYMENT)
EXECUTED = (PaymentState.EXECUTED, PayableState.PAID, BatchState.DONE, ClaimState.PAID)
GIVEN_BACK = (PaymentState.GIVEN_BACK, PayableState.OPEN, BatchState.DONE, ClaimState.AUTHORISED)


def test_a_wrong_execution_is_taken_back_and_the_payment_is_under_way_until_the_right_entry_comes(desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    before = general()
    statement = a_statement_of(desk, entry_of(payment), opening="9000.00", closing="2000.00")
    (entry,) = entries_of(statement)
    assert fate(payment) == EXECUTED

    entry = unmatch(entry, by=desk.second, at=BANK_AT)

    assert (entry.state, links_of(entry), fate(payment)) == (EntryState.OPEN, NO_LINKS, UNDER_WAY)
    now = payments.get_payment(payment.id)
    assert (now.executed_on, now.bank_reference, now.batch.executed_on) == (None, "", None)
    assert general() == before
    found, _page = reconciled(statement)
    assert (counts(found)[DifferenceKind.OPEN], found.rest) == ((1, EUR("-7000")), EUR("0"))
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/mistake")).one()
    assert "still under way" in letter.body

    match_entry(entry, [payment.id], by=desk.maker, at=BANK_AT)  # it was right: matched again
    found, _page = reconciled(statement)
    assert (fate(payment), found.rest, list(list_faults())) == (EXECUTED, EUR("0"), [])


@pytest.mark.parametrize("charge", ["", "5.00"])
def test_a_wrong_return_is_taken_back_with_its_charge_and_the_debt_is_paid(desk, charge):
    (payment,) = a_batch_under_way(desk, "7000").payments
    kept = f"<Chrgs><Rcrd><Amt Ccy='EUR'>{charge}</Amt></Rcrd></Chrgs>" if charge else ""
    net = "6995.00" if charge else "7000.00"
    lines = entry_of(payment), an_entry(net, reference=payment.end_to_end_id, credit=True, returned="AC04", about=kept)
    paid, back = entries_of(statement := a_statement_of(desk, *lines, opening="7000.00", closing=net))
    assert fate(payment) == GIVEN_BACK
    with pytest.raises(NotPermitted, match="is now “Given back by the bank”"):
        unmatch(paid, by=desk.maker, at=BANK_AT)

    unmatch(back, by=desk.maker, at=BANK_AT)

    now = payments.get_payment(payment.id)
    assert (fate(payment), now.returned_on, now.return_reference, now.reason_code) == (EXECUTED, None, "", "")
    assert (now.payable.return_code, general().get("5200", 0), general()["1000"]) == ("", 0, -7000_00)
    found, _page = reconciled(statement)
    assert (counts(found)[DifferenceKind.OPEN][0], found.rest) == (1, EUR("0"))
    letters = db.session.scalars(select(Letter.body).where(Letter.occasion == "payments/mistake")).all()
    assert ["it stands as paid" in body for body in letters] == [True]
    unmatch(paid, by=desk.maker, at=BANK_AT)
    assert (fate(payment), list(list_faults())) == (UNDER_WAY, [])


def test_what_was_executed_only_because_it_came_back_is_under_way_again(desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    before = general()
    (back,) = entries_of(a_statement_of(desk, entry_of(payment, returned="AC04")))
    match_entry(fresh(back), [payment.id], by=desk.maker, at=BANK_AT)
    assert fate(payment) == GIVEN_BACK
    unmatch(back, by=desk.maker, at=BANK_AT)
    assert (fate(payment), general(), list(list_faults())) == (UNDER_WAY, before, [])


def test_where_something_stands_on_it_the_match_stays_and_the_page_says_why(client, desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    lines = entry_of(payment), entry_of(payment, returned="FOCR")
    _paid, back = entries_of(a_statement_of(desk, *lines))
    again = make_batch([payment.payable_id], BANK_AT.date(), by=desk.maker, at=BANK_AT)
    browser, says = signed_in(client, desk.maker), "has gone on: it is “In payment”"
    page = browser.get(f"/banking/entries/{back.id}").text
    assert says in page
    assert f"/banking/entries/{back.id}/unmatch" not in page
    assert browser.get(f"/banking/entries/{back.id}/unmatch").status_code == 403
    with pytest.raises(NotPermitted, match=says):
        unmatch(back, by=desk.maker, at=BANK_AT)
    assert fresh(back).state == EntryState.MATCHED
    cancel_batch(payments.get_batch(again.id), "Wrong", by=desk.maker, at=BANK_AT)
    unmatch(back, by=desk.maker, at=BANK_AT)
    assert fate(payment) == EXECUTED


def test_what_the_bank_had_refused_or_what_is_claimed_back_stays_executed(desk, clock):
    first, second = a_batch_under_way(desk, "7000", "4000").payments
    a_report_of(desk, first.batch, a_line(first.end_to_end_id, code="AM04"), at=BANK_AT)
    late, paid = entries_of(a_statement_of(desk, entry_of(first), entry_of(second)))
    match_entry(fresh(late), [first.id], reason="The bank says so", by=desk.maker, at=BANK_AT)
    an_ordered_recovery(desk, get_agreement(fresh_claim(second.payable.source_id).agreement_id))
    clock.stop(REPAID_AT)
    for entry, says in ((late, "had refused payment"), (paid, "Money is claimed back on voucher")):
        with pytest.raises(RuleBroken, match=says):
            unmatch(entry, by=desk.maker)
        assert fresh(entry).state == EntryState.MATCHED
    assert fate(second)[:2] == (PaymentState.EXECUTED, PayableState.PAID)


def test_who_takes_back_what_the_bank_is_said_to_have_done(desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    a_statement_of(desk, entry_of(payment))
    payment, stranger = payments.get_payment(payment.id), Desk("NL-NB").maker
    for verb in ("take_back_execution", "take_back_return"):
        row = PAYMENT.transitions[verb]
        assert row.allowed(desk.maker, payment) is None
        assert row.allowed(stranger, payment) is not None
    claim = fresh_claim(payment.payable.source_id)
    for row, subject in ((BATCH.reopen, payment.batch), (PAYABLE.unpay, payment.payable), (CLAIM.unpay, claim)):
        assert row.allowed(OFFICE, subject) is None
        assert row.allowed(desk.maker, subject) is not None


def test_while_a_waiver_is_proposed_the_match_stays_and_the_page_says_why(desk, owed, repaid):
    _statement, entry = repaid
    nothing = EUR("0")
    propose_waiver(
        get_recovery(owed.id),
        Relief.WAIVER,
        "Lost",
        principal=EUR("300"),
        interest=nothing,
        by=desk.maker,
        at=REPAID_AT,
    )
    with pytest.raises(NotPermitted, match="Waiver or cancellation proposed"):
        unmatch(entry, by=desk.maker)
    assert fresh(entry).state == EntryState.MATCHED


def test_taking_a_match_back_is_for_officers_of_what_it_paid(desk, repaid):
    _statement, entry = repaid
    for stranger in (Desk("NL-NB").maker, a_member_of_staff(Role.AUDITOR, region=None), OFFICE):
        with pytest.raises(NotPermitted):
            unmatch(entry, by=stranger)
    assert ENTRY.unmatch.allowed(desk.maker, fresh(entry)) is None
    assert ENTRY.reopen.allowed(desk.maker, fresh(entry)) is not None
    assert ENTRY.reopen.allowed(OFFICE, fresh(entry)) is None


def test_the_page_asks_why_and_the_worklist_has_the_entry_again(client, desk, owed, repaid, clock):
    _statement, entry = repaid
    clock.stop(REPAID_AT + timedelta(hours=1))
    browser, address = signed_in(client, desk.maker), f"/banking/entries/{entry.id}"
    assert f"{address}/unmatch" in browser.get(address).text
    assert owed.number in browser.get(f"{address}/unmatch").text
    assert browser.post(f"{address}/unmatch", data={"reason": ""}).status_code == 422
    assert browser.post(f"{address}/unmatch", data={"reason": WRONG}).status_code == 303
    page = browser.get(address).text
    assert WRONG in page
    assert "Take the match back" in page  # its history
    assert address in browser.get("/banking/unmatched").text
    assert browser.post(f"{address}/unmatch", data={"reason": WRONG}).status_code == 409
