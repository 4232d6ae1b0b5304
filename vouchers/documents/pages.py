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
from threading import Lock
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
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

from vouchers.core.text import say as _
from vouchers.documents.grids import flowing, grid, set_cell
from vouchers.documents.letterhead import MARGIN, WIDTH, Furniture, Text
from vouchers.documents.letterhead import Letterhead as Letterhead
from vouchers.documents.typefaces import REGULAR, printable
from vouchers.documents.typesetting import (
    BODY,
    BOX,
    CELL,
    CELL_BOLD,
    CELL_BOLD_RIGHT,
    CELL_RIGHT,
    HEADING,
    ITEM,
    NOTE,
    SIGNATURE,
    SUBHEADING,
    TITLE,
    TickBox,
    set_text,
)
from vouchers.documents.typesetting import Strong as Strong

rl_config.useA85 = 0  # bytes as they are instead of a quarter more text

TOP, BOTTOM = 26 * mm, 22 * mm


# Words ---------------------------------------------------------------------------------------------------------------


def safe_text(text: Text) -> str:
    """Printable and escaped, for the rare place that builds ReportLab markup by hand; all else below needs none."""
    return escape(printable(text)).replace("\n", "<br/>")


def paragraph(*parts: Text | Strong, style: ParagraphStyle = BODY) -> Paragraph:
    """Running text; line breaks in it are kept."""
    flowable: Paragraph = set_text(Paragraph, style, parts)
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
    return [set_text(Paragraph, ITEM, (item,), bullet="•") for item in items]


def spacer(millimetres: float = 4) -> Flowable:
    """Empty height."""
    return Spacer(1, millimetres * mm)


def page_break() -> Flowable:
    """What follows starts on a new page."""
    return PageBreak()


def checkbox(text: Text, *, checked: bool) -> Flowable:
    """A declaration with its box, crossed or empty."""
    flowable: TickBox = set_text(TickBox, BOX, (text,))
    flowable.box = checked
    return flowable


# Tables --------------------------------------------------------------------------------------------------------------


def key_values(rows: Iterable[tuple[Text, Text]], *, label_share: float = 0.32) -> Flowable:
    """Labels on the left, what they stand for on the right."""
    cells = [(set_cell(label, CELL_BOLD), set_cell(value, CELL)) for label, value in rows]
    return grid(cells, [label_share, 1 - label_share], has_header=False, has_total=False)


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
    cells = [tuple(map(set_cell, header, bold)), *(tuple(map(set_cell, row, plain)) for row in rows)]
    if total is not None:
        cells.append(tuple(map(set_cell, total, bold)))
    return grid(cells, shares or [1.0] * len(header), has_header=True, has_total=total is not None)


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
            set_cell(person.role, CELL_BOLD),
            set_cell(person.name, SIGNATURE if person.accepted else CELL),
            set_cell(person.accepted or _("Date and signature:"), CELL if person.accepted else NOTE),
        )
        for person in signatories
    ]
    block = grid(cells, [0.28, 0.36, 0.36], has_header=False, has_total=False)
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
    flat = [piece for item in story for part in (item if isinstance(item, list) else [item]) for piece in flowing(part)]
    with _building:
        document.build(flat or [Spacer(1, 1)], canvasmaker=furniture.canvas)
    return buffer.getvalue()


def _frame(height: float) -> Frame:
    return Frame(MARGIN, BOTTOM, WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
