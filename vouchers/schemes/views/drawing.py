"""What the page of one block shows: its form, its lists, and what is wrong; and the overview of all parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.plan import Call
from vouchers.schemes import forms
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.outline import BLOCKS, Key, Kind, is_asked
from vouchers.schemes.rules.places import Place, Plain, part_of, value_at, write_place
from vouchers.schemes.rules.reading import DraftReading
from vouchers.schemes.rules.walking import Spot, find_spot, name_of, way_up


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list as drawn."""

    place: str
    name: str | Sentence
    wrong: int


@dataclass(frozen=True, slots=True)
class Inner:
    """A block or a list below the page's block."""

    key: Key
    place: str
    wrong: int
    items: tuple[Item, ...] = ()
    word: str = ""
    """What stands there instead of a list: ``regions`` for the choices of a question."""


@dataclass(slots=True)
class Page:
    """One block of a draft."""

    draft: SchemeDraft
    place: Place
    spot: Spot
    form: forms.BlockForm
    inner: list[Inner]
    above: list[tuple[str, str | Sentence]]
    title: str | Sentence
    languages: tuple[str, ...]
    block: Plain

    def typed(self) -> dict[str, Plain]:
        """What was typed, as plain values."""
        return forms.read_block(self.form, self.spot.kind, self.block, self.languages)

    def refuse_stale(self, version: int) -> None:
        """Say that somebody else was faster, and keep what was typed in the boxes for a second press."""
        self.form.form_errors = [
            *self.form.form_errors,
            _("A colleague changed this draft while you were writing. Your words are in the boxes below and not saved "
              "yet. Look at the draft in another tab if you want; press Save again to put yours in."),
        ]  # fmt: skip
        self.form.version.raw = str(version)

    @property
    def address_above(self) -> str:
        """Where one goes after saving."""
        if self.above:
            return url_for("schemes.edit", draft_id=self.draft.id, place=self.above[-1][0])
        return url_for("schemes.show", draft_id=self.draft.id)


def page_of(draft: SchemeDraft, place: Place, reading: DraftReading) -> Page:
    """The page of a block that is there."""
    spot = find_spot(place)
    assert spot is not None
    part, way = part_of(place)
    block = value_at(draft.parts[part], way) or {}
    languages = languages_of(reading.whole)
    form = forms.block_form(
        spot.kind, block, languages=languages, offered=_offered(reading.whole), version=draft.version
    )
    wrong = reading.gaps_at(place)
    if not form.is_submitted():
        _mark(form, wrong)
    return Page(
        draft=draft,
        place=place,
        spot=spot,
        form=form,
        inner=[
            _inner(key, place, block, reading, languages)
            for key in BLOCKS[spot.kind]
            if key.kind in (Kind.BLOCK, Kind.BLOCKS) and is_asked(key, block)
        ],
        above=[(write_place(where), name) for where, name in way_up(place, draft.parts, languages)],
        title=name_of(block, languages) if spot.key is None or spot.is_item else spot.key.label,
        languages=languages,
        block=block,
    )


def _mark(form: forms.BlockForm, wrong: dict[str, list[Sentence]]) -> None:
    for key, sentences in wrong.items():
        names = [name for name in form._fields if name == key or name.startswith(f"{key}__")]
        if names:
            form[names[0]].errors = [*form[names[0]].errors, *sentences]
        else:
            form.form_errors = [*form.form_errors, *sentences]


def _inner(key: Key, place: Place, block: Plain, reading: DraftReading, languages: tuple[str, ...]) -> Inner:
    here = (*place, key.name)
    value = block.get(key.name) if isinstance(block, dict) else None
    items = tuple(
        Item(write_place((*here, str(number))), name_of(item, languages), reading.count_within((*here, str(number))))
        for number, item in enumerate(value if isinstance(value, list) and key.kind is Kind.BLOCKS else [], 1)
    )
    word = value if isinstance(value, str) else ""
    return Inner(key, write_place(here), reading.count_within(here), items, word)


def languages_of(whole: Plain) -> tuple[str, ...]:
    """The languages of the programme's texts, the first one first."""
    found = (whole.get("programme") or {}).get("languages")
    return tuple(str(word) for word in found) if isinstance(found, list) and found else ("en",)


def _offered(whole: Plain) -> dict[str, list[tuple[str, str]]]:
    languages = languages_of(whole)
    return {
        name: [
            (str(item["code"]), f"{item['code']}: {name_of(item, languages)}")
            for item in whole.get(name) or []
            if isinstance(item, dict) and item.get("code")
        ]
        for name in ("regions", "instruments")
    }


@dataclass(frozen=True, slots=True)
class PreviewedCall:
    """A call that is not in the register yet, for the page that draws published ones."""

    plan: Call
    programme: Programme

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plan, name)


# The overview ---------------------------------------------------------------------------------------------------------


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

    def address(place: Place) -> str:
        return str(url_for("schemes.edit", draft_id=draft.id, place=write_place(place)))

    def task(text: str | Sentence, place: Place, wrong: int, hint: Sentence | None = None) -> Task:
        status = _n("%(count)s thing to mend", "%(count)s things to mend", wrong) if wrong else _("In order")
        return Task(text, address(place), status, "yellow" if wrong else None, hint)

    call = draft.parts["call"]
    inside = {key.name for key in BLOCKS["call"] if key.kind in (Kind.BLOCK, Kind.BLOCKS)}
    own = sum(1 for gap in reading.gaps if gap.place == ("call",) and gap.key not in inside)
    tasks = [task(_("Dates, regions, what is offered"), ("call",), own)]
    for key in BLOCKS["call"]:
        if key.name in inside and is_asked(key, call):
            where: Place = ("call", key.name) if key.kind is Kind.BLOCK else ("call",)
            tasks.append(task(key.label, where, reading.count_within(("call", key.name)), key.hint))
    names = {f"instruments/{item['code']}": name_of(item, languages) for item in reading.whole.get("instruments") or []}
    names["programme"] = _("Settings of the programme")
    for part in draft.parts:
        if part != "call":
            place = tuple(part.split("/"))
            tasks.append(task(names.get(part, part), place, reading.count_within(place)))
    gaps = [
        (address(_nearest(gap.place)), _where(gap.place, gap.key, draft, languages), gap.sentence)
        for gap in reading.gaps
    ]
    gaps += [
        (address(("call",)), _("Elsewhere in the programme"), _("%(fault)s", fault=fault))
        for fault in reading.elsewhere
    ]
    split = {part: str(name) for part, name in names.items()}
    return Overview(
        tasks,
        gaps,
        [(part, name) for part, name in split.items() if part not in draft.parts],
        [(part, name) for part, name in split.items() if part in draft.parts],
    )


def _nearest(place: Place) -> Place:
    while place and find_spot(place) is None:
        place = place[:-1]
    return place or ("call",)


def _where(place: Place, key: str, draft: SchemeDraft, languages: tuple[str, ...]) -> str | Sentence:
    near = _nearest(place)
    names: list[Any] = [name for _place, name in way_up(near, draft.parts, languages)[1:]]
    spot = find_spot(near)
    if spot is not None and spot.key is not None:
        part, way = part_of(near)
        names.append(name_of(value_at(draft.parts.get(part), way), languages) if spot.is_item else spot.key.label)
    own = next((one for one in BLOCKS[spot.kind] if one.name == key), None) if spot else None
    if own is not None:
        names.append(own.label)
    return ", ".join(str(name) for name in names) or _("The call")
