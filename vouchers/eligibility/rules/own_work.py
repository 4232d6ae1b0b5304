"""The applicant's own work as a part of the costs: at most a share of the base from which the grant is computed."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from vouchers.core.money import Money


def most_own_work(external: Money, share: Decimal) -> Money:
    """The own work that counts beside these external costs, floored to the cent: at 50 % as much as the external costs.

    With own work at most `share` of the base, own <= share / (1 - share) x external.
    """
    if share >= 1:
        raise ValueError("own work can be at most a part of the base")
    return Money((external.cents * Fraction(share) / (1 - Fraction(share))).__floor__(), external.currency)


def cost_base(external: Money, own: Money, share: Decimal) -> Money:
    """External costs with the own work that counts."""
    return external + min(own, most_own_work(external, share))


def own_cost(hours: Decimal, hourly_rate: Money) -> Money:
    """Hours times rate, floored to the cent."""
    return Money(int((hours * hourly_rate.cents).to_integral_value(ROUND_FLOOR)), hourly_rate.currency)
