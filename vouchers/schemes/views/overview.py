"""The overview of a draft: its parts, and all that is still to mend, each with its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.programmes.rules.outline import BLOCKS, Kind, is_asked
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import Place, part_of, value_at, write_place
from vouchers.schemes.rules.reading import DraftReading, languages_of, names_in
from vouchers.schemes.rules.walking import find_spot, name_of, way_up

_REST_ON = {
    "marking": frozenset({"instruments"}),
    "form": frozenset({"instruments"}),
    "envelopes": frozenset({"instruments", "regions"}),
}
"""What each part must have depends on these settings, so without them nobody can say that it is in order."""


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the draft in its task list."""

    text: str | Sentence
    href: str
    status: Sentence
    colour: str | None
    hint: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All parts of a draft, what is wrong with them, and which parts of the programme it could take in."""

    tasks: list[Task]
    gaps: list[tuple[str, str | Sentence, Sentence]]
    """(address, where, what)."""
    others: list[tuple[str, str]]
    """(part, name) of the programme's parts that the draft does not change."""
    taken: list[tuple[str, str]]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to mend."""
        return not self.gaps


def overview_of(draft: SchemeDraft, reading: DraftReading) -> Overview:
    """The task list of a draft."""
    languages = languages_of(reading.whole)
    names = {f"instruments/{item['code']}": name_of(item, languages) for item in reading.whole.get("instruments") or []}
    names["programme"] = _("Settings of the programme")
    tasks = [*_tasks_of_call(draft, reading)]
    for part in draft.parts:
        if part != "call":
            place = tuple(part.split("/"))
            tasks.append(_task(names.get(part, part), _address(draft, place), reading.count_within(place)))
    split = {part: str(name) for part, name in names.items()}
    return Overview(
        tasks,
        list(_gaps_of(draft, reading)),
        [(part, name) for part, name in split.items() if part not in draft.parts],
        [(part, name) for part, name in split.items() if part in draft.parts],
    )


def _tasks_of_call(draft: SchemeDraft, reading: DraftReading) -> Iterator[Task]:
    call = draft.parts["call"]
    unknown = frozenset(gap.setting for gap in reading.gaps)
    inside = {key.name for key in BLOCKS["call"] if key.kind in (Kind.BLOCK, Kind.BLOCKS)}
    own = sum(1 for gap in reading.gaps if gap.place == ("call",) and gap.key not in inside)
    yield _task(_("Dates, regions, what is offered"), _address(draft, ("call",)), own)
    for key in BLOCKS["call"]:
        if key.name in inside and is_asked(key, call):
            where: Place = ("call", key.name) if key.kind is Kind.BLOCK else ("call",)
            wrong = reading.count_within(("call", key.name))
            is_open = bool(unknown & _REST_ON.get(key.name, frozenset()))
            yield _task(key.label, _address(draft, where), wrong, key.hint, is_open=is_open)


def _task(text: str | Sentence, href: str, wrong: int, hint: Sentence | None = None, *, is_open: bool = False) -> Task:
    if wrong:
        return Task(text, href, _n("%(count)s thing to mend", "%(count)s things to mend", wrong), "yellow", hint)
    if is_open:
        return Task(text, href, _("Depends on what you choose above"), "grey", hint)
    return Task(text, href, _("In order"), None, hint)


def _gaps_of(draft: SchemeDraft, reading: DraftReading) -> Iterator[tuple[str, str | Sentence, Sentence]]:
    languages, known = languages_of(reading.whole), names_in(reading.whole)
    for gap in reading.gaps:
        where = _where(gap.place, gap.key, draft, languages, known)
        yield _address(draft, _nearest(gap.place)), where, gap.sentence
    yield from ((_address(draft, ("call",)), where, sentence) for where, sentence in reading.elsewhere)


def _address(draft: SchemeDraft, place: Place) -> str:
    return str(url_for("schemes.edit", draft_id=draft.id, place=write_place(place)))


def _nearest(place: Place) -> Place:
    while place and find_spot(place) is None:
        place = place[:-1]
    return place or ("call",)


def _where(
    place: Place, key: str, draft: SchemeDraft, languages: tuple[str, ...], known: dict[str, str]
) -> str | Sentence:
    near = _nearest(place)
    names: list[Any] = [name for _place, name in way_up(near, draft.parts, languages, known)[1:]]
    spot = find_spot(near)
    if spot is not None and spot.key is not None:
        part, way = part_of(near)
        item = value_at(draft.parts.get(part), way)
        names.append(name_of(item, languages, known) if spot.is_item else spot.key.label)
    own = next((one for one in BLOCKS[spot.kind] if one.name == key), None) if spot else None
    if own is not None:
        names.append(own.label)
    return ", ".join(str(name) for name in names) or _("The call")
