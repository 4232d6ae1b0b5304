"""Tie-breaks as the call publishes them: who of two with the same score comes first. Pure.

A call names the marks of criteria by their codes, `earliest` (who submitted first) and `smaller_amount` (who asks for
less), in the order in which they are asked. A call that names none asks the criteria by their weight, the heaviest
first. Those who stay equal after all of them share a place, and where the money ends among them a lot decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.rules.scoring import Result
from vouchers.programmes.rules.plan import Marking

EARLIEST, SMALLER_AMOUNT = "earliest", "smaller_amount"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def order_of(
    result: Result, tie_breaks: Sequence[str], *, submitted_at: datetime | None, wants: Money
) -> tuple[Any, ...] | None:
    """What a ranking compares, greater is better: the score, then each published tie-break; equal is tied, and None
    has no place.

    Args:
        submitted_at: the moment of the first submission, exact to what the database keeps.
        wants: the amount that it would be given.
    """
    if result.order is None or not tie_breaks:
        return result.order
    marks = dict(result.marks)
    later = (submitted_at or _EPOCH) - _EPOCH
    special: dict[str, Any] = {EARLIEST: -later, SMALLER_AMOUNT: -wants.cents}
    return (result.ranking_score, *(special[code] if code in special else marks[code] for code in tie_breaks))


def say_tie_breaks(tie_breaks: Sequence[str], marking: Marking) -> Sentence:
    """What is asked of those with the same score, in the order in which it is asked, in words."""
    names: dict[str, Any] = {criterion.code: criterion.name for criterion in marking.criteria}
    names |= {EARLIEST: _("who submitted earlier"), SMALLER_AMOUNT: _("who asks for less")}
    by_weight = [criterion.code for criterion in sorted(marking.criteria, key=lambda criterion: -criterion.weight)]
    words = [str(names[code]) for code in tie_breaks or by_weight]
    return _("Who is equal is told apart, in this order, by: %(words)s.", words="; ".join(words))
