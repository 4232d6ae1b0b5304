"""Places in a draft: ``call``, ``call/marking/criteria/2``, ``instruments/COL/grant``. Items of lists count from 1.

A draft's parts are plain values (blocks, lists, texts). Reading never fails on a place that is not there; writing makes
the blocks on the way. Everything answers new values and leaves the old ones as they were.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from vouchers.programmes.rules.pinning import with_regions_as_published
from vouchers.programmes.rules.standing import call_in, coded_item

Plain = Any
Place = tuple[str, ...]

MOST_ITEMS = 300
"""No list of a draft grows longer in the browser."""


def read_place(text: str) -> Place:
    """``call/marking`` as its words."""
    return tuple(word for word in text.split("/") if word)


def write_place(place: Place) -> str:
    """The same as an address."""
    return "/".join(place)


def part_of(place: Place) -> tuple[str, Place]:
    """The part of the draft that a place lies in, and the way inside it."""
    if place[:1] == ("instruments",):
        return write_place(place[:2]), place[2:]
    return place[0], place[1:]


def value_at(block: Plain, way: Place) -> Plain:
    """What stands at the end of the way, None where it leads to nothing."""
    for word in way:
        if isinstance(block, dict):
            block = block.get(word)
        elif isinstance(block, list) and word.isdigit() and 0 < int(word) <= len(block):
            block = block[int(word) - 1]
        else:
            return None
    return block


def with_value(block: Plain, way: Place, value: Plain) -> Plain:
    """The block with a value at the end of the way; an empty value takes the key away, an item never."""
    if not way:
        return value
    word, rest = way[0], way[1:]
    if word.isdigit() and isinstance(block, list):
        items = list(block)
        number = min(max(int(word), 1), len(items) + 1)
        inner = items[number - 1] if number <= len(items) else {}
        items[number - 1 : number] = [with_value(inner, rest, value)]
        return items
    entries = dict(block) if isinstance(block, dict) else {}
    changed = with_value(
        entries.get(word) if entries.get(word) is not None else ([] if _is_number(rest) else {}), rest, value
    )
    if is_nothing(changed):
        entries.pop(word, None)
    else:
        entries[word] = changed
    return entries


def without_item(block: Plain, way: Place) -> Plain:
    """The block without the item that the way leads to."""
    items = value_at(block, way[:-1])
    if not isinstance(items, list) or not way[-1].isdigit() or not 0 < int(way[-1]) <= len(items):
        return block
    left = [item for number, item in enumerate(items, 1) if number != int(way[-1])]
    return with_value(block, way[:-1], left)


def with_item_moved(block: Plain, way: Place, by: int) -> Plain:
    """The block with the item one place up (-1) or down (1) its list."""
    items = value_at(block, way[:-1])
    if not isinstance(items, list) or not way[-1].isdigit():
        return block
    here = int(way[-1]) - 1
    there = here + by
    if not (0 <= here < len(items) and 0 <= there < len(items)):
        return block
    moved = list(items)
    moved[here], moved[there] = moved[there], moved[here]
    return with_value(block, way[:-1], moved)


def is_nothing(value: Plain) -> bool:
    """Whether a value is the same as leaving its key out."""
    return value is None or value == {} or value == [] or value == ""


def _is_number(way: Place) -> bool:
    return bool(way) and way[0].isdigit()


# A whole programme file, and the parts of it --------------------------------------------------------------------------


NEW_INSTRUMENT = "instruments/new-"
"""How the part of an instrument that the draft adds begins; no code of a loaded one can look like this."""
LISTS = ("regions", "fund_lines")
"""Lists of the programme that are one part of a draft each, as a block with that list: its items rest on each other."""


def part_in(source: Plain, part: str, call_code: str) -> Plain:
    """A part as the programme has it, None if it has none. A call's form is written out where it was only named."""
    if part == "programme":
        return deepcopy(source.get("programme"))
    if part == "call":
        return call_in(source, call_code)
    if part in LISTS:
        return {part: deepcopy(source.get(part))}
    return deepcopy(coded_item(source.get("instruments"), part.partition("/")[2]))


def merged(source: Plain, parts: dict[str, Plain], call_code: str) -> Plain:
    """The whole file as it would be with the draft's parts in it."""
    whole = dict(source)
    for part, block in parts.items():
        if part == "programme":
            whole["programme"] = block
        elif part == "call":
            whole["calls"] = _replaced(whole.get("calls"), call_code, block)
        elif part in LISTS:
            whole[part] = (block or {}).get(part)
        elif part.startswith(NEW_INSTRUMENT):
            whole["instruments"] = [*(whole.get("instruments") or []), block]
        else:
            whole["instruments"] = _replaced(whole.get("instruments"), part.partition("/")[2], block)
    return with_regions_as_published(whole, source, parts.get("call")) if "regions" in parts else whole


def _replaced(items: Plain, code: str, block: Plain) -> list[Plain]:
    kept = list(items or [])
    for number, item in enumerate(kept):
        if isinstance(item, dict) and item.get("code") == code:
            kept[number] = block
            return kept
    return [*kept, block]


def part_of_instrument(item: Plain, parts: dict[str, Plain]) -> str | None:
    """The part of a draft that an instrument of the whole file is, or would be if the draft changed it."""
    own = next((part for part, block in parts.items() if block is item and part.startswith("instruments/")), None)
    code = item.get("code") if isinstance(item, dict) else None
    return own or (f"instruments/{code}" if isinstance(code, str) else None)


def next_instrument(parts: dict[str, Plain]) -> str:
    """The part that the next instrument of a draft gets."""
    numbers = [int(part.removeprefix(NEW_INSTRUMENT)) for part in parts if part.startswith(NEW_INSTRUMENT)]
    return f"{NEW_INSTRUMENT}{max(numbers, default=0) + 1}"


def place_of(path: str, whole: Plain, parts: dict[str, Plain]) -> tuple[Place, str] | None:
    """The place in the draft of a fault's path, ``calls[2].marking.criteria[1].weight``; None: not in its parts.

    Answers the block's place and the key in it, "" for the block itself. The blocks of `parts` stand in `whole`.
    """
    words = re.findall(r"[^.\[\]]+", path)
    if not words:
        return None
    if words[0] == "calls" and len(words) > 1 and words[1].isdigit():
        calls = whole.get("calls") or []
        index = int(words[1]) - 1
        if index >= len(calls) or calls[index] is not parts.get("call"):
            return None
        way: Place = ("call", *words[2:])
    elif words[0] == "instruments" and len(words) > 1 and words[1].isdigit():
        items = whole.get("instruments") or []
        item = items[int(words[1]) - 1] if int(words[1]) <= len(items) else None
        part = part_of_instrument(item, parts)
        if part is None:
            return None
        way = (*read_place(part), *words[2:])
    elif words[0] == "programme":
        way = tuple(words)
    elif words[0] in LISTS:
        way = (words[0], *words)
    else:
        return None
    least = 2 if way[0] == "instruments" else 1
    if len(way) <= least or way[-1].isdigit():
        return way, ""
    return way[:-1], way[-1]
