"""Questions that a form does not ask, so that a rule of the formal check cannot read an answer. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from vouchers.programmes.rules.grant_plan import Grant
from vouchers.programmes.rules.plan import Call, ProgrammePlan, ProgrammeRules, StateAid

HEADCOUNT = ("headcount",)
MONEY_OF_THE_YEAR = ("turnover", "balance_sheet")
"""One of the two is enough to show that a company is small."""


def list_unclear(plan: ProgrammePlan, call: Call) -> Iterator[tuple[str, str]]:
    """(code of the question, code of the rule) of each, for the instruments that the call offers."""
    found: dict[tuple[str, str], None] = {}
    for instrument in plan.instruments:
        if instrument.code in call.instruments:
            asked = {one.code for one in call.form.questions if one.is_asked_for(instrument.code)}
            needs = [*_of_rules(plan.rules, call, asked), *_of_grant(instrument.grant, asked)]
            found |= dict.fromkeys(one for one in needs if one[0] not in asked)
    seen: set[str] = set()
    for question, rule in found:
        if question not in seen:
            seen.add(question)
            yield question, rule


def _of_rules(rules: ProgrammeRules, call: Call, asked: Collection[str]) -> Iterator[tuple[str, str]]:
    if rules.smes_only:
        yield from _of_size("sme", asked)
    if rules.excluded_sectors:
        yield "nace", "sector"
    if not rules.aid_declaration and any(rules.state_aid_of(code) is StateAid.DE_MINIMIS for code in call.regions):
        yield "de_minimis_received", "de_minimis"


def _of_grant(grant: Grant, asked: Collection[str]) -> Iterator[tuple[str, str]]:
    if any(variation.sizes for variation in grant.variations):
        yield from _of_size("size", asked)
    if grant.own_work:
        yield from (("own_work_cost", "own_work"), ("external_cost", "own_work"))


def _of_size(rule: str, asked: Collection[str]) -> Iterator[tuple[str, str]]:
    money = () if any(code in asked for code in MONEY_OF_THE_YEAR) else MONEY_OF_THE_YEAR
    yield from ((code, rule) for code in (*HEADCOUNT, *money))
