"""How many units a sample needs (EGESIF_16-0014-01, sections 6.1 to 6.4). Exact, in fractions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from vouchers.audits.rules import factors
from vouchers.audits.rules.lines import Line, as_decimal, to_cents
from vouchers.audits.rules.parameters import MOST_UNITS, Parameters
from vouchers.audits.states import Method
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _

SMALL = 300
"""Below so many units a non-statistical sample may do (CPR Art 79(2)); it covers a tenth of them."""
LEAST_IN_STRATUM = 3
"""So that the spread within a stratum can be seen."""
USUAL_LEAST = 30
"""Fewer units than this make a precision that the guidance advises against."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum as it is found in the population."""

    code: str
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Size:
    """How many units are needed in all, what the formula gives unrounded, and how it came about."""

    units: int
    count: int
    """Units of the population."""
    raw: Fraction
    by_stratum: Mapping[str, int]
    lines: tuple[Line, ...]


def size_of(wanted: Parameters, strata: Sequence[Stratum], currency: str) -> Size:
    """The size of a sample of this population.

    Raises:
        RuleBroken: no expenditure, too many units, a population that is not small (non-statistical), or a stratum
            without a standard deviation.
    """
    book = sum(one.cents for one in strata)
    if book <= 0:
        raise RuleBroken(_("There is no expenditure in this population, so there is nothing to draw."))
    lines = _common_lines(wanted, strata, currency)
    raw, more = _BY_METHOD[wanted.method](wanted, strata, currency)
    count = sum(one.count for one in strata)
    units = min(max(ceil(raw), wanted.at_least, 1), count)
    if units > MOST_UNITS:
        raise RuleBroken(
            _(
                "This asks for %(units)s units; a sample here has at most %(most)s. Expect a smaller error or spread, "
                "or take a lower confidence level.",
                units=units,
                most=MOST_UNITS,
            )
        )
    weights = [one.cents if wanted.is_by_size else one.count for one in strata]
    parts = allocate(units, weights, [one.count for one in strata])
    by_stratum = {one.code: part for one, part in zip(strata, parts, strict=True)}
    lines += [*more, *_rounding_lines(raw, wanted.at_least, count, sum(parts))]
    if len(strata) > 1:
        formula = "n × BVₕ ÷ BV" if wanted.is_by_size else "n × Nₕ ÷ N"
        lines += [
            Line("nₕ", _("Units of stratum %(code)s", code=code), formula, part) for code, part in by_stratum.items()
        ]
    return Size(sum(parts), count, raw, by_stratum, tuple(lines))


def _rounding_lines(raw: Fraction, least: int, count: int, drawn: int) -> list[Line]:
    """From the formula's figure to the units, a line for each rule that changes it."""
    units = ceil(raw)
    lines = [Line("n", _("Units, rounded up"), f"⌈{_text(raw)}⌉", units)]
    for meaning, name, bound, changed in (
        (
            _("At least so many units, as was asked for") if least > 1 else _("At least one unit is drawn"),
            "max",
            max(least, 1),
            max(units, least, 1),
        ),
        (_("Not more units than the population has"), "min", count, min(max(units, least, 1), count)),
    ):
        if changed != units:
            lines.append(Line("n", meaning, f"{name}({units}; {bound})", changed))
            units = changed
    if drawn != units:
        lines.append(Line("n", _("At least %(count)s of each stratum", count=LEAST_IN_STRATUM), "Σ nₕ", drawn))
    return lines


def allocate(units: int, weights: Sequence[int], room: Sequence[int]) -> list[int]:
    """Units over strata in proportion to their weights, by largest remainder; at least three in each, and never more
    than a stratum has."""
    whole = sum(weights)
    parts = [units * weight // whole for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(units * weights[i] % whole), i))
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    least = LEAST_IN_STRATUM if len(weights) > 1 else 1
    return [min(max(part, least), most) for part, most in zip(parts, room, strict=True)]


def tolerable(wanted: Parameters, book: int) -> Fraction:
    """The tolerable error in cents, exactly."""
    return Fraction(wanted.materiality) * book


def _anticipated(wanted: Parameters, book: int) -> Fraction:
    return Fraction(wanted.anticipated) * book


def _common_lines(wanted: Parameters, strata: Sequence[Stratum], currency: str) -> list[Line]:
    book = sum(one.cents for one in strata)
    lines = [
        Line("N", _("Units in the population"), "", sum(one.count for one in strata)),
        Line("BV", _("Expenditure of the population"), "", Money(book, currency)),
        Line(
            "TE",
            _("Tolerable error"),
            f"{wanted.materiality:%} × BV",
            Money(to_cents(tolerable(wanted, book)), currency),
        ),
    ]
    if wanted.is_statistical:
        anticipated = Money(to_cents(_anticipated(wanted, book)), currency)
        lines.append(Line("AE", _("Anticipated error"), f"{wanted.anticipated:%} × BV", anticipated))
    return lines


def _by_deviation(wanted: Parameters, strata: Sequence[Stratum], currency: str) -> tuple[Fraction, list[Line]]:
    """(z × BV × σ ÷ (TE − AE))², or with N where units have the same chance; σ² weighted over the strata."""
    book, count = sum(one.cents for one in strata), sum(one.count for one in strata)
    z = factors.z_of(wanted.level)
    weights = [one.cents if wanted.is_by_size else one.count for one in strata]
    variance = sum(
        (
            Fraction(weight, sum(weights)) * Fraction(wanted.deviation_of(one.code)) ** 2
            for weight, one in zip(weights, strata, strict=True)
        ),
        Fraction(0),
    )
    room = tolerable(wanted, book) - _anticipated(wanted, book)
    base = Fraction(book) if wanted.is_by_size else Fraction(count) * 100  # errors are given in whole units of money
    raw = (Fraction(z) * base / room) ** 2 * variance
    sign, of = ("σᵣ", "BV") if wanted.is_by_size else ("σₑ", "N")
    lines = [Line("z", _("Coefficient of the confidence level %(level)s", level=f"{wanted.level:.0%}"), "", z)]
    if len(strata) == 1:
        lines.append(Line(sign, _("Standard deviation"), "", wanted.deviation_of(strata[0].code)))
    else:
        formula = "Σ BVₕ ÷ BV × σᵣₕ²" if wanted.is_by_size else "Σ Nₕ ÷ N × σₑₕ²"
        lines.append(Line(f"{sign}²", _("Variance, weighted over the strata"), formula, as_decimal(variance, 6)))
    formula = f"(z × {of} × {sign} ÷ (TE − AE))²"
    lines.append(Line("n", _("Size before rounding"), formula, as_decimal(raw, 4)))
    return raw, lines


def _by_factor(wanted: Parameters, strata: Sequence[Stratum], currency: str) -> tuple[Fraction, list[Line]]:
    """BV × RF ÷ (TE − AE × EF)"""
    book = sum(one.cents for one in strata)
    reliability, expansion = factors.basic_factor(wanted.level), factors.expansion_factor(wanted.level)
    room = tolerable(wanted, book) - _anticipated(wanted, book) * Fraction(expansion)
    raw = book * Fraction(reliability) / room
    level = f"{wanted.level:.0%}"
    return raw, [
        Line(
            "RF", _("Reliability factor for no error at the confidence level %(level)s", level=level), "", reliability
        ),
        Line("EF", _("Expansion factor for expected errors"), "", expansion),
        Line("n", _("Size before rounding"), "BV × RF ÷ (TE − AE × EF)", as_decimal(raw, 4)),
    ]


def _by_share(wanted: Parameters, strata: Sequence[Stratum], currency: str) -> tuple[Fraction, list[Line]]:
    """A tenth of the units, in a population of less than 300."""
    count = sum(one.count for one in strata)
    if count >= SMALL:
        raise RuleBroken(
            _(
                "A non-statistical sample is for populations of less than %(small)s units; this one has %(count)s. "
                "Take a statistical method.",
                small=SMALL,
                count=count,
            ),
            field="method",
        )
    raw = Fraction(count, 10)
    return raw, [Line("n", _("A tenth of the units at least (CPR Art 79(2))"), "N ÷ 10", as_decimal(raw, 1))]


_BY_METHOD = {
    Method.MUS_STANDARD: _by_deviation,
    Method.SIMPLE_RANDOM: _by_deviation,
    Method.MUS_CONSERVATIVE: _by_factor,
    Method.NON_STATISTICAL: _by_share,
}


def _text(raw: Fraction) -> str:
    return f"{as_decimal(raw, 4):f}"


def is_few(units: int, count: int) -> bool:
    """Whether the guidance would advise against so few units of such a population."""
    return units < min(USUAL_LEAST, count)
