"""Writing an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree
from lxml.builder import ElementMaker

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
_E = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `id` is an IRI that never changes and is never given again."""

    id: str
    title: str
    url: str
    published_at: datetime
    updated_at: datetime
    summary: str
    author: str
    categories: tuple[tuple[str, str], ...] = ()
    """Term and label."""


def feed(
    id: str, title: str, entries: Iterable[Entry], *, self_url: str, page_url: str, language: str, empty_since: datetime
) -> bytes:
    """The feed's file, as of its newest entry. `empty_since` is its date while it has none."""
    listed = list(entries)
    root = _E.feed(
        {"{http://www.w3.org/XML/1998/namespace}lang": language},
        _E.id(id),
        _E.title(_clean(title)),
        _E.updated(_moment(max((entry.updated_at for entry in listed), default=empty_since))),
        _E.link(rel="self", type="application/atom+xml", href=self_url),
        _E.link(rel="alternate", type="text/html", href=page_url),
        *(_entry(entry) for entry in listed),
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _entry(entry: Entry) -> etree._Element:
    made: etree._Element = _E.entry(
        _E.id(entry.id),
        _E.title(_clean(entry.title)),
        _E.link(rel="alternate", type="text/html", href=entry.url),
        _E.published(_moment(entry.published_at)),
        _E.updated(_moment(entry.updated_at)),
        _E.author(_E.name(_clean(entry.author))),
        *(_E.category(term=term, label=_clean(label)) for term, label in entry.categories),
        _E.summary(_clean(entry.summary)),
    )
    return made


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clean(text: str) -> str:
    """Without the letters that XML forbids."""
    return "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
