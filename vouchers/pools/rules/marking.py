"""What the marks of an enrolment make together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vouchers.core.errors import RuleBroken, ensure_none
from vouchers.core.text import say as _
from vouchers.pools.rules.terms import PoolCriterion, is_mark


@dataclass(frozen=True, slots=True)
class PoolMark:
    """The mark of one criterion (0 to 5 in halves), and why."""

    mark: Decimal
    comment: str


def ensure_marks(marks: Mapping[str, PoolMark], criteria: Sequence[PoolCriterion]) -> None:
    """Every criterion has a mark of 0 to 5 in halves. Raises `RuleBroken` (field ``mark_c1``...), all of it at once."""
    ensure_none(_list_gaps(marks, criteria))


def _list_gaps(marks: Mapping[str, PoolMark], criteria: Sequence[PoolCriterion]) -> Iterator[RuleBroken]:
    for criterion in criteria:
        found, field = marks.get(criterion.code), f"mark_{criterion.code}"
        if found is None:
            yield RuleBroken(_("“%(name)s” has no mark.", name=criterion.name), field=field)
        elif not is_mark(found.mark):
            yield RuleBroken(_("A mark is 0 to 5 in halves."), field=field)


def score_of(marks: Mapping[str, PoolMark], criteria: Sequence[PoolCriterion]) -> Fraction:
    """The weighted mean of complete marks, exactly."""
    weights = sum(Fraction(one.weight) for one in criteria)
    return sum((Fraction(one.weight) * Fraction(marks[one.code].mark) for one in criteria), Fraction()) / weights


def list_below(marks: Mapping[str, PoolMark], criteria: Sequence[PoolCriterion]) -> list[PoolCriterion]:
    """The criteria whose least mark is not reached."""
    return [one for one in criteria if one.code in marks and marks[one.code].mark < one.threshold]


def ensure_admissible(marks: Mapping[str, PoolMark], criteria: Sequence[PoolCriterion]) -> None:
    """Whoever is admitted was marked, and reaches every threshold that the call published. Raises `RuleBroken`."""
    if not marks:
        raise RuleBroken(_("Mark this enrolment before you admit it."))
    if below := list_below(marks, criteria):
        raise RuleBroken(
            _(
                "“%(name)s” is below the least mark of the call, so this enrolment cannot be admitted.",
                name=below[0].name,
            )
        )


def read_marks(stored: Mapping[str, Any]) -> dict[str, PoolMark]:
    """The marks that the column keeps."""
    return {code: PoolMark(Decimal(one["mark"]), str(one["comment"])) for code, one in stored.items()}
