"""What can happen to a draft. It is always saved as it was typed; only publishing asks that it is whole."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.programmes import actions as programmes
from vouchers.programmes.lifecycle import CORRIGENDUM
from vouchers.programmes.models import Corrigendum, Programme
from vouchers.programmes.queries import get_call, list_corrigenda, lock_programme
from vouchers.programmes.rules.changes import list_differences
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.plain import as_it_holds
from vouchers.schemes import queries
from vouchers.schemes.letters import write_correction
from vouchers.schemes.lifecycle import SCHEME_DRAFT
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules import places
from vouchers.schemes.rules.places import Place, Plain
from vouchers.schemes.rules.reading import (
    DraftReading,
    Gap,
    call_of,
    list_needs,
    list_refused_corrections,
    read_draft,
)
from vouchers.schemes.rules.starting import copied_call, new_call
from vouchers.schemes.rules.walking import ROOTS, tidied
from vouchers.workflow.transition import OFFICE, creation, transition

TOLD_AT_ONCE = 100
NAME_OF_THE_FORM = "call.form.code"
"""A form that is written out in its call bears the call's name; nobody reads that."""


def start_draft(
    programme: Programme, *, code: str, copy_of: str = "", corrects: str = "", by: Any, at: datetime
) -> SchemeDraft:
    """Begin a new call, a copy of one (`copy_of`), or the correction of a published one (`corrects`).

    Raises:
        RuleBroken: the programme was never loaded with its file, or has a call of this code already.
    """
    source = source_of(programme)
    if corrects:
        code, block = corrects, places.part_in(source, "call", corrects)
    elif any(call.code == code for call in programme.calls):
        raise RuleBroken(
            _("This programme has a call %(code)s already. Choose another short name.", code=code), field="code"
        )
    elif copy_of:
        block = copied_call(places.part_in(source, "call", copy_of), code)
    else:
        block = new_call(source, code)
    block = tidied("call", block)
    draft = SchemeDraft(
        programme=programme,
        call_code=code,
        is_correction=bool(corrects),
        parts={"call": block},
        bases={"call": deepcopy(block) if corrects else None},
        started_by_id=by.id,
        started_at=at,
        changed_at=at,
    )
    with creation(draft, SCHEME_DRAFT.start, by=by, at=at):
        pass
    return draft


def source_of(programme: Programme) -> Plain:
    """The programme's file in plain values, as it holds.

    Raises:
        RuleBroken: it was loaded before files were kept.
    """
    if programme.source is None:
        raise RuleBroken(_("The file of this programme is not kept yet. Load it once more, then draft here."))
    return as_it_holds(programme.source, aid_declaration=programme.plan.rules.aid_declaration)


def read(draft: SchemeDraft, at: datetime) -> DraftReading:
    """The draft as it would be published now, with all that it lacks."""
    found = read_draft(source_of(draft.programme), draft.parts, draft.call_code)
    call = call_of(found, draft.parts)
    if found.plan is None or call is None:
        return found
    gaps: list[Gap] = list(list_needs(found.plan, call, at, is_correction=draft.is_correction))
    if draft.is_correction:
        published = get_call(draft.programme.code, draft.call_code)
        has_begun = published.opens_at <= at or queries.has_applications(published.id)
        gaps += list_refused_corrections(published.plan, call, is_open_or_over=has_begun)
    return DraftReading(found.whole, found.plan, (*found.gaps, *gaps), found.elsewhere)


def save_keys(
    draft: SchemeDraft, place: Place, values: dict[str, Plain], *, version: int, by: Any, at: datetime
) -> None:
    """Write the keys of one block, as they were typed.

    Raises:
        WrongState: somebody else changed the draft since the page was opened.
    """

    def change(block: Plain, way: Place) -> Plain:
        for key, value in values.items():
            block = places.with_value(block, (*way, key), value)
        return block

    _edit(draft, place, change, version=version, by=by, at=at)


def add_item(draft: SchemeDraft, place: Place, *, by: Any, at: datetime) -> Place:
    """Add an empty item to a list; answers its place."""
    part, way = places.part_of(place)
    items = places.value_at(draft.parts.get(part), way) or []
    if len(items) >= places.MOST_ITEMS:
        raise RuleBroken(_("This list has %(most)s entries; more are too many.", most=places.MOST_ITEMS))
    number = str(len(items) + 1)
    _edit(draft, place, lambda block, way: places.with_value(block, way, [*items, {}]), by=by, at=at)
    return (*place, number)


def remove_item(draft: SchemeDraft, place: Place, *, by: Any, at: datetime) -> None:
    """Take an item out of its list. Raises `RuleBroken` where another part of the form refers to it."""
    part, way = places.part_of(place)
    item = places.value_at(draft.parts.get(part), way)
    if "questions" in place and isinstance(item, dict):
        _ensure_not_referred_to(places.value_at(draft.parts[part], ("form",)), item.get("code"))
    _edit(draft, place, places.without_item, by=by, at=at)


def move_item(draft: SchemeDraft, place: Place, step: int, *, by: Any, at: datetime) -> None:
    """Move an item one place up (-1) or down (1)."""
    _edit(draft, place, lambda block, way: places.with_item_moved(block, way, step), by=by, at=at)


def take_part(draft: SchemeDraft, part: str, *, by: Any, at: datetime) -> None:
    """Begin to change a part of the programme together with the call: its rules, or an instrument."""
    block = places.part_in(source_of(draft.programme), part, draft.call_code)
    if block is None:
        raise RuleBroken(_("The programme has no such part."))
    block = tidied(ROOTS[part.partition("/")[0]], block)
    with transition(draft, SCHEME_DRAFT.edit, by=by, at=at):
        if part not in draft.parts:
            draft.parts = {**draft.parts, part: block}
            draft.bases = {**draft.bases, part: deepcopy(block)}
            draft.changed_at = at


def drop_part(draft: SchemeDraft, part: str, *, by: Any, at: datetime) -> None:
    """Leave a part of the programme as it is after all."""
    if part == "call":
        raise RuleBroken(_("A draft without its call is none: discard the draft instead."))
    with transition(draft, SCHEME_DRAFT.edit, by=by, at=at):
        draft.parts = {name: block for name, block in draft.parts.items() if name != part}
        draft.bases = {name: block for name, block in draft.bases.items() if name != part}
        draft.changed_at = at


def discard_draft(draft: SchemeDraft, *, by: Any, at: datetime) -> None:
    """Give the draft up; it stays in the record."""
    with transition(draft, SCHEME_DRAFT.discard, by=by, at=at):
        pass


def publish_draft(draft: SchemeDraft, *, summary: str = "", by: Any, at: datetime) -> Corrigendum | None:
    """Make the draft what holds: the call is public and its money voted, or its correction is, and applicants are told.

    Raises:
        RuleBroken: something is missing, the programme has changed under the draft, or a rule of loading says no.
    """
    with unit_of_work():
        lock_programme(draft.programme.code)
        with transition(draft, SCHEME_DRAFT.publish, by=by, at=at, why=summary or None):
            _ensure_bases_hold(draft)
            reading = read(draft, at)
            wrong = len(reading.gaps) + len(reading.elsewhere)
            if wrong or reading.plan is None:
                raise RuleBroken(
                    _n("%(count)s thing is still to mend before this can be published.",
                       "%(count)s things are still to mend before this can be published.", wrong)
                )  # fmt: skip
            if not draft.is_correction:
                programmes.load_programme(reading.plan, source=reading.whole, by=by, at=at)
                return None
            return _publish_correction(draft, reading, summary, by=by, at=at)


def _publish_correction(
    draft: SchemeDraft, reading: DraftReading, summary: str, *, by: Any, at: datetime
) -> Corrigendum:
    if not summary.strip():
        raise RuleBroken(_("Say in a sentence what changes and why; those who applied will read it."), field="summary")
    assert reading.plan is not None
    before = _terms(draft)
    correction = programmes.Correction(draft.call_code, summary)
    programmes.load_programme(reading.plan, source=reading.whole, correction=correction, by=by, at=at)
    differences = [
        [item.path, item.before, item.after]
        for item in list_differences(before, _terms(draft))
        if item.path != NAME_OF_THE_FORM
    ]
    if not differences:
        raise RuleBroken(_("Nothing is different from what was published."))
    call = get_call(draft.programme.code, draft.call_code)
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
        for application in concerned:
            write_correction(step, corrigendum, application)
        if concerned:
            corrigendum.told_through_id = concerned[-1].id
        corrigendum.is_told = len(concerned) < TOLD_AT_ONCE
        if not corrigendum.is_told:
            step.enqueue("schemes.tell_applicants", corrigendum_id=corrigendum.id)


def _terms(draft: SchemeDraft) -> dict[str, Any]:
    """All that an applicant of the call relies on, as it is stored now."""
    call = get_call(draft.programme.code, draft.call_code)
    offered = [item for item in call.programme.instruments if item.code in call.plan.instruments]
    return {
        "call": as_json(call.plan),
        "instruments": [as_json(item.plan) for item in offered],
        "rules": as_json(call.programme.plan.rules),
    }


def _ensure_bases_hold(draft: SchemeDraft) -> None:
    """Nobody changed, since, what this draft changes: else one of the two would be undone unseen."""
    source = source_of(draft.programme)
    for part, base in draft.bases.items():
        kind = ROOTS[part.partition("/")[0]]
        if base is not None and tidied(kind, places.part_in(source, part, draft.call_code)) != base:
            raise RuleBroken(
                _(
                    "“%(part)s” was changed in the programme after this draft began, so publishing it would undo that. "
                    "Begin a new draft from what holds now.",
                    part=part,
                )
            )


def _ensure_not_referred_to(form: Plain, code: Plain) -> None:
    if not code:
        return
    for section in (form or {}).get("sections") or []:
        for item in [section, *(section.get("questions") or [])]:
            conditions = item.get("show_if") if isinstance(item, dict) else None
            if any(one.get("question") == code for one in conditions or [] if isinstance(one, dict)):
                raise RuleBroken(
                    _(
                        "“%(other)s” is shown only for an answer to this question, so it cannot be removed. Change "
                        "that condition first.",
                        other=item.get("code", "?"),
                    )
                )


def _edit(draft: SchemeDraft, place: Place, change: Any, *, version: int | None = None, by: Any, at: datetime) -> None:
    part, way = places.part_of(place)
    if part not in draft.parts:
        raise RuleBroken(_("This part is not in the draft."))
    with transition(draft, SCHEME_DRAFT.edit, by=by, at=at, version=version):
        draft.parts = {**draft.parts, part: change(draft.parts[part], way)}
        draft.changed_at = at
