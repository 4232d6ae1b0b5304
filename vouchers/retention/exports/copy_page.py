"""The page of a person's copy: what is kept, how long, and what is not in it, in the person's own language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

from vouchers.core.formatting import long_day, moment
from vouchers.core.lifecycle import State
from vouchers.core.text import say as _
from vouchers.core.text import say_count
from vouchers.retention.exports.copy_words import HEADINGS
from vouchers.retention.queries.copies import list_sections
from vouchers.retention.queries.sections import stream_rows
from vouchers.retention.rules.classes import TIMES, Time
from vouchers.retention.rules.left_out import Why
from vouchers.users.models import User

_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "div{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:.3rem;text-align:left;vertical-align:top;white-space:pre-wrap}"
)
_PLACES = {"_cents": -2, "_hundredths": -2, "_millionths": -6}


def page_pieces(user: User, files: Iterable[dict[str, Any]], at: datetime, count: Callable[[], None]) -> Iterator[str]:
    """The page, piece by piece; `count` is told after each section."""
    title, zone = escape(str(_("What is kept of %(name)s", name=user.name))), user.time_zone
    yield f'<!DOCTYPE html>\n<html lang="{escape(user.language)}"><head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n'
    yield f"<p>{escape(moment(at, zone))}</p>\n"
    yield _paragraph(
        _(
            "The office keeps this to run the programmes in which you take part, and to account for public money. "
            "It is read by the staff and the auditors of the programme, and by the experts who evaluate applications."
        )
    )
    yield _paragraph(
        _(
            "You may ask the office to correct what is wrong and to delete what it need not keep, and you may complain "
            "to the data protection authority of your country."
        )
    )
    for section in list_sections():
        yield from _table(str(section.heading), stream_rows(section, user), zone)
        count()
    yield from _table(str(_("Files")), iter(files), zone)
    yield f"<h2>{escape(str(_('How long it is kept')))}</h2>\n<ul>"
    yield "".join(f"<li>{escape(_length(time))}</li>" for time in TIMES)
    yield f"</ul>\n<h2>{escape(str(_('What is not in this copy')))}</h2>\n<ul>"
    yield "".join(f"<li>{escape(str(why.label))}</li>" for why in Why if why is not Why.ELSEWHERE)
    yield "</ul>\n</body></html>\n"


def _paragraph(text: Any) -> str:
    return f"<p>{escape(str(text))}</p>\n"


def _length(time: Time) -> str:
    if time.years:
        length = say_count("%(count)s year", "%(count)s years", time.years)
    else:
        length = say_count("%(count)s month", "%(count)s months", time.months)
    return f"{time.law.label}: {length} ({time.counted_from})"


def _table(heading: str, rows: Iterator[dict[str, Any]], zone: str) -> Iterator[str]:
    is_begun = False
    for row in rows:
        if not is_begun:
            yield f"<h2>{escape(heading)}</h2>\n<div><table><tr>"
            yield "".join(f'<th scope="col">{escape(str(HEADINGS[key]))}</th>' for key in row) + "</tr>\n"
            is_begun = True
        yield "<tr>" + "".join(f"<td>{escape(_told(key, row[key], zone))}</td>" for key in row) + "</tr>\n"
    if is_begun:
        yield "</table></div>\n"


def _told(key: str, value: Any, zone: str) -> str:
    places = next((places for ending, places in _PLACES.items() if key.endswith(ending)), 0)
    match value:
        case None:
            return ""
        case State():
            return str(value.label)
        case bool():
            return str(_("Yes") if value else _("No"))
        case int() if places:
            return str(Decimal(value).scaleb(places))
        case datetime():
            return moment(value, zone)
        case date():
            return long_day(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return str(value)
