"""Texts for people, in one or several languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from operator import itemgetter

from vouchers.core.text import reader_language


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or several languages, the programme's first language first.

    A page shows it in its reader's language; `str()` is the programme's own text, whoever reads.
    """

    versions: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        """The text in this language, else in the programme's first language."""
        return dict(self.versions).get(language, str(self))

    def __html__(self) -> str:
        return escape(self.in_language(reader_language()))

    def __str__(self) -> str:
        return self.versions[0][1] if self.versions else ""

    def __bool__(self) -> bool:
        return bool(str(self))


def named_choices(pairs: Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    """Each code with its names in the reader's language, by name; programmes may name the same code differently."""
    names: dict[str, dict[str, None]] = {}
    for code, name in pairs:
        names.setdefault(code, {})[name.in_language(reader_language())] = None
    return sorted(((code, " / ".join(found)) for code, found in names.items()), key=itemgetter(1))
