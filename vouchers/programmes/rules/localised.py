"""Texts for people, in one or several languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or several languages, the programme's first language first."""

    versions: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        """The text in this language, else in the programme's first language."""
        return dict(self.versions).get(language, str(self))

    def __str__(self) -> str:
        return self.versions[0][1] if self.versions else ""

    def __bool__(self) -> bool:
        return bool(str(self))
