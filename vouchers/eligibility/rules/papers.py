"""Statements and declarations as they are stored: plain JSON in, the values of the rules out, and back.

A statement is ``{"nace": "72.11", "firms": [{"code", "name", "kind", "same_market"}], "holdings": [{"owner", "owned",
"capital", "voting", "is_exempt", "has_control"}], "years": [{"year", "counts_at_once", "figures": {code: {"headcount",
"turnover", "balance"}}}]}``; the applicant's code is ``own``; numbers are text, null is not known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import parse_money
from vouchers.core.text import say as _
from vouchers.eligibility.rules.aid import Aid, single_undertaking
from vouchers.eligibility.rules.ownership import Figures, Firm, FirmKind, Holding, Structure, plain, structure
from vouchers.eligibility.rules.sme import Status, Year, assess_years

OWN = "own"
"""The applicant, in the stored graph and in the entries of aid."""

Content = Mapping[str, Any]


def read_structure(content: Content) -> Structure:
    """The graph of a statement. Raises `RuleBroken` where it cannot be counted."""
    firms = [
        Firm(one["code"], one["name"], FirmKind(one["kind"]), same_market=one.get("same_market", True))
        for one in content["firms"]
    ]
    holdings = [
        Holding(
            one["owner"],
            one["owned"],
            Fraction(one["capital"]),
            Fraction(one["voting"]),
            is_exempt=one["is_exempt"],
            has_control=one["has_control"],
        )
        for one in content["holdings"]
    ]
    return structure(OWN, firms, holdings)


def read_years(content: Content) -> list[Year]:
    """The closed years of a statement, oldest first."""
    return [
        Year(
            one["year"],
            {code: Figures(*(_number(figures[name]) for name in FIGURES)) for code, figures in one["figures"].items()},
            one["counts_at_once"],
        )
        for one in content["years"]
    ]


FIGURES = ("headcount", "turnover", "balance")


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def read_status(content: Content) -> Status:
    """The size that follows from a statement.

    Raises:
        RuleBroken: the graph cannot be counted, or no year is stated.
    """
    whole, years = read_structure(content), read_years(content)
    if not years:
        raise RuleBroken(_("Enter the figures of at least one closed year of your company."), field="year")
    return assess_years(whole, years)


def write_result(status: Status) -> dict[str, Any]:
    """The result as it is stored: every year with its lines and sums."""
    return {
        "is_sme": status.is_sme,
        "size": None if status.size.certain is None else status.size.certain.value,
        "years": [
            {
                "year": year,
                "relation": found.relation.value,
                "category": None if found.category is None else found.category.value,
                "status": None if sizes.certain is None else sizes.certain.value,
                "sums": [plain(one.value, 2) for one in (found.headcount, found.turnover, found.balance)],
                "lines": [
                    {
                        "code": line.firm.code,
                        "name": line.firm.label,
                        "share": plain(line.share),
                        "why": line.why.value,
                        "figures": [_text(value) for value in _triple(line.firm.figures)],
                        "counted": [_text(value) for value in _triple(line.counted)],
                    }
                    for line in found.lines
                ],
            }
            for year, found, sizes in status.years
        ],
    }


def _triple(figures: Figures) -> tuple[Fraction | None, ...]:
    return figures.headcount, figures.turnover, figures.balance


def _text(value: Fraction | None) -> str | None:
    return None if value is None else plain(value, 2)


# Aid -----------------------------------------------------------------------------------------------------------------


def read_controlled(content: Content) -> list[str]:
    """The names of the firms that a statement shows as one undertaking with the company."""
    whole = read_structure(content)
    return [whole.firms[code].label for code in single_undertaking(whole) if code != OWN]


def sha256_of(content: Content) -> str:
    """The fingerprint of what is signed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_entries(content: Content) -> tuple[Aid, ...]:
    """The entries of a declaration; what was left empty is not known."""
    return tuple(
        Aid(
            undertaking=one["undertaking"],
            granted_on=date.fromisoformat(one["granted_on"]) if one["granted_on"] else None,
            amount=parse_money(one["amount"]) if one["amount"] else None,
            member_state=one["member_state"],
            regulation=one["regulation"],
            granted_by=one["granted_by"],
        )
        for one in content["entries"]
    )


def write_entry(aid: Aid) -> dict[str, str]:
    """An entry as it is stored."""
    return {
        "undertaking": aid.undertaking,
        "granted_on": aid.granted_on.isoformat() if aid.granted_on else "",
        "amount": aid.amount.plain if aid.amount else "",
        "member_state": aid.member_state,
        "regulation": aid.regulation,
        "granted_by": aid.granted_by,
    }


def with_own_grants(declared: Sequence[Aid], granted_here: Sequence[Aid]) -> tuple[Aid, ...]:
    """What was declared, and what this office itself has granted and the declaration does not name."""
    left = list(declared)
    missing = []
    for grant in granted_here:
        same = next((one for one in left if (one.granted_on, one.amount) == (grant.granted_on, grant.amount)), None)
        if same is None:
            missing.append(grant)
        else:
            left.remove(same)
    return (*declared, *missing)
