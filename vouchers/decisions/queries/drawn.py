"""What a draw by lot says of a list: its name, and the order that it gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.money import Money
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules.tie_breaks import order_of as order_by_marks
from vouchers.evaluation.rules.scoring import Result


def order_of(
    contest: Contest, number: int, result: Result | None, drawn: int | None, submitted_at: datetime | None, wants: Money
) -> tuple[Any, ...] | None:
    """Greater is better: the drawn place in a lottery; else marks or submission, and a drawn place among equals."""
    if contest.is_lottery and drawn is not None:
        return (-drawn,)
    if not contest.is_by_marks:
        return (-number,)
    if result is None or result.order is None:
        return None
    order = order_by_marks(result, contest.call.plan.tie_breaks, submitted_at=submitted_at, wants=wants)
    return order if drawn is None or order is None else (*order, -drawn)


def key_of(contest: Contest) -> dict[str, Any]:
    """What names the draw of a list."""
    return {
        "call_id": contest.call.id,
        "region_id": contest.region.id,
        "instruments": "+".join(instrument.code for instrument in contest.instruments),
        "round": contest.round.number if contest.round else 0,
    }
