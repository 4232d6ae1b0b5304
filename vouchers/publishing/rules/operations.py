"""The list of operations: what Article 49(3) of Regulation (EU) 2021/1060 asks for, one line for each voucher. Pure.

The beneficiary's name and place stand there for legal entities only; of a natural person there is the region (on NUTS
level 2 at the finest), so that nothing need be taken away after two years.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.publishing.rules.granted import Granted, achievements_of, fund_of, union_rate

Cell = str | Decimal | date | Money | None

COLUMNS: Sequence[Sentence] = (
    _("Code of the operation"),
    _("Beneficiary"),
    _("Name of the operation"),
    _("Purpose"),
    _("Expected or actual achievements"),
    _("Start"),
    _("Expected or actual end"),
    _("Total cost"),
    _("Grant"),
    _("Paid"),
    _("Currency"),
    _("Fund"),
    _("Specific objective"),
    _("Rate of co-financing"),
    _("Post code"),
    _("Town"),
    _("Region"),
    _("NUTS code"),
    _("Country"),
    _("Type of intervention"),
    _("Call"),
    _("Instrument"),
    _("Awarded on"),
)
FORMS = {5: "day", 6: "day", 7: "money", 8: "money", 9: "money", 22: "day"}
"""How columns look in a workbook, by their place."""
NATURAL_PERSON = _("Natural person")
NUTS_2 = 4
"""Characters of a code of level 2."""


def operation_cells(one: Granted, language: str, natural_person: str) -> tuple[Cell, ...]:
    """The line of one voucher, in one of the programme's languages."""
    who, plan = one.beneficiary, one.programme
    filed = plan.publishing.filing_of(one.instrument.code)
    nuts = plan.publishing.nuts_of(one.place.code)
    return (
        one.reference,
        natural_person if who.is_person else who.name,
        one.title,
        one.purpose_in(language),
        achievements_of(one, language),
        one.starts_on,
        one.ends_on,
        one.cost,
        one.amount,
        one.paid,
        one.amount.currency,
        fund_of(one, language),
        filed.specific_objective.in_language(language) if filed.specific_objective else "",
        union_rate(plan),
        "" if who.is_person else who.post_code,
        "" if who.is_person else who.town,
        one.place.name.in_language(language),
        nuts[:NUTS_2] if who.is_person else nuts,
        one.place.country if who.is_person else who.country,
        filed.intervention,
        one.call,
        one.instrument.code,
        one.awarded_on,
    )
