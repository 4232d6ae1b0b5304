"""The furniture of every PDF that the office writes: letterhead, paragraphs, tables, signatures, page x of y.

Texts are set as they are: no markup is ever read, so ``<b>`` typed by an applicant is printed as ``<b>``. Nothing
that a person can type makes a page fail: long words are broken, tall cells run on over pages, unknown letters become
boxes. The same input gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.paraparser import ParaFrag

from vouchers.core.text import say as _
from vouchers.documents.letterhead import GREY, INK, LINE, MARGIN, WIDTH, Furniture, Text
from vouchers.documents.letterhead import Letterhead as Letterhead
from vouchers.documents.typefaces import BOLD, ITALIC, REGULAR, printable

rl_config.useA85 = 0  # bytes as they are instead of a quarter more text

TOP, BOTTOM = 26 * mm, 22 * mm
TALLEST_PIECE = 400.0
"""Points; a table cell that is taller is cut into pieces, so that each surely fits on a page."""
TINT = HexColor("#f3f2f1")


def _style(name: str, face: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=face, fontSize=size, leading=leading, textColor=more.pop("textColor", INK), **more
    )


BODY = _style("body", REGULAR, 10, 14, spaceAfter=6)
TITLE = _style("title", BOLD, 17, 21, spaceBefore=2, spaceAfter=10)
HEADING = _style("heading", BOLD, 12, 15, spaceBefore=10, spaceAfter=4)
SUBHEADING = _style("subheading", BOLD, 10, 14, spaceBefore=6, spaceAfter=2)
NOTE = _style("note", REGULAR, 8.5, 11, textColor=GREY, spaceAfter=4)
CELL = _style("cell", REGULAR, 9, 11.5)
CELL_RIGHT = _style("cell-right", REGULAR, 9, 11.5, alignment=TA_RIGHT)
CELL_BOLD = _style("cell-bold", BOLD, 9, 11.5)
CELL_BOLD_RIGHT = _style("cell-bold-right", BOLD, 9, 11.5, alignment=TA_RIGHT)
ITEM = _style("item", REGULAR, 10, 14, leftIndent=14, bulletIndent=3, bulletFontName=REGULAR, spaceAfter=3)
BOX = _style("box", REGULAR, 10, 14, leftIndent=18, spaceAfter=4)
SIGNATURE = _style("signature", ITALIC, 10, 13)


# Words ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strong:
    """A part of a paragraph that stands out."""

    text: Text


def safe_text(text: Text) -> str:
    """Printable and escaped, for the rare place that builds ReportLab markup by hand; all else below needs none."""
    return escape(printable(text)).replace("\n", "<br/>")


def paragraph(*parts: Text | Strong, style: ParagraphStyle = BODY) -> Paragraph:
    """Running text; line breaks in it are kept."""
    flowable: Paragraph = _set(Paragraph, style, parts)
    return flowable


def title(text: Text) -> Flowable:
    """The document's own title, once at the top."""
    return paragraph(text, style=TITLE)


def heading(text: Text) -> list[Flowable]:
    """A section's heading, never left alone at the foot of a page."""
    return [CondPageBreak(60), paragraph(text, style=HEADING)]


def subheading(text: Text) -> list[Flowable]:
    """A smaller heading, never left alone at the foot of a page."""
    return [CondPageBreak(45), paragraph(text, style=SUBHEADING)]


def note(*parts: Text | Strong) -> Flowable:
    """Small grey print."""
    return paragraph(*parts, style=NOTE)


def bullets(items: Iterable[Text]) -> list[Flowable]:
    """A list of points."""
    return [_set(Paragraph, ITEM, (item,), bullet="•") for item in items]


def spacer(millimetres: float = 4) -> Flowable:
    """Empty height."""
    return Spacer(1, millimetres * mm)


def page_break() -> Flowable:
    """What follows starts on a new page."""
    return PageBreak()


def _set(kind: type[Any], style: ParagraphStyle, parts: Iterable[Text | Strong], bullet: str | None = None) -> Any:
    """A paragraph from ready fragments, so that ReportLab's markup parser is never asked."""
    fragments: list[ParaFrag] = []
    for part in parts:
        face, text = (BOLD, part.text) if isinstance(part, Strong) else (style.fontName, part)
        for number, line in enumerate(printable(text).split("\n")):
            if number:
                fragments.append(_fragment(style, style.fontName, "", lineBreak=True))
            if line or not number:
                fragments.append(_fragment(style, face, line))
    return kind(None, style, bulletText=bullet, frags=fragments or [_fragment(style, style.fontName, "")])


def _fragment(style: ParagraphStyle, face: str, text: str, **more: Any) -> ParaFrag:
    return ParaFrag(
        fontName=face,
        fontSize=style.fontSize,
        textColor=style.textColor,
        text=text,
        rise=0,
        link=[],
        us_lines=[],
        bold=0,
        italic=0,
        greek=0,
        **more,
    )


class _TickBox(Paragraph):
    """A paragraph after a drawn box; the sign in it can also be copied and read aloud as ``[x]``."""

    box: bool | None = None

    def draw(self) -> None:
        if self.box is not None:
            self._draw_box(self.canv, self.height - 11)
        super().draw()

    def _draw_box(self, canvas: Canvas, y: float) -> None:
        canvas.saveState()
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(1, y, 9, 9)
        if self.box:
            canvas.lines([(3, y + 2, 8, y + 7), (3, y + 7, 8, y + 2)])
        words = canvas.beginText(1, y + 2)
        words.setFont(REGULAR, 7)
        words.setTextRenderMode(3)
        words.textOut("[x] " if self.box else "[ ] ")
        words.setTextRenderMode(0)
        canvas.drawText(words)
        canvas.restoreState()

    def split(self, available_width: float, available_height: float) -> list[Any]:
        pieces: list[Any] = super().split(available_width, available_height)
        if pieces and pieces[0] is not self:
            pieces[0].box = self.box
        return pieces


def checkbox(text: Text, *, checked: bool) -> Flowable:
    """A declaration with its box, crossed or empty."""
    flowable: _TickBox = _set(_TickBox, BOX, (text,))
    flowable.box = checked
    return flowable


# Tables --------------------------------------------------------------------------------------------------------------


def key_values(rows: Iterable[tuple[Text, Text]], *, label_share: float = 0.32) -> Flowable:
    """Labels on the left, what they stand for on the right."""
    cells = [(_cell(label, CELL_BOLD), _cell(value, CELL)) for label, value in rows]
    return _grid(cells, [label_share, 1 - label_share], has_header=False, has_total=False)


def table(
    header: Sequence[Text],
    rows: Iterable[Sequence[Text]],
    *,
    shares: Sequence[float] | None = None,
    numeric: Sequence[int] = (),
    total: Sequence[Text] | None = None,
) -> Flowable:
    """A table with a header on each page; `shares` are the columns' parts of the width, `numeric` those set right."""
    columns = range(len(header))
    plain = [CELL_RIGHT if column in numeric else CELL for column in columns]
    bold = [CELL_BOLD_RIGHT if column in numeric else CELL_BOLD for column in columns]
    cells = [tuple(map(_cell, header, bold)), *(tuple(map(_cell, row, plain)) for row in rows)]
    if total is not None:
        cells.append(tuple(map(_cell, total, bold)))
    return _grid(cells, shares or [1.0] * len(header), has_header=True, has_total=total is not None)


def _cell(text: Text, style: ParagraphStyle) -> Any:
    return _set(Paragraph, style, (text,))


def _grid(cells: list[tuple[Any, ...]], shares: Sequence[float], *, has_header: bool, has_total: bool) -> Flowable:
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
    blank = [_cell("", cell.style) for cell in row]
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
    if isinstance(first, _TickBox):
        first.box = cell.box
    return [first, *pieces]


@lru_cache(maxsize=64)
def _without_space(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}-cut", parent=style, spaceBefore=0, spaceAfter=0)


def _flowing(part: Flowable) -> list[Flowable]:
    """The paragraph, or its portions when it is long."""
    is_long = isinstance(part, Paragraph) and _may_be_tall(part, WIDTH)
    return _cut(part, WIDTH) if is_long else [part]


@dataclass(frozen=True, slots=True)
class Signatory:
    """One who accepts: as what, who, and when in words; without a time the place stays open to sign by hand."""

    role: Text
    name: Text
    accepted: Text | None = None


def signature_block(signatories: Sequence[Signatory]) -> Flowable:
    """One row for each: role, name, and the moment of acceptance or a line to sign on."""
    cells = [
        (
            _cell(person.role, CELL_BOLD),
            _cell(person.name, SIGNATURE if person.accepted else CELL),
            _cell(person.accepted or _("Date and signature:"), CELL if person.accepted else NOTE),
        )
        for person in signatories
    ]
    block = _grid(cells, [0.28, 0.36, 0.36], has_header=False, has_total=False)
    if isinstance(block, Table):
        block.setStyle(TableStyle([("BOTTOMPADDING", (0, 0), (-1, -1), 12)]))
    return block


# The document --------------------------------------------------------------------------------------------------------


Story = Iterable[Flowable | list[Flowable]]

_building = Lock()  # ReportLab's faces keep a reading position: one document at a time in a process


def build_pdf(
    story: Story,
    *,
    title: Text,
    author: Text,
    language: str,
    letterhead: Letterhead,
    created_at: datetime,
    fingerprint: str | None = None,
) -> bytes:
    """Set the story on A4 pages. `language` is BCP 47; `fingerprint` (a hash of the content) stands at the foot.

    `created_at` is an aware moment; nothing else of time or place enters, so the bytes can be compared.
    """
    furniture = Furniture(letterhead, fingerprint, created_at)
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,
        lang=language,
        title=printable(title),
        author=printable(author),
        subject=printable(letterhead.reference),
        keywords=[fingerprint] if fingerprint else [],
        creator="Vouchers",
        displayDocTitle=1,
        allowSplitting=1,
    )
    below_letterhead = A4[1] - furniture.letterhead_height - BOTTOM
    document.addPageTemplates(
        [
            PageTemplate("first", [_frame(below_letterhead)], autoNextPageTemplate="later", pagesize=A4),
            PageTemplate("later", [_frame(A4[1] - TOP - BOTTOM)], pagesize=A4),
        ]
    )
    flat = [
        piece for item in story for part in (item if isinstance(item, list) else [item]) for piece in _flowing(part)
    ]
    with _building:
        document.build(flat or [Spacer(1, 1)], canvasmaker=furniture.canvas)
    return buffer.getvalue()


def _frame(height: float) -> Frame:
    return Frame(MARGIN, BOTTOM, WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
