"""Cells in rows, and what is too tall for a page in portions that are not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from vouchers.documents.letterhead import INK, LINE, WIDTH, Text
from vouchers.documents.typefaces import REGULAR
from vouchers.documents.typesetting import CELL, TickBox, set_text

TALLEST_PIECE = 400.0
"""Points; a table cell that is taller is cut into pieces, so that each surely fits on a page."""
TINT = HexColor("#f3f2f1")


def set_cell(text: Text, style: ParagraphStyle) -> Any:
    return set_text(Paragraph, style, (text,))


def grid(cells: list[tuple[Any, ...]], shares: Sequence[float], *, has_header: bool, has_total: bool) -> Flowable:
    if not cells:
        return Spacer(1, 0)
    widths = [WIDTH * share / sum(shares) for share in shares]
    pieces: list[tuple[Any, ...]] = []
    rules = []
    for row in cells:
        pieces += _row_pieces(row, widths)
        rules.append(len(pieces) - 1)
    # A header that needed cutting is no header to repeat.
    header_rows = 1 if has_header and rules[0] == 0 and len(pieces) > 1 and _height(pieces[0], widths) < 120 else 0
    style = _grid_style(tuple(rules), has_header=has_header, has_total=has_total)
    return Table(pieces, colWidths=widths, repeatRows=header_rows, style=style, spaceBefore=2, spaceAfter=8)


@lru_cache(maxsize=256)
def _grid_style(rules: tuple[int, ...], *, has_header: bool, has_total: bool) -> TableStyle:
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, CELL.fontSize),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if rules == tuple(range(len(rules))):
        commands.append(("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE))
    else:
        commands += [("LINEBELOW", (0, row), (-1, row), 0.4, LINE) for row in rules]
    if has_header:
        commands += [("BACKGROUND", (0, 0), (-1, rules[0]), TINT), ("LINEBELOW", (0, rules[0]), (-1, rules[0]), 1, INK)]
    if has_total:
        commands.append(("LINEABOVE", (0, rules[-2] + 1), (-1, rules[-2] + 1), 1, INK))
    return TableStyle(commands)


def _height(row: tuple[Any, ...], widths: Sequence[float]) -> float:
    return max(float(cell.wrap(width - 8, 1e6)[1]) for cell, width in zip(row, widths, strict=True))


def _may_be_tall(cell: Any, width: float) -> bool:
    """A cheap upper bound: each letter as wide as its type is high, each line break a line."""
    letters = sum(len(part.text) for part in cell.frags)
    per_line = max(1.0, (width - 8) / cell.style.fontSize)
    return bool((letters / per_line + len(cell.frags) + 1) * cell.style.leading > TALLEST_PIECE)


def _row_pieces(row: tuple[Any, ...], widths: Sequence[float]) -> list[tuple[Any, ...]]:
    """The row itself, or several rows that together say the same when a cell is too tall for a page."""
    if not any(map(_may_be_tall, row, widths)):
        return [row]
    columns = [_cut(cell, width - 8) for cell, width in zip(row, widths, strict=True)]
    tallest = max(map(len, columns))
    blank = [set_cell("", cell.style) for cell in row]
    return [
        tuple(column[number] if number < len(column) else blank[at] for at, column in enumerate(columns))
        for number in range(tallest)
    ]


def _cut(cell: Any, width: float) -> list[Any]:
    """The lines of a paragraph in portions; its text is broken once, where ReportLab would break the rest each time."""
    if cell.wrap(width, 1e6)[1] <= TALLEST_PIECE:
        return [cell]
    portion, lines = int(TALLEST_PIECE / cell.style.leading), len(cell.blPara.lines)
    part = cell._get_split_blParaFunc()
    pieces = [
        Paragraph("", _without_space(cell.style), frags=part(cell.blPara, start, min(start + portion, lines)))
        for start in range(portion, lines, portion)
    ]
    pieces[-1].style = cell.style
    first = type(cell)("", _without_space(cell.style), cell.bulletText, frags=part(cell.blPara, 0, portion))
    if isinstance(first, TickBox):
        first.box = cell.box
    return [first, *pieces]


@lru_cache(maxsize=64)
def _without_space(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}-cut", parent=style, spaceBefore=0, spaceAfter=0)


def flowing(part: Flowable) -> list[Flowable]:
    """The paragraph, or its portions when it is long."""
    is_long = isinstance(part, Paragraph) and _may_be_tall(part, WIDTH)
    return _cut(part, WIDTH) if is_long else [part]
