"""Sentences for people: a message id with values, translated only when it is shown.

Pure rooms (rules, policies, lifecycles) may not know the web, yet what they answer is read by people in several
languages. They answer a `Sentence`; the application shell installs gettext with `install_translator()`.
Everywhere in the program: ``from vouchers.core.text import say as _``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
"""In the language of the source; read again where somebody types one."""


class Sentence:
    """A text that a person will read. ``str()`` gives it in the reader's language."""

    __slots__ = ("count", "msgid", "plural", "values")

    def __init__(self, msgid: str, values: dict[str, Any], plural: str | None = None, count: int = 1):
        self.msgid, self.values, self.plural, self.count = msgid, values, plural, count

    def __str__(self) -> str:
        text = _translator(self.msgid, self.plural, self.count)
        return text % {name: _writer(value) for name, value in self.values.items()} if self.values else text

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
        return text % {name: _plainly(value) for name, value in self.values.items()} if self.values else text


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in a sentence, told by the clocks of a named zone: ``1 September 2026, 17:00 (Brussels time)``; and by
    those of a second zone, usually the reader's, where it is given and they differ."""

    at: datetime
    zone: str
    other_zone: str = ""

    def __str__(self) -> str:
        return str(_writer(self))


Translator = Callable[[str, str | None, int], str]
Writer = Callable[[Any], Any]


def _untranslated(msgid: str, plural: str | None, count: int) -> str:
    return plural if plural is not None and count != 1 else msgid


def _plainly(value: Any) -> Any:
    """Values in the language of the source: ``1 September 2026``, ``1 September 2026, 17:00 (Brussels time)``."""
    if isinstance(value, Sentence):
        return value.source
    if isinstance(value, Instant):
        there, form = value.at.astimezone(ZoneInfo(value.zone)), "%H:%M:%S" if value.at.second else "%H:%M"
        city = "UTC" if value.zone == "UTC" else _city(value.zone) + " time"
        said = f"{_plainly(there.date())}, {there:{form}} ({city})"
        here = value.at.astimezone(ZoneInfo(value.other_zone or value.zone))
        if here.utcoffset() == there.utcoffset():
            return said
        day = "" if here.date() == there.date() else f"{_plainly(here.date())}, "
        return f"{said}, {day}{here:{form}} in {_city(value.other_zone)}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return value


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


_translator: Translator = _untranslated
_writer: Writer = _plainly
_language: Callable[[], str] = lambda: "en"  # noqa: E731


def install_translator(translator: Translator, writer: Writer, language: Callable[[], str]) -> None:
    """Make every `Sentence` speak through these.

    Args:
        translator: (message id, plural or None, count) -> text in the reader's language.
        writer: a value of a sentence -> what is written for it: days, instants and amounts in the reader's language.
        language: the reader's language, such as ``fr``.
    """
    global _translator, _writer, _language
    _translator, _writer, _language = translator, writer, language


def write(value: Any) -> str:
    """A day, an `Instant` or an amount as the reader's language writes it."""
    return str(_writer(value))


def reader_language() -> str:
    """The language in which this page or letter is being written, ``en`` outside of both."""
    return _language()


def say(msgid: str, **values: Any) -> Sentence:
    """A sentence with named values: ``_("%(amount)s is too much.", amount=money)``."""
    return Sentence(msgid, values)


def say_of(question: Any, reason: Any) -> Sentence:
    """What is wrong with an answer, with its question in front: for the list of errors, where it stands alone."""
    return say("“%(question)s”: %(reason)s", question=question, reason=reason)


def beside_box(problem: Any) -> Any:
    """The same problem where its question stands above it: the reason alone."""
    is_named = isinstance(problem, Sentence) and problem.msgid == say_of("", "").msgid
    return problem.values["reason"] if is_named else problem


def say_count(singular: str, plural: str, count: int, **values: Any) -> Sentence:
    """A sentence that depends on a number, which it may name as ``%(count)s``."""
    return Sentence(singular, {"count": count, **values}, plural, count)
