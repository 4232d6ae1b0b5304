"""What an expert is owed: sheets or days times the fee of the call. Pure."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Marking
from vouchers.programmes.rules.selection_plan import Fee, FeeUnit

MOST_DAYS = 60
"""Days on one statement, whatever the manager allows."""
HALF = Decimal("0.5")
EXAMPLE = 5 * HALF
"""Days that are not whole, as hints and refusals name them in the reader's language."""


def ensure_fee(marking: Marking | None) -> Fee:
    """The fee of a call. Raises `RuleBroken` where it pays none."""
    if marking is None or marking.fee is None:
        raise RuleBroken(_("This call pays its experts no fee."))
    return marking.fee


def ensure_sheets(sheets: Collection[object]) -> None:
    """At least one sheet is owed for."""
    if not sheets:
        raise RuleBroken(
            _("No sheet of this expert waits for a statement. Somebody else may have drawn it up just now.")
        )


def usual_most_days(sheets: int) -> int:
    """How many days an expert may state where the manager says nothing else: one for each sheet."""
    return min(sheets, MOST_DAYS)


def half_days_of(days: Decimal, *, most_half_days: int) -> int:
    """Days in halves.

    Raises:
        RuleBroken: field ``days``; none, no half days, or more than were agreed.
    """
    if days <= 0 or days % HALF:
        raise RuleBroken(_("Enter whole or half days, such as 2 or %(example)s.", example=EXAMPLE), field="days")
    found = int(days / HALF)
    if found > most_half_days:
        raise RuleBroken(
            _(
                "At most %(most)s days were agreed for these sheets. If it took longer, say so instead of agreeing.",
                most=days_of(most_half_days),
            ),
            field="days",
        )
    return found


def days_of(half_days: int) -> Decimal:
    """``2``, ``2.5``."""
    days = half_days * HALF
    return days.to_integral_value() if half_days % 2 == 0 else days


def amount_of(unit: FeeUnit, rate: Money, *, sheets: int, half_days: int | None) -> Money | None:
    """What is owed; None while days are paid and nobody has said how many. Half a cent is rounded up."""
    if unit is FeeUnit.SHEET:
        return Money(rate.cents * sheets, rate.currency)
    if half_days is None:
        return None
    return Money((rate.cents * half_days + 1) // 2, rate.currency)


def ensure_still_counted(ended: Collection[str]) -> None:
    """Every sheet still counts: marks that fell away by a conflict of interest are not paid.

    Args:
        ended: references of applications whose sheet counts no more.
    """
    if ended:
        raise RuleBroken(
            _(
                "The marks for %(references)s count no more, so they are not paid. The manager must draw up the "
                "statement anew.",
                references=", ".join(sorted(ended)),
            )
        )
