"""When money that arrived from a funder may be recorded. Pure."""

from __future__ import annotations

from datetime import date

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _


def tidy_reference(text: str) -> str:
    """A reference as it is booked: in capitals, its words one blank apart."""
    return " ".join(text.split()).upper()


def ensure_receipt_fits(
    amount: Money,
    *,
    on: date,
    today: date,
    first_day: date | None,
    appropriated: Money,
    received: Money,
    is_known: bool,
) -> None:
    """Refuse an amount that cannot be: nothing, of a day that cannot be, known, or more than the funder gives in all.

    Args:
        first_day: on which the books of the programme begin: its first budget was voted.
        appropriated, received: of this fund line of the envelope; what was received before.
        is_known: whether money with the same bank reference was recorded for this fund line before.
    """
    if is_known:
        raise RuleBroken(
            _("Money with this reference was recorded before, so nothing was recorded a second time."),
            field="reference",
        )
    if amount.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="amount")
    if on > today:
        raise RuleBroken(_("This day has not come yet. Enter the day on the bank statement."), field="on")
    if first_day is not None and on < first_day:
        raise RuleBroken(
            _("The books of this programme begin on %(day)s. Enter the day on the bank statement.", day=first_day),
            field="on",
        )
    if received + amount > appropriated:
        raise RuleBroken(
            _(
                "This fund line has %(appropriated)s in all, and %(received)s were received before. "
                "At most %(left)s can still arrive.",
                appropriated=appropriated,
                received=received,
                left=appropriated - received,
            ),
            field="amount",
        )
