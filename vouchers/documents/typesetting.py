"""How words are set: the styles of every PDF, and paragraphs from ready fragments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph
from reportlab.platypus.paraparser import ParaFrag

from vouchers.documents.letterhead import GREY, INK, Text
from vouchers.documents.typefaces import BOLD, ITALIC, REGULAR, printable


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


@dataclass(frozen=True, slots=True)
class Strong:
    """A part of a paragraph that stands out."""

    text: Text


def set_text(kind: type[Any], style: ParagraphStyle, parts: Iterable[Text | Strong], bullet: str | None = None) -> Any:
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


class TickBox(Paragraph):
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
