"""The overview of a draft: its parts, and all that is still to mend, each with its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.programmes.rules.outline import BLOCKS, Kind, is_asked
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import NEW_INSTRUMENT, part_of_instrument, read_place
from vouchers.schemes.rules.reading import DraftReading, languages_of
from vouchers.schemes.rules.walking import name_of
from vouchers.schemes.views.leading import Lead, address, list_leads, list_notes

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
    gaps: list[Lead]
    others: list[tuple[str, str]]
    """(part, name) of the programme's parts that the draft does not change."""
    taken: list[tuple[str, str]]
    added: list[tuple[str, str]]
    """Instruments that the programme does not have yet."""
    notes: list[Lead]
    """What is worth a look, and stops nothing."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to mend."""
        return not self.gaps


def overview_of(draft: SchemeDraft, reading: DraftReading) -> Overview:
    """The task list of a draft."""
    languages = languages_of(reading.whole)
    instruments = ((part_of_instrument(item, draft.parts), item) for item in reading.whole.get("instruments") or [])
    names = {part: name_of(item, languages) for part, item in instruments if part}
    names |= {"programme": _("Settings of the programme"), "regions": _("Regions"), "fund_lines": _("Fund lines")}
    tasks = [*_tasks_of_call(draft, reading)]
    for part in draft.parts:
        if part != "call":
            place = read_place(part)
            tasks.append(_task(names.get(part, part), address(draft, place), reading.count_within(place)))
    split = {part: str(name) for part, name in names.items() if not part.startswith(NEW_INSTRUMENT)}
    elsewhere = [(address(draft, ("call",)), where, sentence) for where, sentence in reading.elsewhere]
    return Overview(
        tasks,
        [*list_leads(draft, reading), *elsewhere],
        [(part, name) for part, name in split.items() if part not in draft.parts],
        [(part, name) for part, name in split.items() if part in draft.parts],
        [(part, str(name)) for part, name in names.items() if part.startswith(NEW_INSTRUMENT)],
        list(list_notes(draft, reading)),
    )


def _tasks_of_call(draft: SchemeDraft, reading: DraftReading) -> Iterator[Task]:
    call = draft.parts["call"]
    unknown = frozenset(gap.setting for gap in reading.gaps)
    inside = {key.name for key in BLOCKS["call"] if key.kind in (Kind.BLOCK, Kind.BLOCKS)}
    own = sum(1 for gap in reading.gaps if gap.place == ("call",) and gap.key not in inside)
    yield _task(_("Dates, regions, what is offered"), address(draft, ("call",)), own)
    for key in BLOCKS["call"]:
        if key.name in inside and is_asked(key, call):
            is_block = key.kind is Kind.BLOCK
            href = address(draft, ("call", key.name)) if is_block else address(draft, ("call",), f"part-{key.name}")
            wrong = reading.count_within(("call", key.name))
            is_open = bool(unknown & _REST_ON.get(key.name, frozenset()))
            notes = sum(1 for note in reading.notes if note.key == key.name)
            yield _task(key.label, href, wrong, key.hint, is_open=is_open, notes=notes)


def _task(
    text: str | Sentence,
    href: str,
    wrong: int,
    hint: Sentence | None = None,
    *,
    is_open: bool = False,
    notes: int = 0,
) -> Task:
    if wrong:
        return Task(text, href, _n("%(count)s thing to mend", "%(count)s things to mend", wrong), "yellow", hint)
    if is_open:
        return Task(text, href, _("Depends on what you choose above"), "grey", hint)
    if notes:
        return Task(text, href, _n("%(count)s thing to look at", "%(count)s things to look at", notes), "blue", hint)
    return Task(text, href, _("In order"), None, hint)
