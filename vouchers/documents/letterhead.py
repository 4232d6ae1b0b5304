"""What stands around the text of each page: letterhead, reference, fingerprint, page x of y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.typefaces import BOLD, REGULAR, printable, width_of

Text = str | Sentence

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, GREY, LINE = HexColor("#1a1a1a"), HexColor("#505a5f"), HexColor("#b1b4b6")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, from where, and the reference that the reader quotes."""

    office_name: Text
    address_lines: tuple[Text, ...] = ()
    reference: Text = ""


@lru_cache(maxsize=512)
def fit(line: str, face: str, size: float, width: float, *, smallest: float = 6.0) -> tuple[str, float]:
    """One line that fits: shrunk down to the smallest size, then cut with an ellipsis."""
    needed = width_of(line, face, size)
    if needed <= width:
        return line, size
    size = max(smallest, size * width / needed)
    left = width - width_of("…", face, size)
    if width_of(line, face, size) <= width + 0.01:
        return line, size
    kept = 0
    while (left := left - width_of(line[kept], face, size)) >= 0:
        kept += 1
    return line[:kept] + "…", size


def _one_line(text: Text) -> str:
    return " ".join(printable(str(text)[:1_000]).split())


class Furniture:
    """What stands around the text of each page; drawn at the end, when the number of pages is known."""

    def __init__(self, letterhead: Letterhead, fingerprint: str | None, created_at: datetime):
        self.letterhead = letterhead
        self.address = letterhead.address_lines[:6]
        self.fingerprint = fingerprint
        self.created = _Moment(created_at)
        self.letterhead_height = 32 * mm + 11 * len(self.address)

    def canvas(self, *arguments: Any, **options: Any) -> Canvas:
        """ReportLab's canvas, made to ask for the furniture of all pages when it is saved."""
        canvas = _PatientCanvas(*arguments, **options)
        canvas.finish_page = self.draw
        canvas.stamp(self.created)
        return canvas

    def draw(self, canvas: Canvas, page: int, pages: int) -> None:
        """The furniture of one page."""
        if page == 1:
            self._draw_letterhead(canvas)
        else:
            self._draw_line(canvas, A4[1] - 16 * mm, self.letterhead.office_name, self.letterhead.reference)
        mark = _("Content SHA-256 %(hash)s", hash=self.fingerprint) if self.fingerprint else self.letterhead.reference
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(MARGIN, 16 * mm, A4[0] - MARGIN, 16 * mm)
        self._draw_line(canvas, 12 * mm, mark, _("Page %(page)s of %(pages)s", page=page, pages=pages))

    def _draw_letterhead(self, canvas: Canvas) -> None:
        y = A4[1] - 20 * mm
        _write(canvas, self.letterhead.office_name, MARGIN, y, WIDTH * 0.62, BOLD, 13, INK)
        _write(canvas, self.letterhead.reference, MARGIN, y, WIDTH * 0.35, REGULAR, 9, GREY, right=True)
        for number, line in enumerate(self.address):
            _write(canvas, line, MARGIN, y - 14 - 11 * number, WIDTH * 0.8, REGULAR, 8.5, GREY)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1)
        bottom = y - 8 - 11 * len(self.address)
        canvas.line(MARGIN, bottom, A4[0] - MARGIN, bottom)

    def _draw_line(self, canvas: Canvas, y: float, left: Text, right: Text) -> None:
        _write(canvas, left, MARGIN, y, WIDTH * 0.74, REGULAR, 8, GREY)
        _write(canvas, right, MARGIN, y, WIDTH * 0.24, REGULAR, 8, GREY, right=True)


def _write(
    canvas: Canvas,
    text: Text,
    x: float,
    y: float,
    width: float,
    face: str,
    size: float,
    colour: Any,
    *,
    right: bool = False,
) -> None:
    """One line within the width; to the right margin when asked."""
    line, fitting = fit(_one_line(text), face, size, width)
    if not line:
        return
    canvas.setFillColor(colour)
    canvas.setFont(face, fitting)
    if right:
        canvas.drawRightString(A4[0] - MARGIN, y, line)
    else:
        canvas.drawString(x, y, line)


class _Moment:
    """A moment in the shape that ReportLab writes into the document's properties."""

    dhh = dmm = 0
    tzname = "UTC"

    def __init__(self, moment: datetime):
        moment = moment.astimezone(UTC)
        self.t = moment.timestamp()
        self.lt = moment.timetuple()
        self.YMDhms = tuple(self.lt)[:6]


class _PatientCanvas(Canvas):
    """A canvas that keeps its pages until the last is set, so that each can say how many there are."""

    finish_page: Callable[[Canvas, int, int], None]
    _doc: Any
    _startPage: Callable[[], None]

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._kept: list[dict[str, Any]] = []

    def stamp(self, moment: _Moment) -> None:
        """The document's moment of creation."""
        self._doc._timeStamp = moment

    def showPage(self) -> None:
        """Keep the page and begin the next."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Finish all pages and write the document."""
        pages = self._kept
        for number, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            self.finish_page(self, number, len(pages))
            super().showPage()
        super().save()
