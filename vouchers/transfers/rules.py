"""What may be moved from one envelope to another, and how its fund lines carry it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.core.money import Money, next_step, total
from vouchers.core.text import say as _


def ensure_between_envelopes(source: Any, target: Any) -> None:
    """Two envelopes of one call, in one currency."""
    if source.id == target.id:
        raise RuleBroken(_("Choose another budget than the one that gives."), field="target")
    if source.call_id != target.call_id:
        raise RuleBroken(_("Money moves only within one call."), field="target")
    if source.currency != target.currency:
        raise RuleBroken(
            _(
                "The budgets are in %(source)s and %(target)s. Money moves only in one currency.",
                source=source.currency,
                target=target.currency,
            ),
            field="target",
        )


def ensure_available(amount: Money, available: Money) -> None:
    """More than nothing, and no more than nobody has been promised."""
    if amount.currency != available.currency or amount.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="amount")
    if amount > available:
        raise RuleBroken(
            _("Only %(available)s are available. What is awarded or paid cannot be moved.", available=available),
            field="amount",
        )


def split_over_lines(amount: Money, lines: Sequence[tuple[str, Decimal, Money]]) -> dict[str, Money]:
    """How the giving fund lines carry an amount: by their rates, to the cent, within what each has available.

    Args:
        lines: code, rate, and what is available on it; together enough for the amount.
    """
    rates, room = [rate for _code, rate, _room in lines], [left for _code, _rate, left in lines]
    parts = amount.split(rates)
    if any(part > left for part, left in zip(parts, room, strict=True)):
        parts = next_step([Money(0, amount.currency)] * len(lines), amount, rates, room)
    return {code: part for (code, _rate, _room), part in zip(lines, parts, strict=True) if part.cents}


def ensure_lines_known(parts: Mapping[str, Money], target: Collection[str], region: Text) -> None:
    """Money stays on its fund line: a funder's money is never turned into another's."""
    if missing := [code for code in parts if code not in target]:
        raise RuleBroken(
            _(
                "The budget of %(region)s has no money of %(lines)s, and money stays on its fund line.",
                region=region,
                lines=", ".join(missing),
            ),
            field="target",
        )


def ensure_voted_and_moved(voted: Money, moved: Money) -> Money:
    """What an envelope has now; never less than nothing."""
    now = total([voted, moved])
    if now.cents < 0:
        raise RuleBroken(_("More would be moved than was voted."), field="amount")
    return now
