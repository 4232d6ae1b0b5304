"""What a loading would change of published calls, and whether it may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes import queries
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules import plan as plans
from vouchers.programmes.rules.changes import Difference, PublishedChanged, list_differences
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.plain import Plain, as_it_holds
from vouchers.programmes.rules.source import Mapping as Tree
from vouchers.programmes.rules.standing import with_what_stands
from vouchers.regions.queries import list_regions

_NAME_OF_A_FORM = re.compile(r"calls\[[^\]]*\]\.form\.code")
"""A form that is written out in its call bears the call's name; nobody reads that."""
ChangedTerms = tuple[Call, tuple[Difference, ...]]


def source_of(programme: Programme) -> Plain:
    """The programme's file in plain values, as it holds.

    Raises:
        RuleBroken: it was loaded before files were kept.
    """
    if programme.source is None:
        raise RuleBroken(_("The file of this programme is not kept yet. Load it once more, then draft here."))
    return as_it_holds(programme.source, aid_declaration=programme.plan.rules.aid_declaration)


def complete(tree: Tree, code: Plain) -> tuple[Tree, list[tuple[str, str]]]:
    """The file of a programme with what it leaves out of what was published, and (kind, code) of each such thing."""
    try:
        programme = queries.get_programme(code) if isinstance(code, str) else None
    except NotFound:
        programme = None
    if programme is None or programme.source is None:
        return tree, []
    calls = [call.plan for call in programme.calls]
    standing = {
        "regions": {region for call in calls for region in call.regions},
        "fund_lines": {line.code for call in calls for line in _paying(programme.plan, call)},
        "instruments": {instrument.code for instrument in programme.instruments},
        "calls": {call.code for call in calls},
    }
    return with_what_stands(tree, source_of(programme), standing)


def list_changed_terms(
    programme: Programme, calls: Sequence[Call], plan: plans.ProgrammePlan
) -> Iterator[ChangedTerms]:
    """The published calls whose terms a plan would change: the call itself, its instruments, the rules, the fund lines.

    Calls that the plan lacks are left out.
    """
    instruments = {item.code: item.plan for item in queries.list_instruments(programme.id)}
    planned = {call.code: call for call in plan.calls}
    for call in calls:
        wanted = planned.get(call.code)
        if wanted is None or call.digest == plans.call_terms_digest(plan, wanted):
            continue
        before = {  # as plans, not as they were stored: a key that is younger than the call has its default
            "calls": [call.plan],
            "instruments": [instruments[code] for code in call.plan.instruments],
            "rules": programme.plan.rules,
            "fund_lines": _paying(programme.plan, call.plan),
        }
        after = {
            "calls": [wanted],
            "instruments": [item for item in plan.instruments if item.code in wanted.instruments],
            "rules": plan.rules,
            "fund_lines": _paying(plan, wanted),
        }
        found = list_differences(_as_json(before), _as_json(after))
        if differences := tuple(one for one in found if not _NAME_OF_A_FORM.fullmatch(one.path)):
            yield call, differences


def _paying(plan: plans.ProgrammePlan, call: plans.Call) -> list[plans.FundLine]:
    """The fund lines from which the money of a call comes."""
    shares = {code for envelope in call.envelopes for code, amount in envelope.shares if amount.cents}
    return [line for line in plan.fund_lines if line.code in shares]


def list_refused_changes(
    programme: Programme, calls: Sequence[Call], plan: plans.ProgrammePlan, *, corrected: str = ""
) -> Iterator[ChangedTerms]:
    """As `list_changed_terms`, without what the correction of the call `corrected` may change.

    That is the call itself; and of a call in which nobody has applied what it shares with the corrected one.
    """
    changed = list(list_changed_terms(programme, calls, plan))
    relied_on = queries.list_calls_with_applications([call.id for call, _differences in changed])
    for call, differences in changed:
        is_shared = not any(one.path.startswith("calls[") for one in differences)
        if call.code != corrected and not (corrected and is_shared and call.id not in relied_on):
            yield call, differences


def ensure_published_is_kept(
    programme: Programme, calls: Sequence[Call], plan: plans.ProgrammePlan, *, corrected: str
) -> set[str]:
    """The codes of the calls that a correction changes; without one there are none.

    Raises:
        PublishedChanged: with every difference.
    """
    refused = list(list_refused_changes(programme, calls, plan, corrected=corrected))
    refused += _list_moved_regions(calls, plan)
    if refused:
        found = {one.path: one for _call, differences in refused for one in differences}
        raise PublishedChanged(list(dict.fromkeys(call.code for call, _found in refused)), list(found.values()))
    return {call.code for call, _differences in list_changed_terms(programme, calls, plan)}


def _list_moved_regions(calls: Sequence[Call], plan: plans.ProgrammePlan) -> Iterator[ChangedTerms]:
    """The published calls of regions that would lie in another country, and so grant under another law."""
    countries = {region.code: region.country for region in list_regions()}
    moved = {
        region.code: Difference(f"regions[{region.code}].country", countries[region.code], region.country)
        for region in plan.regions
        if countries.get(region.code, region.country) != region.country
    }
    for call in calls:
        if differences := tuple(moved[code] for code in call.plan.regions if code in moved):
            yield call, differences


def _as_json(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: as_json(part) for key, part in parts.items()}
