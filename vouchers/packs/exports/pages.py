"""The plain HTML of a pack's pages: without scripts, every word escaped, written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from vouchers.packs.exports.archive import Entry

STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .8rem;"
    "text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}code{overflow-wrap:anywhere}"
    "div{overflow-x:auto}"
)


class Markup(str):
    """Text that is HTML already."""


def said(value: Any) -> str:
    """A value as HTML."""
    return value if isinstance(value, Markup) else escape(str(value))


def link(path: str, name: Any) -> Markup:
    """A link to a file of the pack, or to a place on the page."""
    return Markup(f'<a href="{escape(quote(path, safe="/#."))}">{said(name)}</a>')


def anchor(place: str, name: Any) -> Markup:
    """A place on the page to which links lead."""
    return Markup(f'<span id="{escape(place)}">{said(name)}</span>')


def several(values: Iterable[Any]) -> Markup:
    """Values one after the other."""
    return Markup(", ".join(map(said, values)))


def put(entry: Entry, text: str) -> None:
    """Write HTML."""
    entry.write(text.encode())


def begin_page(entry: Entry, title: Any, language: str) -> None:
    """Everything up to the heading."""
    put(
        entry,
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{said(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{said(title)}</h1>",
    )


def end_page(entry: Entry) -> None:
    """Everything after the last table."""
    put(entry, "</main></body></html>\n")


def table(
    entry: Entry, caption: Any, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, numeric: Sequence[int] = ()
) -> None:
    """A table, row by row; where it has no header, the first cell of each row is one."""

    def mark(place: int) -> str:
        return ' class="n"' if place in numeric else ""

    put(entry, f"<h2>{said(caption)}</h2><div><table>")
    if header:
        cells = "".join(f'<th scope="col"{mark(place)}>{said(cell)}</th>' for place, cell in enumerate(header))
        put(entry, f"<tr>{cells}</tr>")
    for row in rows:
        first = f'<th scope="row"{mark(0)}>{said(row[0])}</th>'
        rest = "".join(f"<td{mark(place)}>{said(cell)}</td>" for place, cell in enumerate(row[1:], start=1))
        put(entry, f"<tr>{first}{rest}</tr>\n")
    put(entry, "</table></div>")
