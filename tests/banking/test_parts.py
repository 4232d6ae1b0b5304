"""An entry that does two things at once: its parts add up to it, stand in one journal, and are undone together."""

from __future__ import annotations

from datetime import date

import pytest

from tests.banking.files import an_entry
from tests.banking.test_actions import REPAID_AT, a_repayment
from tests.builders.banking import BANK_AT, a_batch_under_way, a_statement_of, entries_of, entry_of
from vouchers.banking.actions import entries as actions
from vouchers.banking.queries import reconciling
from vouchers.banking.queries import statements as queries
from vouchers.banking.queries.parts import list_parts
from vouchers.banking.states import DifferenceKind, Doubt, EntryState
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.core.tables import ListQuery
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import trial_balance
from vouchers.payments import queries as payments
from vouchers.payments.states import PaymentState
from vouchers.recoveries.actions.collecting import undo_receipt
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import RecoveryState

FIRST = date(2026, 12, 1)


def parts_of(entry):
    return [(str(part.words), part.amount.cents, part.account) for part in list_parts(entry)]


def test_more_than_is_owed_pays_the_recovery_and_the_rest_lies_in_suspense_until_both_are_undone(desk, owed):
    statement = a_statement_of(
        desk, a_repayment(owed, "550.00"), number="S-1", on=date(2027, 2, 2), opening="0.00", closing="550.00",
        at=REPAID_AT,
    )  # fmt: skip
    (entry,) = entries_of(statement)
    (receipt,) = get_recovery(owed.id).receipts
    assert (entry.state, entry.journal_id, receipt.amount) == (EntryState.MATCHED, receipt.journal_id, EUR("500"))
    assert (str(entry.reason), get_recovery(owed.id).state) == (
        "More came in than was owed on that day.",
        RecoveryState.SETTLED,
    )
    assert (trial_balance()["2300"], trial_balance().get("1200", 0)) == (-50_00, 0)
    assert [(words, cents) for words, cents, _account in parts_of(entry)] == [
        (owed.number, 500_00),
        ("Money of somebody not known yet (suspense)", 50_00),
    ]
    span = reconciling.find_span(statement)
    found = reconciling.reconcile(statement, span)
    assert (found.suspense_cents, found.of(DifferenceKind.OTHER_DAY).cents, found.rest.cents) == (-50_00, 0, 0)

    undo_receipt(get_recovery(owed.id), receipt.id, "Another company", by=desk.maker, at=REPAID_AT)

    assert (trial_balance()["2300"], trial_balance()["1200"]) == (0, 500_00)
    entry = queries.get_entry(entry.id)
    assert (entry.state, entry.journal_id, entry.recovery_id, parts_of(entry)) == (EntryState.OPEN, None, None, [])
    assert list(list_faults()) == []


def test_an_officer_says_why_more_than_is_owed_may_lie_in_suspense(desk, owed):
    (entry,) = entries_of(a_statement_of(desk, a_repayment(owed, "500.01", "no words"), number="S-1", at=REPAID_AT))
    with pytest.raises(RuleBroken, match=r"At most EUR 500\.00 is owed\. Say why the rest, EUR 0\.01") as refused:
        actions.match_entry_to_recovery(queries.get_entry(entry.id), owed, by=desk.maker, at=REPAID_AT, reason=" ")
    assert (refused.value.field, get_recovery(owed.id).receipts) == ("reason", [])
    actions.match_entry_to_recovery(
        queries.get_entry(entry.id), owed, by=desk.maker, at=REPAID_AT, reason="A cent too much"
    )
    entry = queries.get_entry(entry.id)
    assert (entry.reason, sum(cents for _words, cents, _account in parts_of(entry))) == ("A cent too much", 500_01)
    assert (trial_balance()["2300"], list(list_faults())) == (-1, [])


def a_return(payment, net, *, charge=""):
    """The payment comes back less a charge, which the bank tells or not."""
    kept = f"<Chrgs><Rcrd><Amt Ccy='EUR'>{charge}</Amt></Rcrd></Chrgs>" if charge else ""
    return an_entry(net, reference=payment.end_to_end_id, credit=True, returned="MD07", about=kept)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_payment_that_comes_back_less_a_charge_is_given_back_whole(desk, is_told):
    (payment,) = a_batch_under_way(desk, "316.77").payments
    back = a_return(payment, "311.77", charge="5.00" if is_told else "")
    statement = a_statement_of(desk, entry_of(payment), back, opening="400.00", closing="395.00")
    entry = entries_of(statement)[1]
    if not is_told:
        assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.OTHER_AMOUNT)
        actions.match_entry(
            queries.get_entry(entry.id), [payment.id], charge=EUR("5"), reason="Notice 7", by=desk.maker, at=BANK_AT
        )

    entry = queries.get_entry(entry.id)
    reason = "The bank kept a charge of what came back." if is_told else "Notice 7"
    assert (entry.state, entry.reason, entry.return_code) == (EntryState.MATCHED, reason, "MD07")
    again = payments.get_payment(payment.id)
    assert (again.state, again.payable.open_amount) == (PaymentState.GIVEN_BACK, EUR("316.77"))
    assert (trial_balance()["1000"], trial_balance()["5200"]) == (-5_00, 5_00)
    assert parts_of(entry) == [
        (payment.end_to_end_id, 316_77, ""),
        ("Charges of the bank (expense)", -5_00, "5200"),
    ]
    found = reconciling.reconcile(statement, reconciling.find_span(statement))
    assert (found.difference.cents, found.opening.cents, found.rest.cents) == (400_00, 400_00, 0)
    assert list(list_faults()) == []


def test_what_is_kept_of_a_return_is_reconciled_where_the_books_have_it_later(desk):
    """At the bank today, in the books tomorrow: the payment and the charge are two lines that make the entry."""
    (payment,) = a_batch_under_way(desk, "316.77").payments
    statement = a_statement_of(
        desk, entry_of(payment), a_return(payment, "311.77"), on=FIRST, opening="400.00", closing="395.00"
    )
    actions.match_entry(
        entries_of(statement)[1], [payment.id], charge=EUR("5"), reason="Notice 7", on=BANK_AT.date(), by=desk.maker,
        at=BANK_AT,
    )  # fmt: skip
    span = reconciling.find_span(statement)
    found = reconciling.reconcile(statement, span)
    rows = reconciling.list_differences(ListQuery(sort="amount"), span).items
    assert [row.cents for row in rows] == [-5_00, 316_77]
    assert (found.of(DifferenceKind.OTHER_DAY).cents, found.rest.cents) == (311_77, 0)
