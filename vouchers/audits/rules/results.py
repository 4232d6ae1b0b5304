"""From the rows of a sample to its result. Pure: rows are anything with the attributes of `Sample` and `SampleUnit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.audits.rules.concluding import Result, conclude
from vouchers.audits.rules.projecting import Checked
from vouchers.audits.rules.records import stratum_from_json
from vouchers.audits.states import ErrorKind
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.text import say_count


def ensure_all_entered(units: Sequence[Any]) -> None:
    """Every unit has its result. Raises `RuleBroken`."""
    waiting = sum(one.error_cents is None for one in units)
    if waiting:
        raise RuleBroken(say_count("%(count)s unit has no result yet.", "%(count)s units have no result yet.", waiting))


def ensure_systemic(systemic: int, units: Sequence[Any], book: int) -> None:
    """The extent of systemic errors is at least what the sample shows, and at most the expenditure.

    Raises:
        RuleBroken: field ``systemic``.
    """
    found = _sum_of(units, ErrorKind.SYSTEMIC)
    if systemic < found:
        raise RuleBroken(
            _(
                "The systemic errors in the sample alone are %(amount)s: enter their extent in the whole population.",
                amount=Money(found, units[0].currency),
            ),
            field="systemic",
        )
    if systemic > book:
        raise RuleBroken(_("This is more than the expenditure of the population."), field="systemic")


def result_of(sample: Any, units: Sequence[Any]) -> Result:
    """What the entered errors say of the population. Raises `RuleBroken` where nothing can be said."""
    return conclude(
        sample.wanted,
        [stratum_from_json(one) for one in sample.strata],
        [
            Checked(one.stratum, one.cents, one.error_cents if one.error_kind is ErrorKind.RANDOM else 0, one.hits)
            for one in units
        ],
        systemic=sample.systemic_cents,
        anomalous=_sum_of(units, ErrorKind.ANOMALOUS),
        currency=sample.currency,
    )


def _sum_of(units: Sequence[Any], kind: ErrorKind) -> int:
    return sum(one.error_cents or 0 for one in units if one.error_kind is kind)
