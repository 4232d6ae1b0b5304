"""What a draw by lot says of a list: its name, and the order that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from vouchers.core.money import Money
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules.ranking import Entry
from vouchers.decisions.rules.tie_breaks import order_of as order_by_marks
from vouchers.draws.models import Draw
from vouchers.evaluation.rules.scoring import Result

Order = tuple[Any, ...] | None
"""What a ranking compares, greater is better; None has no place."""


def order_of(
    contest: Contest, number: int, result: Result | None, submitted_at: datetime | None, wants: Money
) -> Order:
    """By marks or by submission, before any lot is asked."""
    if not contest.is_by_marks:
        return (-number,)
    if result is None or result.order is None:
        return None
    return order_by_marks(result, contest.call.plan.tie_breaks, submitted_at=submitted_at, wants=wants)


@dataclass(frozen=True, slots=True)
class Lots:
    """The entries of a list with what its lots say."""

    entries: tuple[Entry, ...]
    late: Mapping[str, int] = field(default_factory=dict)
    """Who came to the list after the draw, by reference: the place that it would have been drawn at."""


def draw_into(contest: Contest, draw: Draw | None, entries: Mapping[str, Entry]) -> Lots:
    """The drawn place in a lottery, and among equals where a lot decides only between them.

    Whoever was left out of the pool by mistake stands at the place that the same draw gives it (`place_among` of
    `draws.rules.lots`), just before the one who was drawn there; the others keep their order.

    Args:
        entries: by reference, in the order of submission.
    """
    if draw is None or draw.result is None:
        return Lots(tuple(entries.values()))
    drawn, pool, late, found = draw.places_drawn, frozenset(draw.references), {}, []
    equals = {entries[one].order for one in drawn if one in entries}
    for number, (reference, entry) in enumerate(entries.items()):
        lot: tuple[int, ...] = (-drawn.get(reference, len(drawn) + 1),)
        is_equal = contest.is_lottery or (entry.order is not None and entry.order in equals)
        is_left_out = reference not in pool and entry.passes and is_equal
        if is_left_out and (place := draw.place_of_late(reference)) is not None:
            late[reference], lot = place, (-place, 1, -number)
        order = lot if contest.is_lottery else entry.order and (*entry.order, *lot)
        found.append(replace(entry, order=order))
    return Lots(tuple(found), late)


def key_of(contest: Contest) -> dict[str, Any]:
    """What names the draw of a list."""
    return {
        "call_id": contest.call.id,
        "region_id": contest.region.id,
        "instruments": "+".join(instrument.code for instrument in contest.instruments),
        "round": contest.round.number if contest.round else 0,
    }
