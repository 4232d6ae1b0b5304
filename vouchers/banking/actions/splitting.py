"""One transfer that pays several debts of one company: a receipt and a journal for each, all of the same entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry, EntryDebt
from vouchers.banking.rules.by_hand import ensure_splits, field_of
from vouchers.banking.rules.days import day_in_books, is_of_the_bank
from vouchers.banking.states import Doubt, Effect
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.recoveries.actions.collecting import receive_recovery
from vouchers.recoveries.models import Recovery
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def split_entry(
    entry: Entry,
    parts: Sequence[tuple[Recovery, Money]],
    *,
    by: User,
    at: datetime,
    on: date | None = None,
    reason: str = "",
) -> None:
    """Say how much of an entry pays which recovery; that is booked at once. What is left over goes to suspense.

    The rest stands in the journal of the last debt. What is split is undone whole, by taking the match back.

    Args:
        on: the day in the books; None: that of the bank.
        reason: why a rest may lie in suspense.

    Raises:
        RuleBroken: fewer than two debts, or debts of several companies or of another account; more than the entry, or
            more than is owed of one; a rest without a reason; a day that cannot be.
        NotPermitted: a recovery is of a programme that the person does not work for.
    """
    with transition(entry, ENTRY.match_by_hand, by=by, at=at, why=reason.strip() or None):
        rest = ensure_splits(entry, parts, reason)
        at_bank = day_in_books(entry.booked_on, entry.value_on)
        day, is_belated = on or at_bank or day_in(entry.statement.region.time_zone, at), is_of_the_bank(on, at_bank)
        entry.effect, entry.doubt = Effect.REPAYS, Doubt.NONE
        entry.reason = reason if rest else ""
        in_order = sorted(parts, key=lambda part: part[0].id)  # locks are taken in it
        for recovery, amount in in_order:
            beside = rest if recovery is in_order[-1][0] else rest - rest
            with _named(recovery):
                receipt = receive_recovery(
                    *(recovery, amount, day, entry.receipt_line),
                    by=by,
                    at=at,
                    rest_because=reason,
                    beside=beside,
                    is_belated=is_belated,
                )
            assert receipt.journal_id is not None  # it was posted
            cents = (amount + beside).cents
            entry.debts.append(EntryDebt(recovery_id=recovery.id, journal_id=receipt.journal_id, cents=cents))


@contextmanager
def _named(recovery: Recovery) -> Iterator[None]:
    """What is refused of the amount stands in the box of this recovery."""
    try:
        yield
    except RuleBroken as refused:
        if refused.field == "amount":
            refused.field = field_of(recovery)
        raise
