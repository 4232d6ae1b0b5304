"""What a projection says of the population: the total error and its upper limit against the tolerable error. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vouchers.audits.rules import factors
from vouchers.audits.rules.lines import Line, as_decimal, rounded, to_cents
from vouchers.audits.rules.parameters import ABOVE_USUAL, TOLERABLE, Parameters
from vouchers.audits.rules.projecting import Checked, project
from vouchers.audits.rules.sizes import USUAL_LEAST, is_few, tolerable
from vouchers.audits.states import Conclusion, Method
from vouchers.core.money import Money
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Result:
    """The conclusion, and all that it was reckoned from. Amounts in cents."""

    conclusion: Conclusion
    projected: int
    total: int
    """The projected random error, and the systemic and anomalous errors."""
    upper: int | None
    """The upper limit of the total error; None without a precision."""
    lines: tuple[Line, ...]

    def as_json(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "conclusion": self.conclusion.value,
            "projected_cents": self.projected,
            "total_cents": self.total,
            "upper_cents": self.upper,
        }


def conclude(
    wanted: Parameters,
    strata: Sequence[Any],
    units: Sequence[Checked],
    *,
    systemic: int,
    anomalous: int,
    currency: str,
) -> Result:
    """Project, add what is not projected, and compare with the tolerable error (sections 5.5 and 5.6).

    Of a statistical sample of fewer than 30 units nothing is concluded from the projection: only errors that are known,
    in the units themselves or in the whole population, show a material error.

    Args:
        systemic: the extent of systemic errors in the whole population, in cents.
        anomalous: anomalous errors that were not corrected, in cents.
    """
    book = sum(one.cents for one in strata)
    found = project(wanted, strata, units, currency)
    total = found.error + systemic + anomalous
    upper = None if found.precision is None else total + found.precision
    lines = [*found.lines, *_total_lines(total, systemic, anomalous, book, currency)]
    count = sum(one.count for one in strata)
    is_too_small = wanted.is_statistical and is_few(len(units), count)
    if is_too_small:
        name = _("Units audited: with fewer than %(least)s nothing statistical is concluded", least=USUAL_LEAST)
        lines.append(Line("n", name, f"n < min({USUAL_LEAST}; {count})", len(units)))
    if upper is not None:
        lines.append(Line("ULE", _("Upper limit of the error"), "TER + SE", Money(upper, currency)))
    limit = tolerable(wanted, book)
    name = _("Tolerable error")
    lines.append(Line("TE", name, f"{wanted.materiality:%} × BV", Money(to_cents(limit), currency)))
    if wanted.is_above_usual:
        usual = Money(to_cents(Fraction(TOLERABLE) * book), currency)
        lines.append(Line("2 %", ABOVE_USUAL, "2 % × BV", usual))
    if is_too_small:
        known = sum(one.error for one in units) + systemic + anomalous
        return Result(_compare(known, None, limit, is_statistical=True), found.error, total, upper, tuple(lines))
    conclusion = _compare(total, upper, limit, is_statistical=wanted.is_statistical)
    if conclusion is Conclusion.INCONCLUSIVE and found.precision and wanted.method is not Method.MUS_CONSERVATIVE:
        lines += _level_lines(wanted, limit, total, found.precision)
    return Result(conclusion, found.error, total, upper, tuple(lines))


def _total_lines(total: int, systemic: int, anomalous: int, book: int, currency: str) -> list[Line]:
    return [
        Line("EEsys", _("Systemic errors in the whole population"), "", Money(systemic, currency)),
        Line("EEan", _("Anomalous errors that were not corrected"), "", Money(anomalous, currency)),
        Line("TER", _("Total error"), "EE + EEsys + EEan", Money(total, currency)),
        Line("%", _("Total error in per cent of the expenditure"), "TER ÷ BV", _share(total, book)),
    ]


def _share(total: int, book: int) -> Decimal:
    return as_decimal(Fraction(total * 100, book), 3)


def _compare(total: int, upper: int | None, limit: Fraction, *, is_statistical: bool) -> Conclusion:
    if total > limit:
        return Conclusion.MATERIAL
    if not is_statistical or (upper is not None and upper <= limit):
        return Conclusion.NOT_MATERIAL
    return Conclusion.INCONCLUSIVE


def _level_lines(wanted: Parameters, limit: Fraction, total: int, precision: int) -> list[Line]:
    coefficient, level = level_reached(factors.z_of(wanted.level), limit, total, precision)
    name = _("Coefficient at which the upper limit is the tolerable error")
    return [
        Line("z*", name, "z × (TE − TER) ÷ SE", rounded(coefficient, 3)),
        Line("%", _("Confidence level that belongs to it, in per cent"), "2 × Φ(z*) − 1", level * 100),
    ]


def level_reached(z: Decimal, limit: Fraction, total: int, precision: int) -> tuple[Decimal, Decimal]:
    """With which confidence the error is below the tolerable one: the coefficient and the level (section 7.7)."""
    coefficient = as_decimal(Fraction(z) * (limit - total) / precision, 6)
    return coefficient, factors.level_of(coefficient)
