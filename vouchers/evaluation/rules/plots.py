"""Plots of marks as geometry: where boxes and whiskers run, in percent of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

THIN = Fraction(8, 10)
"""Percent: a stroke that stays visible."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the drawing in percent, as it is written down."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whisker, a box on it, and a stroke for what counts."""

    whisker: Bar
    box: Bar
    stroke: Bar


def box_plot(box: Sequence[Fraction], most: Fraction) -> Drawn:
    """Least, lower quartile, median, upper quartile and greatest, on a scale from 0 to `most`."""
    least, lower, median, upper, greatest = box
    return Drawn(_bar(least, greatest, most), _bar(lower, upper, most), _stroke(median, most))


def interval(value: Fraction, error: Fraction | None, other: Fraction, most: Fraction) -> Drawn:
    """A corrected value with two standard errors to either side, and the stroke of the raw one."""
    reach = 2 * error if error is not None else Fraction()
    thin = most * THIN / 100
    return Drawn(_bar(value - reach, value + reach, most), _bar(value - thin, value + thin, most), _stroke(other, most))


def _bar(first: Fraction, last: Fraction, most: Fraction) -> Bar:
    first, last = (min(max(value, Fraction()), most) for value in (first, last))
    return Bar(_percent(first, most), _percent(last - first, most))


def _stroke(at: Fraction, most: Fraction) -> Bar:
    half = most * THIN / 200
    return _bar(at - half, at + half, most)


def _percent(value: Fraction, most: Fraction) -> str:
    return f"{float(100 * value / most) if most else 0:.2f}%"
