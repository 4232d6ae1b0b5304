"""Making a draft what holds, and telling those whom a correction concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.programmes import actions as programmes
from vouchers.programmes.exports import tell_differences, terms_of
from vouchers.programmes.lifecycle import CORRIGENDUM
from vouchers.programmes.models import Call, Corrigendum
from vouchers.programmes.queries import get_call, list_calls, list_corrigenda, lock_programme
from vouchers.programmes.rules.changes import list_differences
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.telling import Told, tell
from vouchers.regions.queries import map_names
from vouchers.schemes import queries
from vouchers.schemes.actions.partners import take_out_regions
from vouchers.schemes.actions.reading import read
from vouchers.schemes.letters import write_correction
from vouchers.schemes.lifecycle import SCHEME_DRAFT
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.reading import DraftReading, call_of
from vouchers.workflow.transition import OFFICE, creation, transition

TOLD_AT_ONCE = 100
NAME_OF_THE_FORM = "call.form.code"
"""A form that is written out in its call bears the call's name; nobody reads that."""


def publish_draft(draft: SchemeDraft, *, summary: str = "", by: Any, at: datetime) -> Corrigendum | None:
    """Make the draft what holds: the call is public and its money voted, or its correction is, and applicants are told.

    Raises:
        RuleBroken: something is missing, the programme has changed under the draft, or a rule of loading says no.
    """
    with unit_of_work():
        lock_programme(draft.programme.code)
        with transition(draft, SCHEME_DRAFT.publish, by=by, at=at, why=summary or None):
            reading = read(draft, at)
            wrong = len(reading.gaps) + len(reading.elsewhere)
            if wrong or reading.plan is None:
                raise RuleBroken(
                    _n("%(count)s thing is still to mend before this can be published.",
                       "%(count)s things are still to mend before this can be published.", wrong)
                )  # fmt: skip
            regions = programmes.source_of(draft.programme).get("regions")
            made = None
            if draft.is_correction:
                made = _publish_correction(draft, reading, summary, by=by, at=at)
            else:
                programmes.load_programme(reading.plan, source=reading.whole, by=by, at=at)
            take_out_regions(draft.programme, regions, reading.plan, by=OFFICE, at=at)
            return made


def _publish_correction(
    draft: SchemeDraft, reading: DraftReading, summary: str, *, by: Any, at: datetime
) -> Corrigendum:
    """The corrections of the call, and of others that share with it what changed and in which nobody has applied."""
    if not summary.strip():
        raise RuleBroken(_("Say in a sentence what changes and why; those who applied will read it."), field="summary")
    assert reading.plan is not None
    before = {call.code: terms_of(call) for call in list_calls({"programme": draft.programme.code})}
    correction = programmes.Correction(draft.call_code, summary)
    programmes.load_programme(reading.plan, source=reading.whole, correction=correction, by=by, at=at)
    corrected: Corrigendum | None = None
    for call in list_calls({"programme": draft.programme.code}):
        if differences := _list_told(before[call.code], terms_of(call)):
            corrigendum = _enter_corrigendum(call, summary, differences, by=by, at=at)
            corrected = corrigendum if call.code == draft.call_code else corrected
    if corrected is None:
        raise RuleBroken(_("Nothing is different from what was published."))
    return corrected


def _enter_corrigendum(call: Call, summary: str, differences: list[list[str]], *, by: Any, at: datetime) -> Corrigendum:
    corrigendum = Corrigendum(
        call_id=call.id,
        call=call,
        number=len(list_corrigenda(call.id)) + 1,
        summary=summary.strip(),
        differences=differences,
        published_at=at,
        published_by_id=by.id,
        told_through_id=0,
        is_told=False,
    )
    with creation(corrigendum, CORRIGENDUM.publish, by=by, at=at, why=summary) as step:
        step.enqueue("schemes.tell_applicants", corrigendum_id=corrigendum.id)
    return corrigendum


def tell_next_applicants(corrigendum: Corrigendum, *, at: datetime) -> None:
    """Write to the next hundred applicants and promise the rest; the row remembers how far it came."""
    with transition(corrigendum, CORRIGENDUM.tell, by=OFFICE, at=at) as step:
        concerned = queries.list_concerned(corrigendum.call, corrigendum.told_through_id, TOLD_AT_ONCE)
        told = tell_differences(corrigendum, map_names())
        for application in concerned:
            if mine := [one for one in told if one.concerns(application.region.code)]:
                write_correction(step, corrigendum, application, mine)
        if concerned:
            corrigendum.told_through_id = concerned[-1].id
        corrigendum.is_told = len(concerned) < TOLD_AT_ONCE
        if not corrigendum.is_told:
            step.enqueue("schemes.tell_applicants", corrigendum_id=corrigendum.id)


def list_changes(draft: SchemeDraft, reading: DraftReading) -> list[Told]:
    """What a correction would change, as its applicants will be told."""
    call = call_of(reading)
    if reading.plan is None or call is None:
        return []
    offered = [item for item in reading.plan.instruments if item.code in call.instruments]
    after = {
        "call": as_json(call),
        "instruments": [as_json(item) for item in offered],
        "rules": as_json(reading.plan.rules),
        "fund_lines": as_json(reading.plan.fund_lines),
    }
    known = {region.code: region.name for region in reading.plan.regions}
    names = {**known, **{item.code: item.name for item in offered}}
    return list(tell(_list_told(_terms(draft), after), after, names, call.time_zone))


def _list_told(before: dict[str, Any], after: dict[str, Any]) -> list[list[str]]:
    found = list_differences(before, after)
    return [[item.path, item.before, item.after] for item in found if item.path != NAME_OF_THE_FORM]


def _terms(draft: SchemeDraft) -> dict[str, Any]:
    """All that an applicant of the call relies on, as it is stored now."""
    return terms_of(get_call(draft.programme.code, draft.call_code))
