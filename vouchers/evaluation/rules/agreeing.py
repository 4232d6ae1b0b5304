"""When the experts of an application must agree on one sheet, who writes it, and how far their marks lie apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vouchers.programmes.rules.plan import Criterion

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def label_of(number: int) -> str:
    """What an expert is called among the others: A, B, ... Z, AA, AB."""
    rest, letter = divmod(number, len(LABELS))
    return (label_of(rest - 1) if rest else "") + LABELS[letter]


def choose_rapporteur(candidates: Sequence[tuple[int, int]], written: Mapping[int, int]) -> int:
    """The assignment whose expert writes: who has written the fewest in the call; among equals who was given it first.

    Args:
        candidates: (assignment, expert), in the order in which they were given the application.
    """
    return min(candidates, key=lambda one: (written.get(one[1], 0), one[0]))[0]


@dataclass(frozen=True, slots=True)
class Spread:
    """One criterion as the experts marked it."""

    criterion: Criterion
    given: tuple[Mapping[str, Any], ...]
    """Each expert's mark and comment, in the order of the labels."""

    @property
    def width(self) -> Decimal:
        """The highest mark less the lowest."""
        marks = [Decimal(str(one.get("mark") or 0)) for one in self.given]
        return max(marks) - min(marks) if marks else Decimal(0)


def spreads(criteria: Sequence[Criterion], sheets: Sequence[Mapping[str, Any]]) -> list[Spread]:
    """The sheets side by side, criterion by criterion."""
    return [Spread(one, tuple(sheet.get(one.code) or {} for sheet in sheets)) for one in criteria]
