"""The language in which this page or letter is being written, and the time zone of who reads it.

Flask-Babel finds it anew for every sentence, through several context proxies; on a page with a hundred sentences that
was a fifth of the work. Here what it found is kept beside its own note, for as long as that note names the same locale:
`force_locale` and the end of the request make it ask again.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import get_locale, get_timezone, get_translations
from markupsafe import Markup

from vouchers.core import clock

LANGUAGES = {"en": "English", "da": "Dansk", "de": "Deutsch", "fr": "Français", "nl": "Nederlands"}
"""The languages of the interface and its letters, each by its own name; the first is that of the source."""
COOKIE = "language"
"""What a visitor chose at the foot of a page; people with an account choose it there."""


def language_of_visitor(request: Any) -> str:
    """The one chosen at the foot of a page, else the first of the browser's languages that is ours, else English."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return str(request.accept_languages.best_match(LANGUAGES, default="en"))


def language() -> str:
    """``en``, ``fr``: of the reader, or as forced for a letter; ``en`` outside of any application context."""
    return _found()[1]


def time_zone() -> tzinfo:
    """The reader's own; that of the office for a visitor, in a letter, and outside of any application context."""
    return ZoneInfo(clock.office_zone()) if _notes() is None else get_timezone()


def translations() -> Any:
    """The catalogue that goes with it."""
    return _found()[2]


def _found() -> tuple[Any, str, Any]:
    notes = _notes()
    note = None if notes is None else notes.get("_flask_babel")
    kept: tuple[Any, str, Any] | None = getattr(note, "kept", None)
    if kept is not None and kept[0] is getattr(note, "babel_locale", None):
        return kept
    locale = get_locale()
    found = (locale, "en" if locale is None else str(locale), get_translations())
    if locale is not None and notes is not None:
        notes.get("_flask_babel").kept = found
    return found


def _notes() -> Any:
    """The notes (`flask.g`) themselves, asked for once instead of at every touch; None outside of any context."""
    try:
        return g._get_current_object()
    except RuntimeError:
        return None


def install_in(environment: Any) -> None:
    """Let the templates of a Jinja environment speak through it.

    What they call is a plain function. That of Jinja's own extension looks itself up twice in the page's context and
    fills in values even where there are none: half the cost of a page's words.
    """
    as_markup: Any = Markup if environment.autoescape else str

    def gettext(text: str, /, **values: Any) -> Any:
        return _filled(as_markup(translations().ugettext(text)), values)

    def ngettext(one: str, many: str, num: int, /, **values: Any) -> Any:
        return _filled(as_markup(translations().ungettext(one, many, num)), {"num": num, **values})

    environment.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


def _filled(text: Any, values: dict[str, Any]) -> Any:
    """Always read as a pattern, as Jinja does: a percent sign is written twice, with or without values."""
    return text % values if values or "%" in text else text
