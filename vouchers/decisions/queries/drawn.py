"""What a draw by lot says of a list: its name, and the order that it gives."""

from __future__ import annotations

from typing import Any

from vouchers.evaluation.rules.scoring import Result


def order_of(contest: Any, number: int, result: Result | None, drawn: int | None) -> tuple[Any, ...] | None:
    """Greater is better: the drawn place in a lottery; else marks or submission, and a drawn place among equals."""
    if contest.is_lottery and drawn is not None:
        return (-drawn,)
    if not contest.is_by_marks:
        return (-number,)
    if result is None or result.order is None:
        return None
    return result.order if drawn is None else (*result.order, -drawn)


def key_of(contest: Any) -> dict[str, Any]:
    """What names the draw of a list."""
    return {
        "call_id": contest.call.id,
        "region_id": contest.region.id,
        "instruments": "+".join(instrument.code for instrument in contest.instruments),
        "round": contest.round.number if contest.round else 0,
    }
