"""The letters of the office's PDFs: Liberation Sans, embedded, for Latin (all of Europe), Greek and Cyrillic.

ReportLab cuts a subset of each face anew for each document, which costs more than setting the page. Here the letters
of the regions' languages have fixed places in a first subset, so that it is cut and packed once per process and then
only copied. Letters beyond it get further subsets in ReportLab's usual way.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap

REGULAR = "VouchersSans"
BOLD = "VouchersSans-Bold"
ITALIC = "VouchersSans-Italic"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {
    REGULAR: "LiberationSans-Regular.ttf",
    BOLD: "LiberationSans-Bold.ttf",
    ITALIC: "LiberationSans-Italic.ttf",
}
_NOWHERE = "□"
"""Stands for a letter that the typeface does not have."""

_WESTERN = [*range(0xC0, 0x100)]
_CENTRAL = [ord(c) for c in "ĄąĆćĘęŁłŃńŚśŹźŻżČčĎďĚěŇňŘřŠšŤťŮůŽžĹĺĽľŔŕŐőŰűĂăȘșȚțĐđ"]
_WELSH_FRENCH_BALTIC = [ord(c) for c in "ŴŵŶŷŒœŸĀāĒēĢģĪīĶķĻļŅņŪūĖė"]
_SIGNS = [ord(c) for c in "–—‘’‚“”„•…€£§°«»"]
_ASCII = list(range(32, 127))


def _first_subset() -> list[int]:
    """Code point at each of the 256 places; 0 is the missing letter, 32 must be the space."""
    others = [*_SIGNS, *_WESTERN, *_CENTRAL, *_WELSH_FRENCH_BALTIC]
    return [0, *others[129:], *[32] * (31 - len(others[129:])), *_ASCII, *others[:129]]


_FIRST = _first_subset()
_PLACES = {code: place for place, code in enumerate(_FIRST) if place == 32 or code != 32}
_ASCII_ONLY = [0, *[32] * 31, *_ASCII]


LONGEST_WORD, MOST_WORDS = 40, 50_000


class _State:
    """Which letters of a face one document uses; the attributes are those that `TTFont` works on."""

    namePrefix = "F"

    def __init__(self) -> None:
        self.assignments = dict(_PLACES)
        self.nextCode = 256
        self.internalName: str | None = None
        self.frozen = 0
        self.subsets = [list(_FIRST)]
        self.is_ascii = True


class _HouseFont(TTFont):
    def stringWidth(self, text: str, size: float, encoding: str = "utf-8") -> float:
        """The width in points; that of a word is measured once per process, because letters repeat their words."""
        if len(text) > LONGEST_WORD:
            return float(super().stringWidth(text, size, encoding))
        key = (text, size)
        if (known := self._widths.get(key)) is None:
            if len(self._widths) >= MOST_WORDS:
                self._widths.clear()
            known = self._widths[key] = float(super().stringWidth(text, size, encoding))
        return known

    @cached_property
    def _widths(self) -> dict[tuple[str, float], float]:
        return {}

    def _letters_of(self, doc: Any) -> _State:
        states: Any = self.state
        if doc not in states:
            states[doc] = _State()
        letters: _State = states[doc]
        return letters

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> Any:
        """Bytes per subset, as in `TTFont`; notes whether ASCII was enough."""
        letters = self._letters_of(doc)
        if isinstance(text, str) and text.isascii() and text.isprintable() and text:
            return [(0, text.encode("ascii"))]  # each such letter stands at its own number in the first subset
        letters.is_ascii = letters.is_ascii and text.isascii()
        return super().splitString(text, doc, encoding)

    def getSubsetInternalName(self, subset: int, doc: Any) -> Any:
        """The name of a subset inside the document."""
        self._letters_of(doc)
        return super().getSubsetInternalName(subset, doc)

    def addObjects(self, doc: Any) -> None:
        """Write the subsets into the document; the short first one when ASCII was enough."""
        letters = self._letters_of(doc)
        letters.frozen = 1
        if letters.is_ascii:
            letters.subsets = [list(_ASCII_ONLY)]
        for number, subset in enumerate(letters.subsets):
            self._add_subset(doc, number, _cut(self, number, tuple(subset)))
        del self.state[doc]

    def _add_subset(self, doc: Any, number: int, cut: _Cut) -> None:
        face: Any = self.face
        font: Any = pdfdoc.PDFTrueTypeFont()
        font.Name = self.getSubsetInternalName(number, doc)[1:]
        font.BaseFont = cut.name
        font.FirstChar, font.LastChar, font.Widths = 0, cut.last, cut.widths
        font.ToUnicode = doc.Reference(_packed_stream(cut.letters), f"toUnicode:{cut.name}")
        descriptor = {
            "Type": "/FontDescriptor",
            "Ascent": face.ascent,
            "CapHeight": face.capHeight,
            "Descent": face.descent,
            "Flags": (face.flags & ~32) | 4,  # symbolic: the letters stand in places of our own
            "FontBBox": pdfdoc.PDFArray(face.bbox),
            "FontName": pdfdoc.PDFName(cut.name),
            "ItalicAngle": face.italicAngle,
            "StemV": face.stemV,
            "FontFile2": doc.Reference(_packed_stream(cut.outlines, cut.outlines_length), f"fontFile:{cut.name}"),
            "MissingWidth": face.defaultWidth,
        }
        font.FontDescriptor = doc.Reference(pdfdoc.PDFDictionary(descriptor), f"fontDescriptor:{cut.name}")
        doc.Reference(font, font.Name)
        doc.idToObject["BasicFonts"].dict[font.Name] = font


@dataclass(frozen=True, slots=True)
class _Cut:
    """One subset, ready to be copied into documents: packed outlines and letters, widths as PDF text."""

    name: str
    last: int
    widths: str
    letters: bytes
    outlines: bytes
    outlines_length: int


@lru_cache(maxsize=64)
def _cut(font: TTFont, number: int, subset: tuple[int, ...]) -> _Cut:
    face: Any = font.face
    name = f"{SUBSETN(number).decode()}+{face.name.decode()}"
    outlines = face.makeSubset(list(subset))
    widths = " ".join(f"{face.getCharWidth(code):.0f}" for code in subset)
    letters = makeToUnicodeCMap(name, list(subset))
    return _Cut(name, len(subset) - 1, f"[ {widths} ]", _pack(letters), _pack(outlines), len(outlines))


def _pack(content: str | bytes) -> bytes:
    return zlib.compress(content.encode("latin-1") if isinstance(content, str) else content, 9)


def _packed_stream(content: bytes, length: int | None = None) -> Any:
    stream = pdfdoc.PDFStream(content=content, filters=[])
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    if length is not None:
        stream.dictionary["Length1"] = length
    return stream


def _register() -> frozenset[int]:
    """Make the three faces known to ReportLab, once per process; answers the letters that all of them have."""
    letters: set[int] | None = None
    for name, file in _FILES.items():
        font = _HouseFont(name, str(_FOLDER / file))
        pdfmetrics.registerFont(font)
        known = set(font.face.charToGlyph)
        letters = known if letters is None else letters & known
    addMapping(REGULAR, 0, 0, REGULAR)
    addMapping(REGULAR, 1, 0, BOLD)
    addMapping(REGULAR, 0, 1, ITALIC)
    addMapping(REGULAR, 1, 1, BOLD)
    return frozenset(letters or ())


_LETTERS = _register()


class _Printable(dict[int, str]):
    """A translation table that fills itself: each code point to what can be printed for it."""

    def __missing__(self, code: int) -> str:
        self[code] = answer = _printable(chr(code))
        return answer


def _printable(letter: str) -> str:
    if letter == "\n":
        return letter
    if letter.isspace():
        return " "
    if letter in "\u2010\u2011":
        return "-"
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs"):
        return ""
    if ord(letter) in _LETTERS:
        return letter
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return plain if plain and all(ord(c) in _LETTERS for c in plain) else _NOWHERE


_TABLE = _Printable()


def printable(text: object) -> str:
    """The text as the typeface can show it: NFC, no control characters, a box for letters that it lacks."""
    shown = str(text)
    if shown.isascii() and shown.isprintable():
        return shown
    shown = shown.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", shown).translate(_TABLE)


def width_of(text: str, face: str, size: float) -> float:
    """How wide the text is set, in points."""
    return float(pdfmetrics.stringWidth(text, face, size))
