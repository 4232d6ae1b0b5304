"""The few sentences that the scripts in the browser say, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from vouchers.core import languages


def script_texts() -> Markup:
    """JSON for `app-texts` of layout/base.html. Every page carries it, so it is worded once for each language."""
    return _worded(languages.language())


@cache
def _worded(_language: str) -> Markup:
    words = languages.translations()
    _, count = words.ugettext, {"count": "%{count}"}

    def by_number(one: str, many: str) -> dict[str, str]:
        return {kind: words.ungettext(one, many, number) % count for kind, number in _KINDS.items()}

    characters: dict[str, Any] = {
        "charactersUnderLimit": by_number(
            "You have %(count)s character remaining", "You have %(count)s characters remaining"
        ),
        "charactersAtLimit": _("You have 0 characters remaining"),
        "charactersOverLimit": by_number(
            "You have %(count)s character too many", "You have %(count)s characters too many"
        ),
    }
    password = {
        "showPassword": _("Show"),
        "hidePassword": _("Hide"),
        "showPasswordAriaLabel": _("Show password"),
        "hidePasswordAriaLabel": _("Hide password"),
        "passwordShownAnnouncement": _("Your password is visible"),
        "passwordHiddenAnnouncement": _("Your password is hidden"),
    }
    countdown = {
        "hours": words.ugettext("%(hours)s h %(minutes)s min left to submit.")
        % {"hours": "%{hours}", "minutes": "%{minutes}"},
        "minutes": by_number("%(count)s minute left to submit.", "%(count)s minutes left to submit."),
        "last": _("Less than a minute left to submit."),
        "over": _("The call has closed."),
    }
    restored = _("We put back words that had not been saved.")
    texts = {"characters": characters, "password": password, "countdown": countdown, "restored": restored}
    return htmlsafe_json_dumps(texts, sort_keys=True)


_KINDS = {"one": 1, "few": 3, "other": 5}
"""The kinds of plural that GOV.UK Frontend asks for, each with a number of that kind."""
