"""A pool as a file of lines (CSV): its encoding, its separator, its columns, its cells. Pure.

Nothing in a cell is ever reckoned: what a spreadsheet would take for a formula is text here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vouchers.core.errors import RuleBroken
from vouchers.core.money import MOST_CENTS, UnclearAmount, parse_money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line
from vouchers.pools.states import PoolKind

MOST_LINES = 5000
MOST_BYTES = 5_000_000
MOST_LETTERS = 6000
COLUMNS: dict[PoolKind, tuple[str, ...]] = {
    PoolKind.EXPERTS: (
        "email", "name", "employer", "country", "region", "languages", "expertise", "fields", "load_limit",
        "daily_rate", "admitted_until",
    ),
    PoolKind.PROVIDERS: (
        "name", "country", "region", "vat_number", "register_number", "website", "contact_email", "fields",
        "services", "accredited_until",
    ),
}  # fmt: skip
MUST: dict[PoolKind, tuple[str, ...]] = {
    PoolKind.EXPERTS: ("email", "name", "employer", "country", "languages", "expertise"),
    PoolKind.PROVIDERS: ("name", "country"),
}
"""Columns that the file must have."""


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file, and the name of the encoding that it was read in.

    Raises:
        RuleBroken: field ``file``; it is too large, or no text.
    """
    if len(content) > MOST_BYTES:
        raise _refused(_("This file is larger than 5 MB. Split it."))
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(content, "utf-8-sig"), "UTF-8 (BOM)"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content:
        raise _refused(_("This is not a CSV file. Save your table as “CSV UTF-8” and choose that file."))
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(content, "cp1252"), "Windows-1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _refused(_("This is not a CSV file. Save your table as “CSV UTF-8” and choose that file.")) from None


def _refused(sentence: Sentence) -> RuleBroken:
    return RuleBroken(sentence, field="file")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: where it stands (the header is line 1), and its cells by column."""

    number: int
    cells: dict[str, str]
    is_too_long: bool = False
    """Whether it has more cells than the header."""


def read_rows(text: str, kind: PoolKind) -> list[Row]:
    """The lines below the header, empty ones left out.

    Raises:
        RuleBroken: field ``file``; no header that we know, columns that are missing, unknown or double, no lines, or
            too many.
    """
    separator = _separator(text)
    try:
        rows = [row for row in _numbered(text, separator) if any(cell.strip() for cell in row[1])]
    except csv.Error:
        raise _refused(_("A quotation mark is not closed in this file.")) from None
    if not rows:
        raise _refused(_("This file is empty."))
    header = _header(rows[0][1], kind)
    if len(rows) == 1:
        raise _refused(_("This file has a header and nothing below it."))
    if len(rows) - 1 > MOST_LINES:
        raise _refused(_("This file has more than %(most)s lines. Split it.", most=MOST_LINES))
    return [_row(number, cells, header) for number, cells in rows[1:]]


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=first.count)


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


def _header(cells: list[str], kind: PoolKind) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = COLUMNS[kind]
    if unknown := [name for name in names if name not in known]:
        raise _refused(_("There is no column “%(name)s”. Use the names of the template.", name=unknown[0] or "?"))
    if double := [name for name in names if names.count(name) > 1]:
        raise _refused(_("The column “%(name)s” is there twice.", name=double[0]))
    if missing := [name for name in MUST[kind] if name not in names]:
        raise _refused(_("The column “%(name)s” is missing.", name=missing[0]))
    return names


def _row(number: int, cells: list[str], header: list[str]) -> Row:
    is_too_long = any(cell.strip() for cell in cells[len(header) :])
    named = {name: _cell(cell) for name, cell in zip(header, cells, strict=False)}
    return Row(number, named, is_too_long)


def _cell(text: str) -> str:
    """A cell as text; the apostrophe that keeps a spreadsheet from reckoning is taken off."""
    bare = "\n".join(clean_line(line) for line in text[: MOST_LETTERS + 1].splitlines()).strip()
    return bare[1:] if bare[:1] == "'" and bare[1:2] in tuple("=+-@") else bare


# Cells ---------------------------------------------------------------------------------------------------------------


def read_codes(text: str) -> list[str]:
    """Codes apart by a space, a comma, a bar or a semicolon, each once."""
    for sign in ",|;/":
        text = text.replace(sign, " ")
    return list(dict.fromkeys(text.split()))


def read_day(text: str) -> str | None:
    """``2027-03-01``, ``1.3.2027`` or ``01/03/2027`` in ISO form; None where it is no day."""
    for sign in "./":
        if text.count(sign) == 2:
            text = "-".join(part.strip().zfill(2) for part in reversed(text.split(sign)))
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def read_cents(text: str, currency: str) -> int | None:
    """An amount in cents; None where it is none, unclear, below zero or larger than a form would take."""
    try:
        found = parse_money(text, currency).cents
    except (UnclearAmount, ValueError):
        return None
    return found if 0 <= found <= MOST_CENTS else None
