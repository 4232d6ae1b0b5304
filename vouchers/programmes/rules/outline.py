"""How each block of a programme file is asked for in the browser: its keys in order, what each takes, in which words.

The parser stays the judge of what may be written (`programmes.rules`); this only says how to ask. A test holds it
against the parser's own list of keys, so that no setting is missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from vouchers.core.text import Sentence


class Kind(StrEnum):
    """What a key takes."""

    LINE = "line"
    TEXT = "text"
    """A line for people, one for each language of the programme."""
    LONG_TEXT = "long_text"
    DAY = "day"
    MOMENT = "moment"
    """A day and a time of day."""
    MOMENTS = "moments"
    """Several of them, each a row of boxes."""
    FLAG = "flag"
    WORD = "word"
    WORDS = "words"
    AMOUNTS = "amounts"
    """An amount for each of several codes: ``BE-WAL: 100000``."""
    LINES = "lines"
    """One value per line."""
    BLOCK = "block"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it takes, label, hint; for blocks their kind in `BLOCKS`, for words what may be chosen."""

    name: str
    kind: Kind
    label: Sentence
    hint: Sentence | None = None
    inner: str = ""
    choices: tuple[tuple[str, Sentence], ...] = ()
    offered: str = ""
    """Words that the page brings: ``regions``, ``fund_lines``, ``instruments`` of the programme, ``zones`` and
    ``countries`` of the world; of a condition the earlier ``questions``, and the ``answers`` of the chosen one."""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Asked only where another key of the block has one of these values: ``{"type": ("number",)}``."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Words that a file may write for one of the choices: ``{"yes": "submission"}``."""


_BLOCKS: dict[str, tuple[Key, ...]] = {}
BLOCKS: Mapping[str, tuple[Key, ...]] = MappingProxyType(_BLOCKS)
"""Kind of block -> its keys in the order of the page."""


def describe(kind: str, *keys: Key) -> None:
    """Add a kind of block."""
    _BLOCKS[kind] = keys


def key_of(kind: str, name: str) -> Key | None:
    """A key of a kind of block."""
    return next((key for key in BLOCKS.get(kind, ()) if key.name == name), None)


def is_asked(key: Key, block: object) -> bool:
    """Whether the block as it stands has use for the key; one that has a value is always shown."""
    if not isinstance(block, dict) or key.name in block:
        return True
    return all(block.get(name) in values for name, values in key.only.items())


def line(name: str, label: Sentence, hint: Sentence | None = None, **more: object) -> Key:
    """A key that takes one line."""
    return Key(name, Kind.LINE, label, hint, **more)  # type: ignore[arg-type]


def text(name: str, label: Sentence, hint: Sentence | None = None) -> Key:
    """A key that takes a line for people."""
    return Key(name, Kind.TEXT, label, hint)


def long_text(name: str, label: Sentence, hint: Sentence | None = None) -> Key:
    """A key that takes a longer text for people."""
    return Key(name, Kind.LONG_TEXT, label, hint)


def day(name: str, label: Sentence, hint: Sentence | None = None) -> Key:
    """A key that takes a day."""
    return Key(name, Kind.DAY, label, hint)


def moment(name: str, label: Sentence, hint: Sentence | None = None) -> Key:
    """A key that takes a day and a time of day."""
    return Key(name, Kind.MOMENT, label, hint)


def moments(name: str, label: Sentence, hint: Sentence | None = None) -> Key:
    """A key that takes several moments."""
    return Key(name, Kind.MOMENTS, label, hint)


def flag(name: str, label: Sentence, hint: Sentence | None = None, **more: object) -> Key:
    """A key that takes yes or no."""
    return Key(name, Kind.FLAG, label, hint, **more)  # type: ignore[arg-type]


def word(
    name: str, label: Sentence, *choices: tuple[str, Sentence], hint: Sentence | None = None, **more: object
) -> Key:
    """A key that takes one of a few words."""
    return Key(name, Kind.WORD, label, hint, choices=choices, **more)  # type: ignore[arg-type]


def words(
    name: str, label: Sentence, *choices: tuple[str, Sentence], hint: Sentence | None = None, **more: object
) -> Key:
    """A key that takes several words."""
    return Key(name, Kind.WORDS, label, hint, choices=choices, **more)  # type: ignore[arg-type]


def block(name: str, inner: str, label: Sentence, hint: Sentence | None = None, **more: object) -> Key:
    """A key that takes a block."""
    return Key(name, Kind.BLOCK, label, hint, inner, **more)  # type: ignore[arg-type]


def blocks(name: str, inner: str, label: Sentence, hint: Sentence | None = None, **more: object) -> Key:
    """A key that takes a list of blocks."""
    return Key(name, Kind.BLOCKS, label, hint, inner, **more)  # type: ignore[arg-type]


def amounts(name: str, label: Sentence, hint: Sentence | None = None, *, offered: str) -> Key:
    """A key that takes an amount for each of several codes."""
    return Key(name, Kind.AMOUNTS, label, hint, offered=offered)


def lines(name: str, label: Sentence, hint: Sentence | None = None, **more: object) -> Key:
    """A key that takes several values."""
    return Key(name, Kind.LINES, label, hint, **more)  # type: ignore[arg-type]
