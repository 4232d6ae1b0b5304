"""How many people work in a company: a small reckoning inside the statement of ownership, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.measures import NumberField
from vouchers.core.text import say as _
from vouchers.eligibility.rules.ownership import plain
from vouchers.eligibility.rules.papers import OWN
from vouchers.eligibility.rules.work_units import Staff, work_units

MOST = 10_000_000


def unit_fields(year: int) -> dict[str, Any]:
    """What is asked of one year; none of it is kept, only the figure that follows."""
    return {
        f"u_{year}_full": NumberField(_("Full-time people, all year"), minimum=0, maximum=MOST),
        f"u_{year}_part": NumberField(_("Part-time people, all year"), minimum=0, maximum=MOST),
        f"u_{year}_percent": NumberField(_("Their part of full time, in percent"), places=2, minimum=0, maximum=100),
        f"u_{year}_season": NumberField(_("Seasonal people, full time"), minimum=0, maximum=MOST),
        f"u_{year}_months": NumberField(_("Months that each of them worked"), places=2, minimum=0, maximum=12),
    }


def reckoned(form: Any, years: Sequence[int]) -> dict[str, str]:
    """The people of the company in each year for which something was entered, as the fields of the statement.

    Raises:
        RuleBroken: part-time people without their percent, or seasonal people without their months.
    """
    found = {}
    for year in years:
        full, part, percent, season, months = (form[name].data for name in unit_fields(year))
        if full is None and part is None and season is None:
            continue
        for people, value, name in ((part, percent, "percent"), (season, months, "months")):
            if people and value is None:
                field = form[f"u_{year}_{name}"]
                raise RuleBroken(_("%(label)s: enter a number.", label=field.label.text), field=field.name)
        staff = [
            Staff(full or 0),
            Staff(part or 0, Decimal(percent or 0) / 100),
            Staff(season or 0, months=Decimal(months or 0)),
        ]
        found[f"{OWN}_{year}_headcount"] = plain(work_units(staff))
    return found
