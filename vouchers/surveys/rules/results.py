"""Both groups of a survey side by side: means, shares, and how sure the difference is. Pure.

Means differ by Welch's interval of 95 %, which does not assume that both groups vary alike. Shares differ by Newcombe's
(Statistics in Medicine 17, 1998, method 10), which holds for small groups too. Where fewer than five of a group have
answered a question, nothing is told of that group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vouchers.core.text import Sentence
from vouchers.surveys.rules.answering import CHOICES, QUESTIONS, Kind, Question
from vouchers.surveys.states import Group

FEWEST = 5
_Z = Decimal("1.959964")
_T = (
    "12.706", "4.303", "3.182", "2.776", "2.571", "2.447", "2.365", "2.306", "2.262", "2.228",
    "2.201", "2.179", "2.160", "2.145", "2.131", "2.120", "2.110", "2.101", "2.093", "2.086",
    "2.080", "2.074", "2.069", "2.064", "2.060", "2.056", "2.052", "2.048", "2.045", "2.042",
)  # fmt: skip
_T_BEYOND = ((120, "1.980"), (60, "2.000"), (40, "2.021"), (30, "2.042"))

Answers = Mapping[str, Any]
"""Code of a question -> what was answered; None or absent: nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One group's answers to one question. `value` is a mean, or a share from 0 to 1; None: too few to tell."""

    count: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the results. The difference is that of those with a voucher from those without, with its interval."""

    code: str
    label: Sentence
    choice: Sentence | None
    kind: Kind
    cells: Mapping[Group, Cell]
    difference: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def compare(answers: Iterable[tuple[Group, Answers]]) -> list[Compared]:
    """Every question, those of a choice once for each of its answers."""
    given = list(answers)
    lines = []
    for question in QUESTIONS:
        if question.kind is Kind.CHOICE:
            for choice in CHOICES:
                lines.append(_line(question, given, choice))
        else:
            lines.append(_line(question, given))
    return lines


def _line(question: Question, given: Sequence[tuple[Group, Answers]], choice: object = None) -> Compared:
    values: dict[Group, list[int]] = {group: [] for group in Group}
    for group, answers in given:
        answer = answers.get(question.code)
        if answer is not None:
            values[group].append(int(answer == choice) if choice is not None else int(answer))
    cells = {
        group: Cell(len(found), _decimal(_mean(found)) if len(found) >= FEWEST else None)
        for group, found in values.items()
    }
    label = getattr(choice, "label", None)
    line = Compared(question.code, question.told, label, question.kind, cells)
    awarded, control = values[Group.AWARDED], values[Group.CONTROL]
    if min(len(awarded), len(control)) < FEWEST:
        return line
    is_share = question.kind in {Kind.YES_NO, Kind.CHOICE}
    interval = newcombe(sum(awarded), len(awarded), sum(control), len(control)) if is_share else welch(awarded, control)
    return Compared(question.code, question.told, label, question.kind, cells, *interval)


def welch(first: Sequence[int], second: Sequence[int]) -> tuple[Decimal, Decimal, Decimal]:
    """The difference of two means, and the interval in which it lies with 95 %. Each has at least two values."""
    difference = _decimal(_mean(first) - _mean(second))
    parts = [_variance(values) / len(values) for values in (first, second)]
    spread = sum(parts)
    if spread == 0:
        return difference, difference, difference
    freedom = spread**2 / sum(part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True))
    reach = quantile(int(freedom)) * _decimal(Fraction(spread)).sqrt()
    return difference, difference - reach, difference + reach


def quantile(freedom: int) -> Decimal:
    """Student's t at 97.5 %, of the next lower number of degrees of freedom that the table has."""
    if freedom <= len(_T):
        return Decimal(_T[max(freedom, 1) - 1])
    return next(Decimal(value) for least, value in _T_BEYOND if freedom >= least)


def newcombe(first: int, of_first: int, second: int, of_second: int) -> tuple[Decimal, Decimal, Decimal]:
    """The difference of two shares, and the interval in which it lies with 95 %."""
    share_1, low_1, high_1 = wilson(first, of_first)
    share_2, low_2, high_2 = wilson(second, of_second)
    difference = share_1 - share_2
    low = difference - ((share_1 - low_1) ** 2 + (high_2 - share_2) ** 2).sqrt()
    high = difference + ((high_1 - share_1) ** 2 + (share_2 - low_2) ** 2).sqrt()
    return difference, low, high


def wilson(count: int, total: int) -> tuple[Decimal, Decimal, Decimal]:
    """A share, and the interval of Wilson's score in which it lies with 95 %."""
    share, square = Decimal(count) / total, _Z**2
    middle = share + square / (2 * total)
    reach = _Z * (share * (1 - share) / total + square / (4 * total**2)).sqrt()
    whole = 1 + square / total
    return share, (middle - reach) / whole, (middle + reach) / whole


def _mean(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _variance(values: Sequence[int]) -> Fraction:
    mean = _mean(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
