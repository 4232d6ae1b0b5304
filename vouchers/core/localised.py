"""Texts for people, in one or several languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    @classmethod
    def of(cls, versions: Iterable[Sequence[str]]) -> Text:
        """The text of ``[[language, version], ...]``, as a column keeps it."""
        return cls(tuple((language, version) for language, version in versions))

    def in_language(self, language: str) -> str:
        """The text in this language, else in the programme's first language."""
        return dict(self.versions).get(language, str(self))

    def for_reader(self) -> str:
        """The text in the language in which this page or letter is being written."""
        return self.in_language(reader_language())

    def __html__(self) -> str:
        return escape(self.for_reader())

    def __str__(self) -> str:
        return self.versions[0][1] if self.versions else ""

    def __bool__(self) -> bool:
        return bool(str(self))


def named_choices(pairs: Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    """Each code with its names in the reader's language, by name; programmes may name the same code differently."""
    names: dict[str, dict[str, None]] = {}
    for code, name in pairs:
        names.setdefault(code, {})[name.for_reader()] = None
    return sorted(((code, " / ".join(found)) for code, found in names.items()), key=itemgetter(1))
