"""Experts who lie far apart: by the call's number of points or more, on one criterion.

The plain sums need no number of their own: where they lie that many points apart for each criterion, a criterion does
too. One more expert is asked for then. The application counts as marked once that expert has submitted too, whatever
the new marks are, or once a manager has accepted the difference with a reason. An acceptance holds for the very sheets
that the manager saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.rules.scoring import Sheet
from vouchers.programmes.rules.plan import Marking


@dataclass(frozen=True, slots=True)
class Apart:
    """Where two experts lie too far apart: the criterion's code, the lowest and the highest mark."""

    on: str
    low: Decimal
    high: Decimal

    @property
    def points(self) -> Decimal:
        """How far they lie apart."""
        return self.high - self.low


def find_apart(sheets: Sequence[Sheet], marking: Marking) -> list[Apart]:
    """The criteria on which complete sheets of one application lie ``marking.divergence`` or more points apart.

    Empty where the call names no such number, or fewer than two have marked.
    """
    if marking.divergence is None or len(sheets) < 2:
        return []
    columns = {one.code: [sheet[one.code] for sheet in sheets] for one in marking.criteria}
    found = [Apart(on, min(marks), max(marks)) for on, marks in columns.items()]
    return [one for one in found if one.points >= marking.divergence]


def as_json(found: Sequence[Apart]) -> list[dict[str, str]]:
    """As it is stored."""
    return [{"on": one.on, "low": str(one.low), "high": str(one.high)} for one in found]


def read_apart(stored: Sequence[Mapping[str, Any]]) -> list[Apart]:
    """What `as_json` stored."""
    return [Apart(one["on"], Decimal(one["low"]), Decimal(one["high"])) for one in stored]


def say_apart(one: Apart, marking: Marking) -> Sentence:
    """One difference in words."""
    names = {criterion.code: criterion.name for criterion in marking.criteria}
    return _(
        "%(criterion)s: the marks lie %(points)s points apart, from %(low)s to %(high)s.",
        criterion=names.get(one.on, one.on),
        points=_plain(one.points),
        low=_plain(one.low),
        high=_plain(one.high),
    )


def fingerprint(sheets: Mapping[int, int]) -> str:
    """Which sheets were looked at: ``12:4,15:3``, each assignment with its version."""
    return ",".join(f"{key}:{version}" for key, version in sorted(sheets.items()))


def ensure_reason(reason: str) -> None:
    """A difference is accepted with a reason."""
    if not reason.strip():
        raise RuleBroken(_("Say why the difference can stand"), field="reason")


def _plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")
