"""One transfer over several debts of the company that paid: a receipt and a journal each, undone together."""

from __future__ import annotations

from datetime import date

import pytest

from tests.banking.files import an_entry
from tests.banking.test_actions import REPAID_AT, a_repayment
from tests.banking.test_booking import general, reconciled
from tests.builders.banking import a_statement_of, entries_of
from tests.builders.payments import Desk
from tests.builders.recoveries import a_paid_agreement, an_ordered_recovery
from tests.builders.users import signed_in
from vouchers.banking.actions.splitting import split_entry
from vouchers.banking.actions.unmatching import unmatch_entry
from vouchers.banking.queries import statements as queries
from vouchers.banking.queries.booking import list_recorded
from vouchers.banking.queries.parts import list_parts
from vouchers.banking.states import DifferenceKind, Effect, EntryState
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import trial_balance
from vouchers.recoveries.actions.collecting import undo_receipt
from vouchers.recoveries.queries import get_recovery, map_on_statements
from vouchers.recoveries.states import RecoveryState

PAID_ON = date(2027, 2, 2)
WHY = "The company asks for it back"


@pytest.fixture
def debts(desk, clock):
    """EUR 500 and EUR 300 of one company."""
    agreement = a_paid_agreement(desk)
    owed = [an_ordered_recovery(desk, agreement, amount) for amount in ("500", "300")]
    clock.stop(REPAID_AT)
    return owed


def a_transfer(desk, first, second, amount):
    """One credit that names both, which the program leaves to people; and its statement."""
    words = f"{first.number} and {second.number}"
    statement = a_statement_of(
        desk, a_repayment(first, amount, words), number="S-1", on=PAID_ON, opening="0.00", closing=amount, at=REPAID_AT
    )
    (entry,) = entries_of(statement)
    assert entry.state == EntryState.OPEN
    return statement, entry


def fresh(entry):
    return queries.get_entry(entry.id)


def split(entry, *parts, by, reason=""):
    split_entry(fresh(entry), [(one, EUR(amount)) for one, amount in parts], by=by, at=REPAID_AT, reason=reason)


def left(*recoveries):
    return [get_recovery(one.id).left.plain for one in recoveries]


def explained(statement):
    found, _page = reconciled(statement)
    return found.rest.cents, found.of(DifferenceKind.OPEN).count


def test_one_transfer_pays_two_debts_and_the_rest_lies_in_suspense_until_all_of_it_is_undone(desk, debts):
    first, second = debts
    statement, entry = a_transfer(desk, first, second, "650.00")
    before = general()

    split(entry, (second, "100"), (first, "500"), by=desk.maker, reason=WHY)

    entry = fresh(entry)
    assert (entry.state, entry.effect, entry.reason, entry.journal_id) == (
        EntryState.MATCHED,
        Effect.REPAYS,
        WHY,
        None,
    )
    assert left(first, second) == ["0.00", "200.00"]
    assert get_recovery(first.id).state == RecoveryState.SETTLED
    assert [(str(part.words), part.amount.cents) for part in list_parts(entry)] == [
        (first.number, 500_00),
        (second.number, 100_00),
        ("Money of somebody not known yet (suspense)", 50_00),
    ]
    receipts = [get_recovery(one.id).receipts[-1] for one in debts]
    assert len({one.journal_id for one in receipts}) == 2
    assert [
        map_on_statements(one)[receipt.journal_id].is_shared for one, receipt in zip(debts, receipts, strict=True)
    ] == [
        True,
        True,
    ]
    assert (trial_balance()["2300"], trial_balance()["1200"]) == (-50_00, 200_00)
    assert explained(statement) == (0, 0)
    assert list_recorded(entry) == []
    assert list(list_faults()) == []

    one = get_recovery(first.id)
    with pytest.raises(RuleBroken, match="pays other debts, too"):
        undo_receipt(one, one.receipts[-1].id, WHY, by=desk.maker, at=REPAID_AT)
    unmatch_entry(fresh(entry), WHY, by=desk.maker, at=REPAID_AT)

    entry = fresh(entry)
    assert (entry.state, entry.effect, entry.debts, list_parts(entry)) == (EntryState.OPEN, None, [], [])
    assert left(first, second) == ["500.00", "300.00"]
    assert general() == before
    assert explained(statement) == (0, 1)

    split(entry, (first, "500"), (second, "150"), by=desk.second)  # it was right, but for the amounts
    assert (left(first, second), explained(statement)) == (["0.00", "150.00"], (0, 0))
    assert list(list_faults()) == []


@pytest.mark.parametrize(
    ("amounts", "reason", "field", "says"),
    [
        (("500", "150"), "", "reason", "EUR 100.00, is to lie in suspense"),
        (("500", "300.01"), "x", "second", r"At most EUR 300\.00 is owed"),
        (("500", "250.01"), "x", None, "and the entry is"),
    ],
)
def test_what_does_not_add_up_is_refused_at_its_box_and_leaves_no_trace(desk, debts, amounts, reason, field, says):
    first, second = debts
    _statement, entry = a_transfer(desk, first, second, "801.00" if field == "second" else "750.00")
    with pytest.raises(RuleBroken, match=says) as refused:
        split(entry, (first, amounts[0]), (second, amounts[1]), by=desk.maker, reason=reason)
    assert refused.value.field == (f"amount_{second.id}" if field == "second" else field)
    assert (fresh(entry).state, fresh(entry).debts, left(first, second)) == (
        EntryState.OPEN,
        [],
        ["500.00", "300.00"],
    )


def test_it_is_split_over_debts_of_one_company_by_an_officer_of_each(desk, debts):
    first, second = debts
    _statement, entry = a_transfer(desk, first, second, "800.00")
    other = an_ordered_recovery(desk)
    for parts, says in (
        (((first, "500"),), "at least two debts"),
        (((first, "100"), (first, "100")), "at least two debts"),
        (((first, "500"), (other, "300")), "one company only"),
    ):
        with pytest.raises(RuleBroken, match=says):
            split(entry, *parts, by=desk.maker, reason=WHY)
    with pytest.raises(NotPermitted):
        split(entry, (first, "500"), (second, "300"), by=Desk("NL-NB").maker)
    (out,) = entries_of(a_statement_of(desk, an_entry("800.00"), number="S-2", at=REPAID_AT))
    with pytest.raises(RuleBroken, match="went out"):
        split(out, (first, "500"), (second, "300"), by=desk.maker)
    assert left(first, second, other) == ["500.00", "300.00", "500.00"]


def test_the_page_fills_in_the_debts_that_the_transfer_names_and_keeps_what_was_typed(client, desk, debts):
    first, second = debts
    _statement, entry = a_transfer(desk, first, second, "650.00")
    browser, address = signed_in(client, desk.maker), f"/banking/entries/{entry.id}/split"
    assert address in browser.get(f"/banking/entries/{entry.id}").text
    page = browser.get(address).text
    assert 'value="500"' in page
    assert 'value="150"' in page  # as far as the money goes
    day = {"on-day": "2", "on-month": "2", "on-year": "2027"}
    answer = browser.post(address, data={f"amount_{first.id}": "500", f"amount_{second.id}": "400", **day})
    assert answer.status_code == 422
    assert 'value="400"' in answer.text
    right = {f"amount_{first.id}": "500", f"amount_{second.id}": "150", **day}
    assert browser.post(address, data=right).status_code == 303
    page = browser.get(f"/banking/entries/{entry.id}").text
    assert first.number in page
    assert second.number in page
    assert "Together with the other debts" in browser.get(f"/recoveries/{first.id}").text
    assert first.number in browser.get(f"/banking/statements/{entry.statement_id}").text
    page = browser.get(f"/banking/entries/{entry.id}/unmatch").text
    assert "received with this entry is undone together" in page
    assert browser.post(f"/banking/entries/{entry.id}/unmatch", data={"reason": WHY}).status_code == 303
    assert left(first, second) == ["500.00", "300.00"]
