"""A decision letter in a manager's own words: text with merge fields such as ``{reference}``. Pure.

Only the fields named here are filled in. Anything else in braces is a fault that is named with its line, before the
letter can be kept; so no letter goes out with a hole in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

FIELDS: dict[str, Sentence] = {
    "name": _("The reader’s name"),
    "organisation": _("Organisation"),
    "reference": _("Reference of the application"),
    "title": _("Title of the application"),
    "call": _("Call"),
    "instrument": _("Instrument"),
    "amount": _("Amount of the award"),
    "reason": _("The reason that was given"),
    "shortage": _("That the money, or the number of vouchers, ends before its place; empty where it does not"),
    "conditions": _("The conditions of the award, one on each line"),
    "feedback": _("What the experts say, with the marks"),
    "office": _("Name of the office"),
    "office_email": _("Email address of the office"),
    "accept_days": _("Days to accept the agreement"),
    "appeal_until": _("Until when an appeal can be sent"),
    "appeal_link": _("Address of the page for an appeal"),
    "place": _("Place on the reserve list on the day of the letter; those who are tied share one"),
    "draw": _("What the draw by lot says of it"),
    "link": _("Address of the decision’s page"),
}
"""Name of a merge field -> what it stands for."""

_BRACES = re.compile(r"\{([^{}\n]*)\}")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def ensure_known(heading: str, body: str) -> None:
    """Every word in braces is one of the fields, and no brace stands alone.

    Raises:
        RuleBroken: naming the line and the word; field ``heading`` or ``body``.
    """
    for name, text in (("heading", heading), ("body", body)):
        for number, line in enumerate(text.splitlines(), start=1):
            for word in _BRACES.findall(line):
                if word.strip() not in FIELDS:
                    raise RuleBroken(
                        _(
                            "Line %(line)s: “%(word)s” is not a field. The fields are: %(fields)s.",
                            line=number,
                            word=word,
                            fields=", ".join(FIELDS),
                        ),
                        field=name,
                    )
            if re.search(r"[{}]", _BRACES.sub("", line)):
                raise RuleBroken(_("Line %(line)s: a brace stands alone.", line=number), field=name)


def mentions(text: str, field: str) -> bool:
    """Whether the text has this field."""
    return any(word.strip() == field for word in _BRACES.findall(text))


def complete(body: str, *, said_of_appeal: str) -> str:
    """The text with what no letter may leave out: conditions, the reason, and how to appeal. Empty fields add nothing.

    Args:
        said_of_appeal: the sentence with ``{appeal_until}`` before the address; empty where nobody can appeal.
    """
    missing = [f"{{{name}}}" for name in ("conditions", "reason") if not mentions(body, name)]
    if said_of_appeal and not (mentions(body, "appeal_until") and mentions(body, "appeal_link")):
        missing.append(f"{said_of_appeal}\n{{appeal_link}}")
    return "\n\n".join([body, *missing])


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in; where a field is empty, no gap of several lines is left."""
    filled = _BRACES.sub(lambda found: values[found.group(1).strip()], text)
    return _EMPTY_LINES.sub("\n\n", filled).strip()
