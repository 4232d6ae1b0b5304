"""What changed between two versions of an answer, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from vouchers.programmes.rules.form_plan import QuestionType

MOST_WORK = 4_000_000
"""Words of the one text times words of the other; above it the whole texts stand beside one another."""
_WORDS = re.compile(r"\s+|\w+(?:(?<=\d)[.,:/’'\u00a0\u202f-](?=\d)\w+)*|[^\w\s]", re.UNICODE)
"""Blanks, words and signs; a number, an amount or a date in digits is one word with the signs inside it."""
WORDED = frozenset({QuestionType.TEXT, QuestionType.LONG_TEXT, QuestionType.TABLE})
"""Answers that are read word by word; all others change as a whole."""


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one fate."""

    change: Change
    text: str


def pieces_of(old: str, new: str) -> tuple[Piece, ...]:
    """The two texts as one: what stayed, what was taken away, what came in its place.

    All pieces but the added ones, put together, are the old text; all but the removed ones the new text.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) * len(after) > MOST_WORK:
        return wholes_of(old, new)
    return tuple(_merged(_raw_pieces(before, after)))


def wholes_of(old: str, new: str) -> tuple[Piece, ...]:
    """The old answer, taken away, and the new one in its place."""
    if old == new:
        return (Piece(Change.SAME, old),) if old else ()
    return tuple(piece for piece in (Piece(Change.REMOVED, old), Piece(Change.ADDED, new)) if piece.text)


def _raw_pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(Change.SAME, "".join(before[i:j]))
            continue
        yield Piece(Change.REMOVED, "".join(before[i:j]))
        yield Piece(Change.ADDED, "".join(after[k:m]))


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """A single blank between two changes is no island: "an old / word" reads better than word, blank, word."""
    removed, added = "", ""
    held = [piece for piece in pieces if piece.text]
    for number, piece in enumerate(held):
        is_gap = piece.change is Change.SAME and piece.text.isspace() and (removed or added) and number + 1 < len(held)
        if piece.change is Change.SAME and not is_gap:
            yield from _flushed(removed, added)
            removed = added = ""
            yield piece
        else:
            removed += piece.text if piece.change is not Change.ADDED else ""
            added += piece.text if piece.change is not Change.REMOVED else ""
    yield from _flushed(removed, added)


def _flushed(removed: str, added: str) -> Iterator[Piece]:
    if removed == added:
        if removed:
            yield Piece(Change.SAME, removed)
        return
    if removed:
        yield Piece(Change.REMOVED, removed)
    if added:
        yield Piece(Change.ADDED, added)
