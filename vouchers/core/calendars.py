"""Writing an iCalendar file (RFC 5545): moments in UTC, shown on the clocks of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a calendar that takes no time: something opens, something closes.

    `uid` stays the same for ever; `changed_at` tells a calendar that has read the entry before which one is newer.
    """

    uid: str
    at: datetime
    changed_at: datetime
    title: str
    text: str
    url: str
    category: str


def calendar(name: str, moments: Iterable[Moment], *, made_by: str) -> bytes:
    """The calendar's file. `made_by` names the program (``-//Office//Calls//EN``)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{escaped(made_by)}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *(line for moment in moments for line in _event(moment)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def _event(moment: Moment) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(moment.uid)}"
    yield f"DTSTAMP:{_in_utc(moment.changed_at)}"
    yield f"LAST-MODIFIED:{_in_utc(moment.changed_at)}"
    yield f"DTSTART:{_in_utc(moment.at)}"
    yield f"SUMMARY:{escaped(moment.title)}"
    yield f"DESCRIPTION:{escaped(moment.text)}"
    yield f"URL:{moment.url}"
    yield f"CATEGORIES:{escaped(moment.category)}"
    yield "CLASS:PUBLIC"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text as a value (RFC 5545, 3.3.11); what no line may hold is left out."""
    told = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    told = told.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in told if letter == "\t" or (ord(letter) >= 32 and ord(letter) != 127))


def folded(line: str) -> bytes:
    """A line broken so that none is too long; a letter of several octets is never cut."""
    parts: list[bytes] = [b""]
    for letter in line:
        octets = letter.encode()
        if len(parts[-1]) + len(octets) > _LONGEST_LINE:
            parts.append(b" ")  # the blank that begins the next line counts into it
        parts[-1] += octets
    return b"\r\n".join(parts)


def _in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
