"""Charts as geometry: where lines and grid run, in percent of the drawing. `components/charts.html` draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vouchers.core.text import Sentence

Number = int | Decimal
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value per label (None: nothing known)."""

    name: Sentence | str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis at a percentage of its length."""

    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    """One series as drawn: a list of points per unbroken stretch, in a drawing of 100 by 100."""

    name: Sentence | str
    stretches: Sequence[str]
    figures: Sequence[str]
    last: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """A drawing that a template only has to write down."""

    title: Sentence | str
    labels: Sequence[str]
    lines: Sequence[Line]
    rows: Sequence[Tick]
    columns: Sequence[Tick]

    @property
    def is_wide(self) -> bool:
        """Whether the figures beside the grid need more room."""
        return max(len(tick.text) for tick in self.rows) > 5


def line_chart(
    title: Sentence | str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    show: Callable[[Number], str] = str,
    most_columns: int = 5,
) -> LineChart:
    """Lay out series over shared labels, from zero (or the lowest value below it) to a round figure above the highest.

    Args:
        show: how a value reads, on the axis and in the table of figures.
        most_columns: how many labels the horizontal axis names.
    """
    known = [value for one in series for value in one.values if value is not None]
    marks = nice_marks(min([0, *known]), max([0, *known]))
    low, span = marks[0], marks[-1] - marks[0]
    lines = [
        Line(
            one.name,
            _stretches(one.values, len(labels), low, span),
            ["–" if value is None else show(value) for value in one.values],
            next((show(value) for value in reversed(one.values) if value is not None), ""),
        )
        for one in series
    ]
    rows = [Tick(_percent(100 - Decimal(100 * (mark - low)) / span), show(mark), "end") for mark in marks]
    return LineChart(title, list(labels), lines, rows, _columns(labels, most_columns))


def nice_marks(low: Number, high: Number, most: int = 5) -> list[Number]:
    """Round figures, at most `most` steps apart, that enclose both values; whole numbers where the values allow."""
    span = Decimal(high - low) or Decimal(1)
    least = 1 if isinstance(low, int) and isinstance(high, int) else Decimal("0.01")
    rough = max(span / most, Decimal(least))
    power = Decimal(10) ** (rough.adjusted())
    step = next(power * factor for factor in _STEPS if power * factor >= rough)
    first = (Decimal(low) // step - (1 if low < 0 and Decimal(low) % step else 0)) * step
    marks = [first]
    while marks[-1] < high or len(marks) < 2:
        marks.append(marks[-1] + step)
    return [int(mark) if step == step.to_integral_value() else mark for mark in marks]


def _stretches(values: Sequence[Number | None], count: int, low: Number, span: Number) -> list[str]:
    stretches: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            across = Decimal(100 * index) / max(count - 1, 1)
            stretches[-1].append(f"{across:.2f},{100 - 100 * Decimal(value - low) / span:.2f}")
    return [" ".join(points if len(points) > 1 else points * 2) for points in stretches if points]


def _columns(labels: Sequence[str], most: int) -> list[Tick]:
    last = len(labels) - 1
    if last < 1:
        return [Tick("0%", label, "start") for label in labels]
    every = max(1, -(-last // max(most - 1, 1)))
    shown = [i for i in range(0, last + 1, every) if i == 0 or last - i >= every or i == last] + [last]
    anchors = {0: "start", last: "end"}
    return [Tick(_percent(Decimal(100 * i) / last), labels[i], anchors.get(i, "middle")) for i in sorted(set(shown))]


def _percent(value: Number) -> str:
    return f"{Decimal(value):.2f}%"
