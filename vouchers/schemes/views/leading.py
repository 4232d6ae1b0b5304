"""From what is wrong in a draft to the box in which it is mended: its address, and what the way there is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.outline import BLOCKS, Key, Kind, is_asked, key_of
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules.places import Place, Plain, part_of, value_at, write_place
from vouchers.schemes.rules.reading import DraftReading, Gap, languages_of, names_in
from vouchers.schemes.rules.walking import find_spot, name_of, title_of, way_up

Lead = tuple[str, str | Sentence, Sentence]
"""(address, where, what)."""


def list_leads(draft: SchemeDraft, reading: DraftReading, within: Place = ()) -> Iterator[Lead]:
    """All that is wrong in a draft, or at one place and below it."""
    return _lead(draft, reading, [gap for gap in reading.gaps if gap.place[: len(within)] == within])


def list_notes(draft: SchemeDraft, reading: DraftReading) -> Iterator[Lead]:
    """What is worth a look, and stops nothing."""
    return _lead(draft, reading, reading.notes)


def _lead(draft: SchemeDraft, reading: DraftReading, gaps: Iterable[Gap]) -> Iterator[Lead]:
    languages, names = languages_of(reading.whole), names_in(reading.whole)
    for gap in gaps:
        where = _where(gap.place, gap.key, draft, languages, names)
        yield _address_of_gap(draft, gap, languages), where, gap.sentence


def address(draft: SchemeDraft, place: Place, anchor: str | None = None) -> str:
    """The page of a block, at one of its boxes or lists."""
    return str(url_for("schemes.edit", draft_id=draft.id, place=write_place(place), _anchor=anchor))


def anchor_of(key: Key, languages: tuple[str, ...], line: str = "") -> str | None:
    """The id of a key's box, or of the heading of its list."""
    if key.kind in (Kind.BLOCK, Kind.BLOCKS):
        return f"part-{key.name}"
    if key.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return f"{key.name}__{languages[0]}"
    if key.kind is Kind.AMOUNTS:
        return f"{key.name}__{line}" if line else None
    if key.kind is Kind.MOMENTS:
        return f"{key.name}-{line or 1}-day"
    return f"{key.name}-day" if key.kind in (Kind.DAY, Kind.MOMENT) else key.name


def _address_of_gap(draft: SchemeDraft, gap: Gap, languages: tuple[str, ...]) -> str:
    place = _nearest(gap.place)
    spot, block = find_spot(place), _block_at(draft, place)
    key = key_of(spot.kind, gap.key) if spot else None
    if key is None or not is_asked(key, block):
        return address(draft, place)
    has_page = key.kind is Kind.BLOCK and not (isinstance(block, dict) and isinstance(block.get(key.name), str))
    return (
        address(draft, (*place, key.name)) if has_page else address(draft, place, anchor_of(key, languages, gap.line))
    )


def _block_at(draft: SchemeDraft, place: Place) -> Plain:
    part, way = part_of(place)
    return value_at(draft.parts.get(part), way)


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
        names.append(name_of(_block_at(draft, near), languages, known) if spot.is_item else spot.key.label)
    own = next((one for one in BLOCKS[spot.kind] if one.name == key), None) if spot else None
    if own is not None:
        names.append(own.label)
    if spot is not None and not names and place != ("call",):
        names.append(title_of(spot, _block_at(draft, near), languages, known))
    return ", ".join(str(name) for name in names) or _("The call")
