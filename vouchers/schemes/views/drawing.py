"""What the page of one block shows: its form, its lists, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from vouchers.core.days import KeptMomentsField
from vouchers.core.formatting import whole_money
from vouchers.core.forms import Problem
from vouchers.core.money import total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.models import Programme
from vouchers.programmes.rules.outline import BLOCKS, Key, Kind, is_asked, key_of
from vouchers.programmes.rules.plan import Call, Region
from vouchers.schemes import forms
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import Place, Plain, part_of, value_at, write_place
from vouchers.schemes.rules.reading import DraftReading, call_of, languages_of, names_in
from vouchers.schemes.rules.walking import Spot, find_spot, name_of, title_of, way_up
from vouchers.schemes.views.leading import Lead, list_leads
from vouchers.schemes.views.offering import offered_in, offered_to_condition
from vouchers.schemes.views.timing import tell_moments


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
    leads: tuple[Lead, ...] = ()
    """What is wrong in it, each with the address of its box."""
    uses_programme: bool = False
    """Whether it takes what the programme has instead of a list of its own: its regions as the choices."""
    may_use_programme: bool = False
    """Whether one may choose between the two."""


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

    def typed_without(self, then: str) -> dict[str, Plain]:
        """What was typed, less the row that ``drop:cut_offs:2`` takes away."""
        verb, key, number = [*then.split(":"), "", ""][:3]
        values, field = self.typed(), self.form._fields.get(key)
        if verb == "drop" and isinstance(field, KeptMomentsField):
            values[key] = [row.typed for at, row in enumerate(field.rows, 1) if str(at) != number]
        return values

    def address_of_rows(self, then: str) -> str:
        """This page again at the rows of a key; after ``row:cut_offs`` with an empty one to fill in."""
        verb, key, _number = [*then.split(":"), "", ""][:3]
        place, field = write_place(self.place), self.form._fields.get(key)
        if not isinstance(field, KeptMomentsField):
            return url_for("schemes.edit", draft_id=self.draft.id, place=place)
        anchor = f"{key}-{len(field.typed) + 1}-day" if verb == "row" else f"{key}-add"
        row = key if verb == "row" else None
        return url_for("schemes.edit", draft_id=self.draft.id, place=place, row=row, _anchor=anchor)

    def asks_more(self, draft: SchemeDraft) -> bool:
        """Whether the block, as it is saved now, asks for more than it did on this page: its type brought settings."""
        part, way = part_of(self.place)
        saved = value_at(draft.parts[part], way)
        return any(is_asked(key, saved) and not is_asked(key, self.block) for key in BLOCKS[self.spot.kind])

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


def page_of(
    draft: SchemeDraft,
    place: Place,
    reading: DraftReading,
    *,
    reader_zone: str,
    marks_empty: bool = False,
    grows: str = "",
) -> Page:
    """The page of a block that is there. An empty block was only just begun: nothing is held against it yet.

    `grows` is the key that gets an empty row.
    """
    spot = find_spot(place)
    assert spot is not None
    part, way = part_of(place)
    block = value_at(draft.parts[part], way) or {}
    languages, names = languages_of(reading.whole), names_in(reading.whole)
    offered = offered_in(reading.whole)
    if spot.kind == "condition":
        offered |= offered_to_condition(draft.parts[part], place, languages)
    form = forms.block_form(spot.kind, block, languages=languages, offered=offered, version=draft.version)
    if grows in form._fields and isinstance(form[grows], KeptMomentsField):
        form[grows].add_row()
    if spot.kind == "call":
        tell_moments(form, block.get("time_zone"), reader_zone)
    if not form.is_submitted() and (block or marks_empty):
        _mark(form, spot.kind, reading.gaps_at(place))
    return Page(
        draft=draft,
        place=place,
        spot=spot,
        form=form,
        inner=[
            _inner(key, draft, place, reading, lambda item: name_of(item, languages, names))
            for key in BLOCKS[spot.kind]
            if key.kind in (Kind.BLOCK, Kind.BLOCKS) and is_asked(key, block)
        ],
        above=[(write_place(where), name) for where, name in way_up(place, draft.parts, languages, names)],
        title=title_of(spot, block, languages, names),
        languages=languages,
        block=block,
    )


def _mark(form: forms.BlockForm, kind: str, wrong: dict[str, list[Sentence]]) -> None:
    """Put each sentence beside its box, or into the summary with a way to its list."""
    for key, sentences in wrong.items():
        names = [name for name in form._fields if name == key or name.startswith(f"{key}__")]
        inner, (name, _rows, row) = key_of(kind, key), key.partition("__")
        rows = form[name].rows if row and isinstance(form._fields.get(name), KeptMomentsField) else []
        if row.isdigit() and 0 < int(row) <= len(rows):
            rows[int(row) - 1].errors = sentences
        elif names:
            form[names[0]].errors = [*form[names[0]].errors, *sentences]
        elif inner is not None:
            found = (Problem(f"part-{key}", forms.named_problem(inner.label, one)) for one in sentences)
            form.of_lists = (*form.of_lists, *found)
        else:
            form.form_errors = [*form.form_errors, *sentences]


def _inner(key: Key, draft: SchemeDraft, place: Place, reading: DraftReading, name: Callable[[Plain], Any]) -> Inner:
    here = (*place, key.name)
    part, way = part_of(here)
    value = value_at(draft.parts[part], way)
    items = tuple(
        Item(write_place((*here, str(number))), name(item), reading.count_within((*here, str(number))))
        for number, item in enumerate(value if isinstance(value, list) and key.kind is Kind.BLOCKS else [], 1)
    )
    leads = tuple(list_leads(draft, reading, within=here))
    uses_programme = isinstance(value, str)
    above = find_spot(place)
    may_use = above is not None and above.kind == "question" and key.name == "options"
    return Inner(key, write_place(here), reading.count_within(here), items, leads, uses_programme, may_use)


def list_money(reading: DraftReading) -> list[tuple[str, str]]:
    """What publishing votes: the sum of each region, and last the whole; nothing while the call cannot be read."""
    call = call_of(reading)
    if reading.plan is None or call is None or not call.envelopes:
        return []
    names, currency = names_in(reading.whole), call.envelopes[0].amount.currency
    sums = [
        (names.get(code, code), [one.amount for one in call.envelopes if one.region == code]) for code in call.regions
    ]
    sums.append((str(_("All regions together")), [one.amount for one in call.envelopes]))
    return [(name, whole_money(total(amounts, currency))) for name, amounts in sums]


@dataclass(frozen=True, slots=True)
class PreviewedCall:
    """A call that is not in the register yet, for the page that draws published ones."""

    plan: Call
    programme: Programme

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plan, name)


@dataclass(frozen=True, slots=True)
class PreviewedRegion:
    """A region as it would be in the register, for the same page."""

    plan: Region

    @property
    def office_name(self) -> str:
        """Who grants."""
        return self.plan.office.name

    @property
    def email(self) -> str:
        """Where its office reads."""
        return self.plan.office.email

    @property
    def building(self) -> str:
        """The house number of its office."""
        return self.plan.office.address.building_number

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plan.office.address if name in ("street", "post_code", "town") else self.plan, name)
