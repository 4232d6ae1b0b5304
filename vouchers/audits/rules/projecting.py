"""From the errors in a sample to the error in the population, with its precision (sections 6.1 to 6.4). Pure.

Amounts are whole cents; what is not whole (means, deviations, projections) is reckoned with 50 decimals and rounded
once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from vouchers.audits.rules import factors
from vouchers.audits.rules.lines import Line, rounded, to_cents
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.states import Method
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _

PLACES = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """One audited unit: its stratum, what was declared, the error that is projected, and how often it was drawn."""

    stratum: str
    cents: int
    error: int
    hits: int
    """0: it was taken for certain, and its error counts as it is."""

    @property
    def tainting(self) -> Decimal:
        """The part of the unit that is an error."""
        return Decimal(self.error) / self.cents


@dataclass(frozen=True, slots=True)
class Projection:
    """The projected error and its precision in cents (None: cannot be reckoned), and how they came about."""

    error: int
    precision: int | None
    lines: tuple[Line, ...]


def ensure_error(error: int, cents: int) -> None:
    """An error is zero or more, and at most what was declared. Raises `RuleBroken`, field ``error``."""
    if not 0 <= error <= cents:
        raise RuleBroken(
            _("An error is zero or more, and at most the expenditure of the unit."),
            field="error",
        )


def project(wanted: Parameters, strata: Sequence[Any], units: Sequence[Checked], currency: str) -> Projection:
    """Project what was found. `strata` are `StratumDraw`s, or rows with the same attributes.

    Raises:
        RuleBroken: a stratum of which nothing was drawn.
    """
    with localcontext() as context:
        context.prec = PLACES
        if wanted.method is Method.MUS_CONSERVATIVE:
            return _conservative(wanted, strata, units, currency)
        if wanted.is_by_size:
            return _by_size(wanted, strata, units, currency)
        return _equally(wanted, strata, units, currency)


def _certain(units: Sequence[Checked], currency: str) -> tuple[int, Line]:
    found = sum(one.error for one in units if one.hits == 0)
    name = _("Error in the units that were taken for certain")
    return found, Line("EEₑ", name, "Σ Eᵢ", Money(found, currency))


def _rest(units: Sequence[Checked], stratum: Any) -> list[Checked]:
    found = [one for one in units if one.hits and one.stratum == stratum.code]
    if stratum.rest_cents and not found:
        raise RuleBroken(_("Of a part of the population nothing was drawn, so nothing can be said of it."))
    return found


def _sampled(strata: Sequence[Any]) -> list[Any]:
    return [one for one in strata if one.rest_cents]


# Monetary unit sampling ----------------------------------------------------------------------------------------------


def _by_size(wanted: Parameters, strata: Sequence[Any], units: Sequence[Checked], currency: str) -> Projection:
    certain, line = _certain(units, currency)
    lines, projected, spread, is_known = [line], Decimal(0), Decimal(0), True
    for stratum in _sampled(strata):
        rates = [one.tainting for one in _rest(units, stratum) for _hit in range(one.hits)]
        interval = Decimal(stratum.rest_cents) / len(rates)
        part = interval * sum(rates)
        projected += part
        lines += _size_lines(stratum, rates, interval, part, currency)
        if wanted.is_statistical and len(rates) > 1:
            variance = _variance(rates)
            spread += interval * stratum.rest_cents * variance
            name = _("Standard deviation of the error rates")
            lines.append(Line(_of("sᵣ", stratum), name, "√(Σ (rᵢ − r̄)² ÷ (nₛ − 1))", rounded(variance.sqrt(), 6)))
        else:
            is_known = False
    error = to_cents(certain + projected)
    lines.append(Line("EE", _("Projected error"), "EEₑ + Σ EEₛ", Money(error, currency)))
    if not wanted.is_statistical:
        return Projection(error, None, tuple(lines))
    z = factors.z_of(wanted.level)
    precision = to_cents(z * spread.sqrt()) if is_known else None
    several = len(_sampled(strata)) > 1
    formula = "z × √(Σ BVₛₕ² ÷ nₛₕ × sᵣₕ²)" if several else "z × BVₛ ÷ √nₛ × sᵣ"
    lines.append(_precision_line(precision, formula, z, currency))
    return Projection(error, precision, tuple(lines))


def _size_lines(stratum: Any, rates: Sequence[Decimal], interval: Decimal, part: Decimal, currency: str) -> list[Line]:
    return [
        Line(_of("BVₛ", stratum), _("Expenditure of the rest"), "BV − BVₑ", Money(stratum.rest_cents, currency)),
        Line(_of("nₛ", stratum), _("Units drawn of the rest, each as often as it was hit"), "", len(rates)),
        Line(_of("SI", stratum), _("Sampling interval"), "BVₛ ÷ nₛ", Money(to_cents(interval), currency)),
        Line(_of("Σ rᵢ", stratum), _("Sum of the error rates"), "Σ Eᵢ ÷ BVᵢ", rounded(sum(rates, Decimal(0)), 6)),
        Line(_of("EEₛ", stratum), _("Error of the rest, projected"), "SI × Σ rᵢ", Money(to_cents(part), currency)),
    ]


def _conservative(wanted: Parameters, strata: Sequence[Any], units: Sequence[Checked], currency: str) -> Projection:
    certain, line = _certain(units, currency)
    stratum, lines, projected, precision = strata[0], [line], Decimal(0), Decimal(0)
    if stratum.rest_cents:
        rates = sorted((one.tainting for one in _rest(units, stratum) for _hit in range(one.hits)), reverse=True)
        interval = Decimal(stratum.interval.numerator) / stratum.interval.denominator
        projected = interval * sum(rates)
        basic = interval * factors.basic_factor(wanted.level)
        allowance = sum((one[1] for one in _allowances(wanted.level, rates, interval)), Decimal(0))
        precision = basic + allowance
        lines += [
            Line("SI", _("Sampling interval"), "BV ÷ n", Money(to_cents(interval), currency)),
            Line("Σ tᵢ", _("Sum of the error rates"), "Σ Eᵢ ÷ BVᵢ", rounded(sum(rates, Decimal(0)), 6)),
            Line("EEₛ", _("Error of the rest, projected"), "SI × Σ tᵢ", Money(to_cents(projected), currency)),
        ]
    error = to_cents(certain + projected)
    lines.append(Line("EE", _("Projected error"), "EEₑ + EEₛ", Money(error, currency)))
    if stratum.rest_cents:
        lines.append(Line("BP", _("Basic precision"), "SI × RF(0)", Money(to_cents(basic), currency)))
        name = _("Allowance for the errors found, the largest rate first")
        formula = "Σ (RF(i) − RF(i−1) − 1) × SI × tᵢ"
        lines.append(Line("IA", name, formula, Money(to_cents(allowance), currency)))
    lines.append(Line("SE", _("Precision"), "BP + IA", Money(to_cents(precision), currency)))
    return Projection(error, to_cents(precision), tuple(lines))


def _allowances(level: Decimal, rates: Sequence[Decimal], interval: Decimal) -> list[tuple[Decimal, Decimal]]:
    """(factor, allowance) of each error, the largest rate first."""
    found = []
    for order, rate in enumerate((one for one in rates if one), start=1):
        factor = factors.poisson_factor(level, order) - factors.poisson_factor(level, order - 1) - 1
        found.append((factor, factor * interval * rate))
    return found


# With the same chance ------------------------------------------------------------------------------------------------


def _equally(wanted: Parameters, strata: Sequence[Any], units: Sequence[Checked], currency: str) -> Projection:
    """Mean per unit or ratio, whichever the sample says is the more precise (section 6.1.1.3)."""
    certain, line = _certain(units, currency)
    sampled = [(stratum, _rest(units, stratum)) for stratum in _sampled(strata)]
    by_mean = by_ratio = Decimal(certain)
    for stratum, found in sampled:
        errors, declared = sum(one.error for one in found), sum(one.cents for one in found)
        by_mean += Decimal(stratum.rest_count) * errors / len(found)
        by_ratio += Decimal(stratum.rest_cents) * errors / declared
    takes_ratio = _is_ratio_better([one for _stratum, found in sampled for one in found])
    error = to_cents(by_ratio if takes_ratio else by_mean)
    name = _("Projected error: ratio estimation") if takes_ratio else _("Projected error: mean per unit")
    formula = "EEₑ + Σ BVₛₕ × Σ Eᵢ ÷ Σ BVᵢ" if takes_ratio else "EEₑ + Σ Nₛₕ × Σ Eᵢ ÷ nₕ"
    other = _("For comparison: mean per unit") if takes_ratio else _("For comparison: ratio estimation")
    other_formula = "EEₑ + Σ Nₛₕ × Σ Eᵢ ÷ nₕ" if takes_ratio else "EEₑ + Σ BVₛₕ × Σ Eᵢ ÷ Σ BVᵢ"
    lines = [line, *_equal_lines(sampled, currency)]
    lines.append(Line("EE₂", other, other_formula, Money(to_cents(by_mean if takes_ratio else by_ratio), currency)))
    lines.append(Line("EE", name, formula, Money(error, currency)))
    if not wanted.is_statistical:
        return Projection(error, None, tuple(lines))
    precision, spread = _equal_precision(wanted, sampled, takes_ratio=takes_ratio)
    if spread is not None:
        what = _("Standard deviation of the errors, weighted over the strata")
        inner = "qᵢ = Eᵢ − BVᵢ × Σ E ÷ Σ BV" if takes_ratio else "Eᵢ"
        lines.append(Line("s", what, inner, Money(to_cents(spread), currency)))
    z = factors.z_of(wanted.level)
    lines.append(_precision_line(precision, "N × z × s ÷ √n", z, currency))
    return Projection(error, precision, tuple(lines))


def _equal_lines(sampled: Sequence[tuple[Any, list[Checked]]], currency: str) -> list[Line]:
    lines = []
    for stratum, found in sampled:
        lines += [
            Line(_of("Nₛ", stratum), _("Units of the rest"), "", stratum.rest_count),
            Line(_of("nₛ", stratum), _("Units drawn of the rest"), "", len(found)),
            Line(_of("Σ Eᵢ", stratum), _("Errors found"), "", Money(sum(one.error for one in found), currency)),
            Line(_of("Σ BVᵢ", stratum), _("Expenditure drawn"), "", Money(sum(one.cents for one in found), currency)),
        ]
    return lines


def _equal_precision(
    wanted: Parameters, sampled: Sequence[tuple[Any, list[Checked]]], *, takes_ratio: bool
) -> tuple[int | None, Decimal | None]:
    """N × z × s ÷ √n with s² weighted by the units of the strata (section 6.1.2.5); and s."""
    if not sampled:
        return 0, None
    if min(len(found) for _stratum, found in sampled) < 2:
        return None, None
    count = sum(stratum.rest_count for stratum, _found in sampled)
    drawn = sum(len(found) for _stratum, found in sampled)
    variance = Decimal(0)
    for stratum, found in sampled:
        rate = Decimal(sum(one.error for one in found)) / sum(one.cents for one in found)
        values = [one.error - (rate * one.cents if takes_ratio else Decimal(0)) for one in found]
        variance += Decimal(stratum.rest_count) / count * _variance(values)
    spread = variance.sqrt()
    return to_cents(count * factors.z_of(wanted.level) * spread / Decimal(drawn).sqrt()), spread


def _is_ratio_better(units: Sequence[Checked]) -> bool:
    """Whether COV(E, BV) ÷ VAR(BV) is above half of the error rate."""
    declared, errors = sum(one.cents for one in units), sum(one.error for one in units)
    if len(units) < 2 or not declared:
        return False
    mean_cents, mean_error = Decimal(declared) / len(units), Decimal(errors) / len(units)
    together = sum(((one.cents - mean_cents) * (one.error - mean_error) for one in units), Decimal(0))
    alone = sum(((one.cents - mean_cents) ** 2 for one in units), Decimal(0))
    return bool(alone) and together / alone > Decimal(errors) / declared / 2


# Both ----------------------------------------------------------------------------------------------------------------


def _precision_line(precision: int | None, formula: str, z: Decimal, currency: str) -> Line:
    name = _("Precision, with z = %(z)s", z=z)
    return Line("SE", name, formula, None if precision is None else Money(precision, currency))


def _variance(values: Sequence[Decimal]) -> Decimal:
    mean = sum(values, Decimal(0)) / len(values)
    return sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)


def _of(symbol: str, stratum: Any) -> str:
    return f"{symbol} ({stratum.code})" if stratum.code else symbol
