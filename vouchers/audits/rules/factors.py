"""The coefficients of EGESIF_16-0014-01: z (table 3), reliability and expansion factors (tables 4 and 5, appendix 3).

Only the levels that the guidance prints are taken; nothing is put in for a level that it does not have.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

_Z = {"0.60": "0.842", "0.70": "1.036", "0.80": "1.282", "0.90": "1.645", "0.95": "1.960"}
_RELIABILITY = {
    "0.50": "0.70", "0.60": "0.92", "0.70": "1.21", "0.75": "1.39", "0.80": "1.61", "0.85": "1.90", "0.90": "2.31",
    "0.95": "3.00", "0.99": "4.61",
}  # fmt: skip
_EXPANSION = {
    "0.50": "1.0", "0.60": "1.1", "0.70": "1.2", "0.75": "1.25", "0.80": "1.3", "0.85": "1.4", "0.90": "1.5",
    "0.95": "1.6", "0.99": "1.9",
}  # fmt: skip
LEVELS = tuple(Decimal(level) for level in _RELIABILITY)
"""The confidence levels that any table knows."""


def z_of(level: Decimal) -> Decimal:
    """The coefficient of the normal distribution, two-sided (table 3). Raises `RuleBroken`, field ``level``."""
    return _factor(_Z, level)


def basic_factor(level: Decimal) -> Decimal:
    """The reliability factor for no error, for sizes and the basic precision (table 4). Raises `RuleBroken`."""
    return _factor(_RELIABILITY, level)


def expansion_factor(level: Decimal) -> Decimal:
    """How much room expected errors need (table 5). Raises `RuleBroken`."""
    return _factor(_EXPANSION, level)


def _factor(table: dict[str, str], level: Decimal) -> Decimal:
    found = table.get(f"{level:.2f}") if level == level.quantize(Decimal("0.01")) else None
    if found is None:
        raise RuleBroken(
            _(
                "The guidance has no factor for this confidence level with this method. It has: %(levels)s.",
                levels=", ".join(f"{Decimal(one):.0%}" for one in table),
            ),
            field="level",
        )
    return Decimal(found)


@lru_cache(maxsize=4096)
def poisson_factor(level: Decimal, errors: int) -> Decimal:
    """The upper limit of a Poisson distribution's mean after so many errors, at two decimals as appendix 3 prints it.

    It is the mean at which so many errors, or fewer, still come with the chance ``1 - level``.
    """
    return Decimal(f"{_upper_limit(1 - float(level), errors):.2f}")


def _upper_limit(chance: float, errors: int) -> float:
    low, high = float(errors), errors + 10 + 10 * sqrt(errors + 1)
    for _step in range(200):
        middle = (low + high) / 2
        if _chance_of_at_most(errors, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _chance_of_at_most(errors: int, mean: float) -> float:
    if mean <= 0:
        return 1.0
    term = exp(errors * log(mean) - mean - lgamma(errors + 1))
    total = 0.0
    for count in range(errors, -1, -1):
        total += term
        term *= count / mean
        if term < total * 1e-18:
            break
    return total


def level_of(z: Decimal) -> Decimal:
    """The two-sided confidence level that belongs to a coefficient (section 7.7), at four decimals."""
    return Decimal(f"{max(2 * NormalDist().cdf(float(z)) - 1, 0):.4f}")
