"""How far experts agree: Krippendorff's alpha for interval data, and how far the marks of one application lie apart.

``alpha = 1 - observed / expected``: the mean squared difference between the marks of the same application, over that
between all marks whoever they belong to (Krippendorff, Content Analysis, 2004, chapter 11; Computing Krippendorff's
Alpha-Reliability, 2011, with the interval metric ``(a - b) ** 2``). 1 is full agreement, 0 is what chance would give.
Marks of applications that only one expert marked have nothing to agree with and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _

RELIABLE, TENTATIVE = Fraction(8, 10), Fraction(667, 1000)
"""Krippendorff (2004, p. 241): rely on alpha of .800 and above, draw tentative conclusions from .667."""

Score = int | Decimal | Fraction


class Agreement(State):
    """What alpha says, in plain words."""

    HIGH = "high", _("The experts agree well."), "green"
    TENTATIVE = "tentative", _("The experts agree in part: read close places with care."), "yellow"
    LOW = "low", _("The experts agree little: close places may well have fallen out otherwise."), "orange"
    NONE = "none", _("The experts agree no more than chance would have it."), "red"
    UNKNOWN = (
        "unknown",
        _("It cannot be said how far the experts agree: no two marks of one application can be compared."),
        "grey",
    )


@dataclass(frozen=True, slots=True)
class Alpha:
    """The figure with what it rests on."""

    value: Fraction | None
    """None where it is not defined: nothing to compare, or all marks are the same."""
    applications: int
    """How many were marked by at least two experts."""
    marks: int
    """How many marks those have."""

    @property
    def means(self) -> Agreement:
        """What it says."""
        return meaning_of(self.value)


def meaning_of(alpha: Fraction | str | None) -> Agreement:
    """What a value of alpha says, also as it is stored: decimal text, or None."""
    if alpha is None:
        return Agreement.UNKNOWN
    value = Fraction(alpha)
    if value >= RELIABLE:
        return Agreement.HIGH
    if value >= TENTATIVE:
        return Agreement.TENTATIVE
    return Agreement.LOW if value > 0 else Agreement.NONE


def krippendorff_alpha(units: Iterable[Sequence[Score]]) -> Alpha:
    """Alpha over applications, each with its marks. Exact, in one pass."""
    observed = total = squares = Fraction()
    applications = marks = 0
    for unit in units:
        if len(unit) < 2:
            continue
        exact = [Fraction(one) for one in unit]
        added, squared = sum(exact, Fraction()), sum((one * one for one in exact), Fraction())
        observed += 2 * (len(exact) * squared - added**2) / (len(exact) - 1)
        total, squares = total + added, squares + squared
        applications, marks = applications + 1, marks + len(exact)
    expected = 2 * (marks * squares - total**2) / (marks - 1) if marks > 1 else Fraction()
    return Alpha(1 - observed / expected if expected else None, applications, marks)


def spread(scores: Sequence[Score]) -> Fraction:
    """How far the highest and the lowest lie apart."""
    return Fraction(max(scores)) - Fraction(min(scores))


def five_numbers(scores: Sequence[Score]) -> tuple[Fraction, ...]:
    """Least, lower quartile, median, upper quartile and greatest, for a box plot; between two marks by halves or
    quarters (type 7 of Hyndman and Fan, The American Statistician 50, 1996)."""
    exact = sorted(Fraction(one) for one in scores)
    return tuple(_quantile(exact, Fraction(part, 4)) for part in range(5))


def _quantile(exact: Sequence[Fraction], part: Fraction) -> Fraction:
    place = part * (len(exact) - 1)
    below = int(place)
    above = min(below + 1, len(exact) - 1)
    return exact[below] + (place - below) * (exact[above] - exact[below])
