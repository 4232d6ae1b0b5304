"""Sentences for people: a message id with values, translated only when it is shown.

Pure rooms (rules, policies, lifecycles) may not know the web, yet what they answer is read by people in several
languages. They answer a `Sentence`; the application shell installs gettext with `install_translator()`.
Everywhere in the program: ``from vouchers.core.text import say as _``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Sentence:
    """A text that a person will read. ``str()`` gives it in the reader's language."""

    __slots__ = ("count", "msgid", "plural", "values")

    def __init__(self, msgid: str, values: dict[str, Any], plural: str | None = None, count: int = 1):
        self.msgid, self.values, self.plural, self.count = msgid, values, plural, count

    def __str__(self) -> str:
        text = _translator(self.msgid, self.plural, self.count)
        return text % self.values if self.values else text

    def __repr__(self) -> str:
        return f"Sentence({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    @property
    def source(self) -> str:
        """The sentence in the language of the source code, for logs, docs and tests."""
        text = _untranslated(self.msgid, self.plural, self.count)
        return text % self.values if self.values else text


Translator = Callable[[str, str | None, int], str]


def _untranslated(msgid: str, plural: str | None, count: int) -> str:
    return plural if plural is not None and count != 1 else msgid


_translator: Translator = _untranslated


def install_translator(translator: Translator) -> None:
    """Make every `Sentence` speak through this function (message id, plural or None, count) -> text."""
    global _translator
    _translator = translator


def say(msgid: str, **values: Any) -> Sentence:
    """A sentence with named values: ``_("%(amount)s is too much.", amount=money)``."""
    return Sentence(msgid, values)


def say_count(singular: str, plural: str, count: int, **values: Any) -> Sentence:
    """A sentence that depends on a number, which it may name as ``%(count)s``."""
    return Sentence(singular, {"count": count, **values}, plural, count)
