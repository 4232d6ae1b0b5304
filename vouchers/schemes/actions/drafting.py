"""Writing a draft. It is always saved as it was typed; only publishing asks that it is whole."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from vouchers.core.errors import RuleBroken
from vouchers.core.languages import LANGUAGES
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.actions import source_of
from vouchers.programmes.models import Programme
from vouchers.schemes import queries
from vouchers.schemes.actions.reading import refusal_of_removal
from vouchers.schemes.lifecycle import SCHEME_DRAFT
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules import places
from vouchers.schemes.rules.places import Place, Plain
from vouchers.schemes.rules.reading import languages_of
from vouchers.schemes.rules.starting import (
    copied_call,
    ensure_code_is_free,
    ensure_instrument_code_is_free,
    new_call,
)
from vouchers.schemes.rules.walking import ROOTS, find_spot, name_of, tidied
from vouchers.workflow.transition import creation, transition

REGIONS = "regions"
"""What a file writes for the options of a question that offers the regions of the programme."""


def start_draft(
    programme: Programme, *, code: str, copy_of: str = "", corrects: str = "", by: Any, at: datetime
) -> SchemeDraft:
    """Begin a new call, a copy of one (`copy_of`), or the correction of a published one (`corrects`).

    Raises:
        RuleBroken: the programme was never loaded with its file, or the code is none, or another call bears it.
    """
    source = source_of(programme)
    if corrects:
        code, block = corrects, places.part_in(source, "call", corrects)
    else:
        drafted = [_code_of(one) for one in queries.list_open_drafts([programme.id]) if not one.is_correction]
        ensure_code_is_free(code, published=[call.code for call in programme.calls], drafted=drafted)
        copied = places.part_in(source, "call", copy_of) if copy_of else None
        block = copied_call(copied, code) if copy_of else new_call(source, code, _written_in(languages_of(source)))
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
    items = places.value_at(draft.parts.get(part), way)
    items = items if isinstance(items, list) else []
    if len(items) >= places.MOST_ITEMS:
        raise RuleBroken(_("This list has %(most)s entries; more are too many.", most=places.MOST_ITEMS))
    number = str(len(items) + 1)
    _edit(draft, place, lambda block, way: places.with_value(block, way, [*items, {}]), by=by, at=at)
    return (*place, number)


def offer_regions(draft: SchemeDraft, place: Place, is_offered: bool, *, by: Any, at: datetime) -> None:
    """Let a question offer the regions of the programme, whichever they are, or a list of its own again."""
    _edit(draft, place, lambda block, way: places.with_value(block, way, REGIONS if is_offered else None), by=by, at=at)


def ensure_removable(draft: SchemeDraft, place: Place, *, at: datetime) -> None:
    """Raise `RuleBroken` where another part of the form refers to an item, or where it was published and must stay."""
    part, way = places.part_of(place)
    spot, item = find_spot(place), places.value_at(draft.parts.get(part), way)
    if spot is not None and isinstance(item, dict) and spot.kind in ("question", "section"):
        languages = languages_of(source_of(draft.programme))
        asked = [item] if spot.kind == "question" else item.get("questions") or []
        codes = {str(one["code"]) for one in asked if isinstance(one, dict) and one.get("code")}
        form = places.value_at(places.without_item(draft.parts[part], way), ("form",))
        _ensure_not_referred_to(form, codes, languages)
    if refusal := refusal_of_removal(draft, place, at):
        raise RuleBroken(refusal)


def remove_item(draft: SchemeDraft, place: Place, *, version: int | None = None, by: Any, at: datetime) -> None:
    """Take an item out of its list.

    Raises:
        RuleBroken: see `ensure_removable`.
        WrongState: somebody else changed the draft since the page was opened.
    """
    ensure_removable(draft, place, at=at)
    _edit(draft, place, places.without_item, version=version, by=by, at=at)


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


def add_instrument(draft: SchemeDraft, *, code: str, copy_of: str = "", by: Any, at: datetime) -> str:
    """Add an instrument that the programme does not have yet, empty or as a copy; answers its part of the draft.

    Raises:
        RuleBroken: the code is none, or another instrument bears it.
    """
    source = source_of(draft.programme)
    instruments = places.merged(source, draft.parts, draft.call_code).get("instruments") or []
    taken = {str(item.get("code")): item for item in instruments if isinstance(item, dict)}
    ensure_instrument_code_is_free(code, taken=taken)
    part = places.next_instrument(draft.parts)
    block = tidied("instrument", {**deepcopy(taken.get(copy_of, {})), "code": code})
    with transition(draft, SCHEME_DRAFT.edit, by=by, at=at):
        draft.parts = {**draft.parts, part: block}
        draft.bases = {**draft.bases, part: None}
        draft.changed_at = at
    return part


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


def _written_in(languages: tuple[str, ...]) -> Callable[[Sentence], Plain]:
    """Writes a sentence in those of the languages that are ours; the others are left to be filled in."""

    def said(sentence: Sentence) -> Plain:
        versions = {}
        for language in languages:
            if language in LANGUAGES:
                with force_locale(language):
                    versions[language] = str(sentence)
        return versions[languages[0]] if set(versions) == {languages[0]} else versions or None

    return said


def _code_of(draft: SchemeDraft) -> str:
    return str(draft.parts["call"].get("code") or draft.call_code)


def _ensure_not_referred_to(form: Plain, codes: set[str], languages: tuple[str, ...]) -> None:
    for section in (form or {}).get("sections") or []:
        for item in [section, *(section.get("questions") or [])]:
            conditions = item.get("show_if") if isinstance(item, dict) else None
            if any(str(one.get("question")) in codes for one in conditions or [] if isinstance(one, dict)):
                raise RuleBroken(
                    _(
                        "“%(other)s” is shown only for an answer to this question, so it cannot be removed. Change "
                        "that condition first.",
                        other=name_of(item, languages),
                    )
                )


def _edit(draft: SchemeDraft, place: Place, change: Any, *, version: int | None = None, by: Any, at: datetime) -> None:
    part, way = places.part_of(place)
    if part not in draft.parts:
        raise RuleBroken(_("This part is not in the draft."))
    with transition(draft, SCHEME_DRAFT.edit, by=by, at=at, version=version):
        draft.parts = {**draft.parts, part: change(draft.parts[part], way)}
        draft.changed_at = at
