"""Workbooks (XLSX) as a stream: rows go out while they come in, so that their number costs neither memory nor disk.

XlsxWriter draws everything of a workbook but its rows: styles, headings, widths, the list of sheets. The rows are put
between by us, because XlsxWriter begins to write only when it has the last one. A text is always a text here: no cell
is a formula or a link, and one that a spreadsheet would execute when it is saved as CSV begins with an apostrophe.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from vouchers.core.spreadsheets import harmless

ROWS_PER_SHEET = 1_048_576
"""What a sheet can hold, its headings included."""
BYTES_PER_SHEET = 1_500_000_000
"""A sheet that is larger as XML would need an extension of ZIP that not every reader knows."""
LONGEST_TEXT = 32_767
"""Characters that a cell can hold."""
_ROWS_AT_ONCE = 500
_QUICKLY = 1
"""How hard the archive is squeezed: harder takes three times as long and saves a fifth."""
_CUT = " [...] cut here: a cell holds no more"
_EPOCH = date(1899, 12, 30)
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The same rows give the same bytes, whenever they are written."""
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkbookColumn:
    """A heading and how the cells under it look."""

    heading: str
    width: int = 14
    form: str = ""
    """``money``, ``day``, or nothing."""


_FORMS = {"day": "yyyy-mm-dd", "money": "#,##0.00"}
STYLES = {"": "", **{form: f' s="{number}"' for number, form in enumerate(_FORMS, start=1)}}
"""What a cell's mark begins with, by the column's form."""


def workbook_pieces(
    name: str,
    columns: Sequence[WorkbookColumn],
    rows: Iterable[T],
    draw: Callable[[int, T], str] | None = None,
    *,
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> Generator[bytes, None, int]:
    """The workbook piece by piece. The generator's value is the count of rows.

    Args:
        name: of the sheet; the second one is called ``name 2``.
        rows: sequences of text, whole number, `Decimal`, day or None.
        draw: makes the mark of a row from its number and what `rows` brings; that of plain rows if not given.
    """
    drawn = draw or (lambda number, row: plain_row(number, row, columns))  # type: ignore[arg-type]
    head, tail = _around_the_rows(_frame([name], columns)["xl/worksheets/sheet1.xml"])
    sink, waiting, count, sheets = _Sink(), iter(rows), 0, 0
    with zipfile.ZipFile(sink, "w") as archive:
        _add(archive, {"_rels/.rels": _frame([name], columns)["_rels/.rels"]})
        is_more = True
        while is_more:
            sheets += 1
            with archive.open(_entry(f"xl/worksheets/sheet{sheets}.xml"), "w") as sheet:
                sheet.write(head if sheets == 1 else head.replace(b' tabSelected="1"', b""))
                room = rows_per_sheet - 1
                size, is_more = 0, False
                while room and size < BYTES_PER_SHEET:
                    mark, taken = _draw_some(waiting, drawn, rows_per_sheet - room + 1, min(room, _ROWS_AT_ONCE))
                    if not taken:
                        break
                    room, size, count = room - taken, size + len(mark), count + taken
                    sheet.write(mark)
                    yield sink.taken()
                else:
                    waiting, is_more = _peeked(waiting)
                sheet.write(tail)
        names = [name, *(f"{name} {number}" for number in range(2, sheets + 1))]
        frame = _frame(names, columns)
        _add(archive, {path: body for path, body in frame.items() if not path.startswith(("xl/worksheets/", "_rels/"))})
    yield sink.taken()
    return count


def _draw_some(waiting: Any, drawn: Callable[[int, Any], str], first: int, most: int) -> tuple[bytes, int]:
    marks = []
    for number, row in zip(range(first, first + most), waiting, strict=False):
        marks.append(drawn(number, row))
    return "".join(marks).encode(), len(marks)


def _peeked(waiting: Any) -> tuple[Any, bool]:
    for row in waiting:
        return _with_first(row, waiting), True
    return waiting, False


def _with_first(row: Any, rest: Any) -> Any:
    yield row
    yield from rest


# --- cells ------------------------------------------------------------------------------------------------------------


def plain_row(number: int, row: Sequence[Any], columns: Sequence[WorkbookColumn]) -> str:
    """The mark of a row."""
    cells = (
        cell_of(f"{letters(place)}{number}", value, STYLES[column.form])
        for place, (value, column) in enumerate(zip(row, columns, strict=True))
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell_of(where: str, value: Any, style: str = "") -> str:
    """The mark of one cell; nothing for an empty one."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{where}" t="inlineStr"><is>{text_of(value)}</is></c>'
    return f'<c r="{where}"{style}><v>{serial_of(value) if isinstance(value, date) else value}</v></c>'


def text_of(text: str) -> str:
    """A text as it stands within a cell."""
    text = harmless(text)
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - len(_CUT)] + _CUT
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub(lambda found: f"_x005F{found[0]}", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _REFUSED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("\r", "_x000D_")
    keeps = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<t{keeps}>{text}</t>"


@lru_cache(maxsize=1_024)
def serial_of(day: date) -> int:
    """A day as a spreadsheet counts it."""
    return (day - _EPOCH).days


@lru_cache(maxsize=256)
def letters(place: int) -> str:
    """0 is A, 26 is AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


# --- what lies around the rows ----------------------------------------------------------------------------------------


def _frame(names: Sequence[str], columns: Sequence[WorkbookColumn]) -> dict[str, bytes]:
    """Every part of a workbook with headings and no rows: path -> bytes."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE.replace(tzinfo=None)})
        forms = {form: book.add_format({"num_format": pattern}) for form, pattern in _FORMS.items()}
        bold = book.add_format({"bold": True})
        for name in names:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, column.width, forms.get(column.form))
                sheet.write_string(0, place, column.heading, bold)
    with zipfile.ZipFile(out) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def _around_the_rows(sheet: bytes) -> tuple[bytes, bytes]:
    head, mark, tail = sheet.partition(b"</sheetData>")
    return re.sub(rb"<dimension[^>]*/>", b"", head), mark + tail


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry._compresslevel = _QUICKLY  # type: ignore[attr-defined]  # the archive's own applies to names only
    return entry


def _add(archive: zipfile.ZipFile, parts: dict[str, bytes]) -> None:
    for path, body in parts.items():
        archive.writestr(_entry(path), body)


class _Sink(io.RawIOBase):
    """Where the archive writes to: nothing can be changed behind, and what was written is taken away at once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
