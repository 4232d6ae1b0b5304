"""From a place in a draft to what is asked there: the kind of its block, and the way back up. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules import outline_call, outline_partners, outline_programme, outline_selection  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.outline import Key, Kind, key_of
from vouchers.schemes.rules.places import Place, Plain, part_of, value_at

NO_NAMES: Mapping[str, str] = MappingProxyType({})
_TELLING = (*("code", "region", "instrument", "sizes", "regions", "rate", "cap", "amount", "question", "is", "is_not"),)
"""Keys by which an item without a name is told from the others."""
ROOTS = {
    "call": "call",
    "programme": "programme",
    "instruments": "instrument",
    "regions": "regions",
    "fund_lines": "fund_lines",
}
"""Part of a draft -> the kind of its block."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that the outline knows: the kind of block that stands there and the key that leads to it."""

    place: Place
    kind: str
    key: Key | None
    """None for a whole part of the draft."""

    @property
    def is_item(self) -> bool:
        """Whether it is one of a list."""
        return self.place[-1].isdigit()


def find_spot(place: Place) -> Spot | None:
    """What the outline says of a place; None where it leads to no block."""
    if not place or place[0] not in ROOTS or (place[0] == "instruments" and len(place) < 2):
        return None
    kind, key = ROOTS[place[0]], None
    _part, way = part_of(place)
    for word in way:
        if word.isdigit():
            if key is None or key.kind is not Kind.BLOCKS:
                return None
            continue
        key = key_of(kind, word)
        if key is None or key.kind not in (Kind.BLOCK, Kind.BLOCKS):
            return None
        kind = key.inner
    if key is not None and key.kind is Kind.BLOCKS and not place[-1].isdigit():
        return None
    return Spot(place, kind, key)


def find_list(place: Place) -> Key | None:
    """The key of a list of blocks at this place; None where it is none."""
    above = find_spot(place[:-1])
    key = key_of(above.kind, place[-1]) if above else None
    return key if key is not None and key.kind is Kind.BLOCKS else None


def tidied(kind: str, block: Plain) -> Plain:
    """The block with a list wherever a list is asked for: a file may write a single item without one."""
    if not isinstance(block, dict):
        return block
    answer = {}
    for name, value in block.items():
        key = key_of(kind, name)
        if key is not None and key.kind is Kind.BLOCKS and isinstance(value, (dict, list)):
            items = [value] if isinstance(value, dict) else value
            answer[name] = [tidied(key.inner, item) for item in items]
        elif key is not None and key.kind is Kind.BLOCK:
            answer[name] = tidied(key.inner, value)
        else:
            answer[name] = value
    return answer


def name_of(block: Plain, languages: Sequence[str], names: Mapping[str, str] = NO_NAMES) -> str | Sentence:
    """How an item of a list is called: its name, label or code, or that it is still empty.

    `names` says how people call the regions and instruments that it speaks of.
    """
    if not isinstance(block, dict):
        return _("(empty)")
    for key in ("name", "title", "label"):
        value = block.get(key)
        if isinstance(value, dict):
            value = value.get(languages[0]) or next(iter(value.values()), None)
        if isinstance(value, str) and value:
            return value if len(value) <= 80 else value[:77] + "..."
    values = [block.get(key) for key in _TELLING]
    found = [word for value in values for word in (value if isinstance(value, list) else [value])]
    parts = [names.get(word, word) for word in found if isinstance(word, str)]
    return ", ".join(parts) or _("(empty)")


def title_of(spot: Spot, block: Plain, languages: Sequence[str], names: Mapping[str, str] = NO_NAMES) -> str | Sentence:
    """What the page of a spot is called: an item or a part by its own name, a list of the programme by its label."""
    if spot.key is None and (listed := key_of(spot.kind, spot.kind)):
        return listed.label
    return name_of(block, languages, names) if spot.key is None or spot.is_item else spot.key.label


def way_up(
    place: Place, parts: dict[str, Plain], languages: Sequence[str], names: Mapping[str, str] = NO_NAMES
) -> list[tuple[Place, str | Sentence]]:
    """The blocks above a place that have a page, outermost first, each with its name."""
    part, way = part_of(place)
    least = len(place) - len(way)
    found: list[tuple[Place, str | Sentence]] = []
    for length in range(least, len(place)):
        spot = find_spot(place[:length])
        if spot is None:
            continue
        block = value_at(parts.get(part), way[: length - least])
        found.append((spot.place, title_of(spot, block, languages, names)))
    return found
