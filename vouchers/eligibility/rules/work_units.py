"""Annual work units: how many people work in an enterprise (Recommendation 2003/361/EC, Annex, Article 5).

A person who worked full time all year is one unit; part-time, seasonal and part-year work are fractions of it; owners
who manage count like staff. Apprentices, trainees and people on maternity or parental leave do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Staff:
    """People who worked alike: how many, at which part of full time (1 is full), for how many months of the year."""

    people: int
    part_of_full_time: Decimal = Decimal(1)
    months: Decimal = Decimal(MONTHS)
    counts: bool = True
    """No: apprentices, trainees, maternity and parental leave."""


def work_units(staff: Sequence[Staff]) -> Fraction:
    """The sum, exact.

    Raises:
        RuleBroken: a number of people below zero, more than full time or more than twelve months.
    """
    for one in staff:
        if one.people < 0 or not 0 <= one.part_of_full_time <= 1 or not 0 <= one.months <= MONTHS:
            raise RuleBroken(
                _(
                    "%(people)s people at %(part)s of full time for %(months)s months cannot be.",
                    people=one.people,
                    part=one.part_of_full_time,
                    months=one.months,
                )
            )
    parts = (
        one.people * Fraction(one.part_of_full_time) * Fraction(one.months) / MONTHS for one in staff if one.counts
    )
    return sum(parts, Fraction())
