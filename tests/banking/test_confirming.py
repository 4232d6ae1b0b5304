"""What was recorded of a payment before the statement shows it, by hand or by a finance system, in each order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.banking.files import DAY, a_line, an_entry
from tests.banking.test_booking import counts, general, reconciled
from tests.builders.banking import BANK_AT, a_batch_under_way, a_report_of, a_statement_of, entries_of, entry_of
from tests.builders.payments import Desk
from tests.builders.users import signed_in
from vouchers.banking.actions.entries import match_entry
from vouchers.banking.actions.unmatching import unmatch_entry
from vouchers.banking.queries import known
from vouchers.banking.queries import statements as queries
from vouchers.banking.rules.confirming import recorded_of
from vouchers.banking.states import DifferenceKind, Doubt, Effect, EntryState, ReportState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.letters.models import Letter
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import execute_batch, make_batch
from vouchers.payments.actions.fates import execute_payment, give_back_payment, reject_payment
from vouchers.payments.states import PaymentState as P

E, G = Effect.EXECUTES, Effect.GIVES_BACK
WRONG = "It was of another payment"


@pytest.mark.parametrize(
    ("state", "executed_on", "expected"),
    [
        (P.ORDERED, None, set()),
        (P.REJECTED, None, set()),
        (P.CANCELLED, None, set()),
        (P.EXECUTED, DAY, {E}),
        (P.UNDUE, DAY, {E}),
        (P.GIVEN_BACK, DAY, {E, G}),
    ],
)
def test_what_the_books_have_of_a_payment(state, executed_on, expected):
    assert recorded_of(state, executed_on) == expected


def fresh(entry):
    return queries.get_entry(entry.id)


def now(payment):
    return payments.get_payment(payment.id)


def executed(desk, payment, *, whole=False):
    if whole:
        execute_batch(payments.get_batch(payment.batch_id), DAY, "BY-HAND", by=desk.maker, at=BANK_AT)
    else:
        execute_payment(payment, DAY, "BY-HAND", by=desk.maker, at=BANK_AT)


def given_back(desk, payment, *, code="AC04"):
    give_back_payment(now(payment), code, returned_on=DAY, bank_reference="NOTICE", by=desk.maker, at=BANK_AT)


@pytest.fixture
def payment(desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    return payment


def written():
    """How much the books and the letters hold."""
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (Journal, Letter)]


ORDERS = {
    "the statement executed it": lambda desk, one: a_statement_of(desk, entry_of(one), number="FIRST"),
    "by hand": executed,
    "with its batch": lambda desk, one: executed(desk, one, whole=True),
    "only because it came back": lambda desk, one: None,
}


@pytest.mark.parametrize("order", ORDERS)
def test_a_return_by_hand_is_found_by_its_entry_and_so_is_the_execution_before_it(desk, payment, order):
    ORDERS[order](desk, payment)
    given_back(desk, payment)
    books, before = general(), written()
    lines = [entry_of(payment, returned="AC04")]
    if order != "the statement executed it":
        lines = [entry_of(payment), *lines]
    balances = {"opening": "0.00", "closing": "-7000.00" if len(lines) < 2 else "0.00", "on": DAY}

    statement = a_statement_of(desk, *lines, **balances)

    entries = entries_of(statement)
    assert [(one.state, one.effect) for one in entries] == [
        (EntryState.MATCHED, effect) for effect in [E, G][-len(lines) :]
    ]
    assert (general(), written()) == (books, before)  # nothing is booked, and nobody written to, a second time
    assert (now(payment).state, now(payment).return_reference) == (P.GIVEN_BACK, "NOTICE")
    found, page = reconciled(statement)
    assert (counts(found), page.total, list(list_faults())) == ({}, 0, [])


@pytest.mark.parametrize("whole", [True, False])
def test_an_execution_by_hand_is_found_by_its_entry_and_a_second_one_is_not(desk, payment, whole):
    executed(desk, payment, whole=whole)
    before = general()
    statement = a_statement_of(desk, entry_of(payment), opening="7000.00", closing="0.00", on=DAY)
    (entry,) = entries_of(statement)
    assert (entry.state, entry.effect, general(), now(payment).state) == (EntryState.MATCHED, E, before, P.EXECUTED)
    assert counts(reconciled(statement)[0]) == {}
    (twice,) = entries_of(a_statement_of(desk, entry_of(payment, bank_reference="B2"), number="NEXT"))
    assert (twice.state, twice.doubt) == (EntryState.OPEN, Doubt.PAID_BEFORE)


def test_what_waits_to_be_booked_is_taken_as_shown(desk, payment):
    executed(desk, payment)
    given_back(desk, payment)
    a_statement_of(desk, entry_of(payment), number="S1", book=False)
    lines = entry_of(payment, bank_reference="B2"), entry_of(payment, returned="AC04")
    second, back = entries_of(a_statement_of(desk, *lines, number="S2"))
    assert [(one.state, one.doubt) for one in (second, back)] == [
        (EntryState.OPEN, Doubt.OVER),
        (EntryState.MATCHED, Doubt.NONE),
    ]


def test_a_return_that_names_no_payment_is_matched_by_hand_with_the_one_that_was_recorded(client, desk, payment):
    a_statement_of(desk, entry_of(payment), number="FIRST")
    given_back(desk, payment)
    nameless = [an_entry("7000.00", credit=True, bank_reference=one) for one in ("R1", "R2")]
    entry, twice = entries_of(statement := a_statement_of(desk, *nameless, opening="7000.00", closing="14000.00"))
    assert entry.state == EntryState.OPEN
    assert [one.id for one in known.list_to_choose(fresh(entry), payment.end_to_end_id)] == [payment.id]
    page = signed_in(client, desk.maker).get(f"/banking/entries/{entry.id}/match").text
    assert payment.end_to_end_id in page
    assert "What was recorded by hand before is here too" in page
    with pytest.raises(NotPermitted):
        match_entry(fresh(entry), [payment.id], by=Desk("NL-NB").maker, at=BANK_AT)
    before = general(), written()

    match_entry(fresh(entry), [payment.id], by=desk.maker, at=BANK_AT)

    assert (fresh(entry).state, (general(), written())) == (EntryState.MATCHED, before)
    assert set(counts(reconciled(statement)[0])) == {DifferenceKind.OPEN}  # the second one
    assert known.list_to_choose(fresh(twice), payment.end_to_end_id) == []
    with pytest.raises(WrongState):
        match_entry(fresh(twice), [payment.id], by=desk.maker, at=BANK_AT)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_return_by_hand_of_which_the_bank_kept_a_charge_is_matched_with_the_charge(desk, payment, is_told):
    a_statement_of(desk, entry_of(payment), number="FIRST", opening="7000.00", closing="0.00", on=DAY)
    given_back(desk, payment)
    kept = "<Chrgs><Rcrd><Amt Ccy='EUR'>0.01</Amt></Rcrd></Chrgs>" if is_told else ""
    line = an_entry("6999.99", reference=payment.end_to_end_id, credit=True, returned="AC04", about=kept)
    (entry,) = entries_of(statement := a_statement_of(desk, line, opening="0.00", closing="6999.99", on=DAY))
    if not is_told:
        assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.OTHER_AMOUNT)
        with pytest.raises(RuleBroken, match="add up to"):
            match_entry(fresh(entry), [payment.id], by=desk.maker, at=BANK_AT)
        charge = {"charge": EUR("0.01"), "reason": "The bank's notice"}
        match_entry(fresh(entry), [payment.id], **charge, by=desk.maker, at=BANK_AT)

    assert (fresh(entry).state, general()["5200"], general()["1000"]) == (EntryState.MATCHED, 1, -1)
    assert (counts(reconciled(statement)[0]), list(list_faults())) == ({}, [])

    unmatch_entry(fresh(entry), WRONG, by=desk.maker, at=BANK_AT)
    assert (now(payment).state, general().get("5200", 0), general().get("1000", 0)) == (P.GIVEN_BACK, 0, 0)


def test_a_confirmed_return_is_taken_back_whatever_became_of_the_debt_and_stays_in_the_books(client, desk, payment):
    a_statement_of(desk, entry_of(payment), number="FIRST", opening="7000.00", closing="0.00", on=DAY)
    given_back(desk, payment, code="FOCR")
    line = entry_of(payment, returned="FOCR")
    (entry,) = entries_of(statement := a_statement_of(desk, line, opening="0.00", closing="7000.00", on=DAY))
    make_batch([payment.payable_id], BANK_AT.date(), by=desk.maker, at=BANK_AT)
    before = general(), written()
    page = signed_in(client, desk.maker).get(f"/banking/entries/{entry.id}/unmatch").text
    assert "stay as they were recorded by hand" in page

    unmatch_entry(fresh(entry), WRONG, by=desk.maker, at=BANK_AT)

    assert (fresh(entry).state, fresh(entry).matches) == (EntryState.OPEN, [])
    assert (now(payment).state, (general(), written())) == (P.GIVEN_BACK, before)
    found = counts(reconciled(statement)[0])
    assert found == {DifferenceKind.OPEN: (1, EUR("7000")), DifferenceKind.BY_HAND: (1, EUR("-7000"))}
    match_entry(fresh(entry), [payment.id], by=desk.maker, at=BANK_AT)
    assert counts(reconciled(statement)[0]) == {}


def test_a_return_that_executed_its_payment_stays_while_a_later_entry_shows_the_execution(desk, payment):
    (back,) = entries_of(a_statement_of(desk, entry_of(payment, returned="AC04"), number="S1"))
    match_entry(fresh(back), [payment.id], by=desk.maker, at=BANK_AT)
    before = general()
    (paid,) = entries_of(a_statement_of(desk, entry_of(payment), number="S2"))
    assert (paid.state, general()) == (EntryState.MATCHED, before)
    with pytest.raises(RuleBroken, match="Take that match back first"):
        unmatch_entry(fresh(back), WRONG, by=desk.maker, at=BANK_AT)
    assert (fresh(back).state, now(payment).state) == (EntryState.MATCHED, P.GIVEN_BACK)

    unmatch_entry(fresh(paid), WRONG, by=desk.maker, at=BANK_AT)
    assert now(payment).state == P.GIVEN_BACK
    unmatch_entry(fresh(back), WRONG, by=desk.maker, at=BANK_AT)
    assert (now(payment).state, list(list_faults())) == (P.ORDERED, [])


def test_a_refusal_by_hand_leaves_no_question_when_the_report_comes(desk, payment):
    reject_payment(payment, "AC04", by=desk.maker, at=BANK_AT - timedelta(hours=1))
    before = general()
    report = a_report_of(desk, now(payment).batch, a_line(payment.end_to_end_id))
    assert (report.state, report.refused, general()) == (ReportState.DONE, 0, before)
