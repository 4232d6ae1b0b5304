"""Who owns the companies of the demo: most stand alone, some have a partner, a parent or a public owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.demo.settling import Settled
from vouchers.eligibility.actions import state_ownership_statement
from vouchers.eligibility.queries import find_statement
from vouchers.eligibility.rules.papers import OWN

Firm = tuple[str, str, str, str]
"""Code, name, kind, and the part of the company that it holds, in percent."""

FOUNDER: Firm = ("founder", "The founders, together", "person", "100")
PATTERNS: tuple[tuple[Firm, ...], ...] = (
    (FOUNDER,),
    (("founder", "The founders, together", "person", "60"), ("fund", "Example Seed Capital", "enterprise", "40")),
    (FOUNDER,),
    (("parent", "Example Holding", "enterprise", "70"), ("university", "University of Example", "public_body", "10")),
)
FIGURES = {
    "fund": ("6", "900000", "8200000"),
    "parent": ("41", "7400000", "5100000"),
}
"""People, turnover and balance sheet of the enterprises among the owners."""


def state_owners(settled: Settled, *, at: datetime) -> None:
    """Every company hands in its statement of ownership, with the figures of two closed years."""
    companies = [entry for entries in settled.companies.values() for entry in entries]
    for number, (organisation, owner) in enumerate(companies):
        content = statement(organisation.name, PATTERNS[number % len(PATTERNS)], number, last_year=at.year - 1)
        state_ownership_statement(organisation, content, by=owner, at=at)


def stated_figures(organisation_id: int) -> dict[str, str]:
    """What a company answers in the form: its own figures of the last year, as its statement has them."""
    stated = find_statement(organisation_id)
    assert stated is not None  # `state_owners` made one for each company
    own = stated.content["years"][-1]["figures"][OWN]
    return {"headcount": own["headcount"], "turnover": own["turnover"], "balance_sheet": own["balance"]}


def statement(name: str, owners: tuple[Firm, ...], number: int, *, last_year: int) -> dict[str, Any]:
    """The content of a statement, as `eligibility.rules.papers` reads it."""
    people = 3 + number % 19
    own = (str(people), str(people * 84_000), str(people * 61_000))
    return {
        "nace": "72.11",
        "firms": [_firm(OWN, name, "enterprise"), *(_firm(*owner[:3]) for owner in owners)],
        "holdings": [
            {
                "owner": code,
                "owned": OWN,
                "capital": percent,
                "voting": percent,
                "is_exempt": code == "university",
                "has_control": False,
            }
            for code, _name, _kind, percent in owners
        ],
        "years": [
            {
                "year": year,
                "counts_at_once": False,
                "figures": {
                    OWN: _figures(own),
                    **{code: _figures(FIGURES[code]) for code, *_rest in owners if code in FIGURES},
                },
            }
            for year in (last_year - 1, last_year)
        ],
    }


def _firm(code: str, name: str, kind: str) -> dict[str, Any]:
    return {"code": code, "name": name, "kind": kind, "same_market": True}


def _figures(values: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("headcount", "turnover", "balance"), values, strict=True))
