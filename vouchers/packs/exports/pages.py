"""The plain HTML of a pack's pages: without scripts, every word escaped, written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from vouchers.core.text import reader_language
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
    return value if isinstance(value, Markup) else _escaped(str(value))


_escaped = lru_cache(maxsize=4_096)(escape)
"""Days, funds, accounts and steps come again and again."""


def link(path: str, name: Any) -> Markup:
    """A link to a file of the pack."""
    return Markup(f'<a href="{escape(quote(path, safe="/#."))}">{said(name)}</a>')


def jump(place: str, name: Any) -> Markup:
    """A link to an `anchor` on the same page."""
    return Markup(f'<a href="#{said(place)}">{said(name)}</a>')


def anchor(place: str, name: Any) -> Markup:
    """A place on the page to which links lead."""
    return Markup(f'<span id="{said(place)}">{said(name)}</span>')


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
    """A table, row by row; the first cell of each is its header."""
    put(entry, _top(reader_language(), caption, tuple(header), tuple(numeric)))
    for row in rows:
        put(entry, _row(len(row), tuple(numeric)) % tuple(map(said, row)))
    put(entry, "</table></div>")


@lru_cache(maxsize=256)
def _top(_language: str, caption: Any, header: tuple[Any, ...], numeric: tuple[int, ...]) -> str:
    """What stands before the rows, the same on every page in a language."""
    cells = "".join(f'<th scope="col"{_mark(place, numeric)}>{said(cell)}</th>' for place, cell in enumerate(header))
    return f"<h2>{said(caption)}</h2><div><table>" + (f"<tr>{cells}</tr>" if header else "")


@lru_cache(maxsize=64)
def _row(width: int, numeric: tuple[int, ...]) -> str:
    """The pattern of a row."""
    rest = "".join(f"<td{_mark(place, numeric)}>%s</td>" for place in range(1, width))
    return f'<tr><th scope="row"{_mark(0, numeric)}>%s</th>{rest}</tr>\n'


def _mark(place: int, numeric: Sequence[int]) -> str:
    return ' class="n"' if place in numeric else ""
