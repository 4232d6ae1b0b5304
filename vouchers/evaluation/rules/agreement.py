"""How far experts agree: Krippendorff's alpha for interval data, the intraclass correlation, and how far the marks of
one application lie apart.

``alpha = 1 - observed / expected``: the mean squared difference between the marks of the same application, over that
between all marks whoever they belong to (Krippendorff, Content Analysis, 2004, chapter 11; Computing Krippendorff's
Alpha-Reliability, 2011, with the interval metric ``(a - b) ** 2``). 1 is full agreement, 0 is what chance would give.
Marks of applications that only one expert marked have nothing to agree with and are left out.

``ICC(1,1) = (between - within) / (between + (size - 1) * within)``: the one-way intraclass correlation of single marks,
from the mean squares between and within applications (Shrout and Fleiss, Psychological Bulletin 86, 1979, case 1: each
application is marked by other experts). Where applications have different numbers of marks, ``size`` is
``(N - sum(n ** 2) / N) / (a - 1)``, of a applications with n marks each and N in all (Donner, International Statistical
Review 54, 1986). It is the part of all variance in single marks that the applications themselves explain.
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


@dataclass(frozen=True, slots=True)
class Agreed:
    """Both figures on the same marks."""

    alpha: Alpha
    intraclass: Fraction | None
    """None where it is not defined: fewer than two applications with two marks, or all marks are the same."""


def agreement_of(units: Iterable[Sequence[Score]]) -> Agreed:
    """Both figures over applications, each with its marks. Exact, in one pass over the marks."""
    sums = _sums_of(units)
    return Agreed(_alpha(sums), _intraclass(sums))


def krippendorff_alpha(units: Iterable[Sequence[Score]]) -> Alpha:
    """Alpha over applications, each with its marks. Exact."""
    return _alpha(_sums_of(units))


def intraclass_correlation(units: Iterable[Sequence[Score]]) -> Fraction | None:
    """ICC(1,1) over applications, each with its marks. Exact; None where it is not defined."""
    return _intraclass(_sums_of(units))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of one application: how many marks, their sum, the sum of their squares."""

    marks: int
    added: Fraction
    squared: Fraction


def _sums_of(units: Iterable[Sequence[Score]]) -> list[_Sums]:
    exact = ([Fraction(one) for one in unit] for unit in units if len(unit) > 1)
    return [_Sums(len(one), sum(one, Fraction()), sum((mark * mark for mark in one), Fraction())) for one in exact]


def _alpha(sums: Sequence[_Sums]) -> Alpha:
    marks, total, squares = _totals(sums)
    observed = sum((2 * (one.marks * one.squared - one.added**2) / (one.marks - 1) for one in sums), Fraction())
    expected = 2 * (marks * squares - total**2) / (marks - 1) if marks > 1 else Fraction()
    return Alpha(1 - observed / expected if expected else None, len(sums), marks)


def _intraclass(sums: Sequence[_Sums]) -> Fraction | None:
    applications = len(sums)
    if applications < 2:
        return None
    marks, total, squares = _totals(sums)
    of_applications = sum((one.added**2 / one.marks for one in sums), Fraction())
    between = (of_applications - total**2 / marks) / (applications - 1)
    within = (squares - of_applications) / (marks - applications)
    size = (marks - Fraction(sum(one.marks**2 for one in sums), marks)) / (applications - 1)
    whole = between + (size - 1) * within
    return (between - within) / whole if whole else None


def _totals(sums: Sequence[_Sums]) -> tuple[int, Fraction, Fraction]:
    """Marks, their sum and the sum of their squares, over all applications."""
    added = sum((one.added for one in sums), Fraction())
    return sum(one.marks for one in sums), added, sum((one.squared for one in sums), Fraction())


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
