"""Regions and fund lines that a draft adds, changes or takes out: what stands on them, and their leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.regions.actions import remove_region
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region, is_referred_to
from vouchers.schemes import queries
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules import partners, places
from vouchers.schemes.rules.places import Place, Plain
from vouchers.schemes.rules.reading import Gap

FUND_LINE = ("fund_lines", "fund_lines")


def list_refused_partners(draft: SchemeDraft, source: Plain, plan: ProgrammePlan) -> Iterator[Gap]:
    """Regions and fund lines that must stay, or stay as they are, although the draft says otherwise."""
    programme = draft.programme
    published = [call.plan for call in programme.calls]
    if "regions" in draft.parts:
        before, after = source.get("regions"), (draft.parts["regions"] or {}).get("regions")
        elsewhere = queries.map_regions_elsewhere(programme)
        yield from partners.list_changed_regions(before, after, published)
        yield from partners.list_shared_regions(before, after, elsewhere)
        for code in sorted(partners.coded(before).keys() - partners.coded(after).keys()):
            if refusal := refusal_of_leaving(programme, code, is_elsewhere=code in elsewhere):
                yield Gap(partners.REGIONS, "regions", refusal)
    if "fund_lines" in draft.parts:
        yield from partners.list_changed_fund_lines(programme.plan.fund_lines, plan.fund_lines, published)


def refusal_of_dropping(draft: SchemeDraft, place: Place, source: Plain) -> Sentence | None:
    """Why a region or fund line cannot be taken out of a draft; None where it may go, or is of the draft alone."""
    part, way = places.part_of(place)
    item = places.value_at(draft.parts.get(part), way)
    code = str(item.get("code")) if isinstance(item, dict) else ""
    if place[:-1] == FUND_LINE:
        before = draft.programme.plan.fund_lines
        after = [line for line in before if line.code != code]
        refusals = (partners.refusal_of_lines(before, after, call.plan) for call in draft.programme.calls)
        return next((refusal for refusal in refusals if refusal), None)
    if part == "regions" and len(way) == 2 and code in partners.coded(source.get("regions")):
        is_elsewhere = code in queries.map_regions_elsewhere(draft.programme)
        return refusal_of_leaving(draft.programme, code, is_elsewhere=is_elsewhere)
    return None


def refusal_of_leaving(programme: Programme, code: str, *, is_elsewhere: bool) -> Sentence | None:
    """Why a region stays in a programme: a published call, a role, an expert, its money or an organisation needs it."""
    if call := next((call for call in programme.calls if code in call.plan.regions), None):
        return partners.said_to_stay(call.plan)
    region = find_region(code)
    if region is not None and _is_in_use(programme, region, is_elsewhere=is_elsewhere):
        return _(
            "%(region)s is in use: an organisation, a role of a person, an expert, money or the books refer to it. So "
            "it stays.",
            region=region.name,
        )
    return None


def _is_in_use(programme: Programme, region: Region, *, is_elsewhere: bool) -> bool:
    return queries.is_named(programme.code, region.code) or (not is_elsewhere and is_referred_to(region))


def take_out_regions(programme: Programme, before: Plain, plan: ProgrammePlan, *, by: Any, at: datetime) -> None:
    """Take the regions that a programme no longer has out of the register, unless another programme has them.

    Raises:
        RuleBroken: something stands on one of them.
    """
    elsewhere = queries.map_regions_elsewhere(programme)
    for code in sorted(partners.coded(before).keys() - {region.code for region in plan.regions}):
        if refusal := refusal_of_leaving(programme, code, is_elsewhere=code in elsewhere):
            raise RuleBroken(refusal)
        region = find_region(code)
        if region is not None and code not in elsewhere:
            remove_region(region, by=by, at=at)
