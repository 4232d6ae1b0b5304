"""Which accounts a recovery moves. Pure. The principal stands on the funds that paid; interest on the region's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from vouchers.core.money import Money
from vouchers.ledger import recipes
from vouchers.ledger.chart import Account
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share


def _words(recovery: Any, narrative: str) -> dict[str, Any]:
    return {"voucher": recovery.voucher, "reference": recovery.number, "narrative": f"{recovery.number}: {narrative}"}


def ordered(recovery: Any) -> JournalDraft:
    """The beneficiary owes it; expense and income shrink."""
    return recipes.order_recovery(recovery.whole, **_words(recovery, f"{recovery.cause.value}, {recovery.decision}"))


def interest_charged(recovery: Any, shares: Sequence[Share], through: date) -> JournalDraft:
    """Interest up to a day; below zero where money came earlier than was known."""
    return recipes.charge_interest(shares, **_words(recovery, f"interest through {through.isoformat()}"))


def received(
    recovery: Any,
    principal: Sequence[Share],
    interest: Sequence[Share],
    *,
    bank_reference: str,
    on: date,
    rest: Sequence[Share] = (),
    rest_because: str = "",
) -> JournalDraft:
    """Money came at the bank; what is more than was owed lies in suspense (on one fund), and why is said."""
    more = f"; {rest[0].amount} more than was owed: {rest_because}" if rest else ""
    words = _words(recovery, f"received, bank reference {bank_reference}{more}")
    return recipes.receive_recovery(principal, interest=interest, rest=rest, on=on, **words)


def set_off(
    recovery: Any, payable: Any, taken: Sequence[Share], principal: Sequence[Share], interest: Sequence[Share]
) -> JournalDraft:
    """A debt is kept back."""
    return recipes.set_off_recovery(
        taken,
        principal,
        interest=interest,
        of_voucher=payable.voucher,
        payable=Account(payable.books_account),
        **_words(recovery, f"set off against {payable.number}"),
    )


def waived(recovery: Any, principal: Sequence[Share], interest: Sequence[Share]) -> JournalDraft:
    """It is not claimed any more."""
    return recipes.waive_recovery(principal, interest=interest, **_words(recovery, "waived"))


def undone(recovery: Any, journal: Any, currencies: dict[int, str], narrative: str) -> JournalDraft:
    """The mirror image of what was booked."""
    moves = [
        Move(Account(line.account), line.fund_id, Money(line.cents, currencies[line.fund_id]), line.voucher)
        for line in journal.lines
    ]
    return recipes.reverse(
        journal.id, journal.event, moves, reference=recovery.number, narrative=f"{recovery.number}: {narrative}"
    )
