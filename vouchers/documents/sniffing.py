"""What an uploaded file really is: told from its bytes, never from its name or from what the browser claims.

Five kinds are taken: PDF, PNG, JPEG, DOCX and XLSX. The file is read once in chunks, up to the bound, and never
held in memory; nothing in it is unpacked or drawn. A refusal says what the file looks like and what would help.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.kinds import MEGABYTE, MediaKind, UnknownKind, read_at, refusal
from vouchers.documents.naming import join_name, split_name
from vouchers.documents.packages import kind_of_package

CHUNK = 64 * 1024
MAX_PIXELS = 100_000_000
MAX_PNG_CHUNKS = 50_000


@dataclass(frozen=True, slots=True)
class SniffedFile:
    """What is known of an accepted file. `sha256` is 64 lower-case hex digits, `size` is in bytes."""

    kind: MediaKind
    media_type: str
    extension: str
    size: int
    sha256: str
    safe_name: str


def ensure_acceptable(stream: BinaryIO, filename: str, *, max_bytes: int) -> SniffedFile:
    """Tell what the file is, or refuse it with a sentence. The stream must be seekable and is left at its start."""
    size, sha256 = _measure(stream, max_bytes)
    kind = _kind_of(stream, size)
    stream.seek(0)

    stem, extension = split_name(filename)
    if extension and extension not in kind.extensions:
        raise refusal(
            _(
                "The file's name ends in “%(extension)s”, but its content is %(kind)s. "
                "Rename it to end in “%(proper)s” or choose another file.",
                extension=extension,
                kind=kind.title,
                proper=kind.extensions[0],
            )
        )
    extension = extension or kind.extensions[0]
    return SniffedFile(kind, kind.media_type, extension, size, sha256, join_name(stem, extension))


def _measure(stream: BinaryIO, max_bytes: int) -> tuple[int, str]:
    """Size and SHA-256, reading no further than the bound."""
    stream.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            limit = f"{max_bytes / MEGABYTE:.1f}".removesuffix(".0")
            raise refusal(_("The file is too big: at most %(limit)s MB can be taken.", limit=limit))
        digest.update(chunk)
    if size == 0:
        raise refusal(_("The file is empty."))
    return size, digest.hexdigest()


def _kind_of(stream: BinaryIO, size: int) -> MediaKind:
    head = read_at(stream, 0, 1024)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        _ensure_whole_png(stream)
        return MediaKind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        _ensure_readable_jpeg(stream)
        return MediaKind.JPEG
    if head.startswith(b"PK\x03\x04"):
        return kind_of_package(stream, size)
    looks_like = _other_kind(head)
    if looks_like is None and re.search(rb"%PDF-[0-9]", head):
        _ensure_whole_pdf(stream, size)
        return MediaKind.PDF
    raise UnknownKind(looks_like or _("a kind of file that we do not know"))


_PROGRAMS: tuple[tuple[bytes, Sentence], ...] = (
    (b"MZ", _("a program")),
    (b"\x7fELF", _("a program")),
    (b"#!", _("a script")),
)
"""Told by their first letters alone, whatever stands behind them."""
_SIGNATURES: tuple[tuple[bytes, Sentence], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _("an older or password-protected Office file (save it as DOCX or XLSX)")),
    (b"GIF8", _("a GIF image")),
    (b"II*\x00", _("a TIFF image")),
    (b"MM\x00*", _("a TIFF image")),
    (b"BM", _("a BMP image")),
    (b"{\\rtf", _("an RTF document")),
    (b"%!PS", _("a PostScript file")),
    (b"Rar!", _("a packed archive")),
    (b"7z\xbc\xaf", _("a packed archive")),
    (b"\x1f\x8b", _("a packed archive")),
    (b"PK\x05\x06", _("an empty archive")),
    (b"PK\x07\x08", _("a packed archive")),
)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|title|meta|table|div|h1|p|a)[\s>/]", re.IGNORECASE)


def _other_kind(head: bytes) -> Sentence | None:
    """What the first bytes look like, when they are none of ours."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text[2:].replace(b"\x00", b"")
    text = text.lstrip()
    for signature, name in _PROGRAMS:
        if text.startswith(signature):
            return name
    before_pdf = text.partition(b"%PDF-")[0]
    if _HTML.search(before_pdf):
        return _("a web page (HTML)")
    if before_pdf.startswith((b"<?xml", b"<svg", b"<!")):
        return _("an XML or SVG file")
    is_text = not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)
    for signature, name in _SIGNATURES:
        if head.startswith(signature) and not (is_text and signature == b"BM"):
            return name
    if head[4:8] == b"ftyp":
        return _("a phone photo or video (HEIC or MP4; save it as JPEG)")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _("a WebP image (save it as PNG or JPEG)")
    if is_text and b"%PDF-" not in head:
        return _("plain text")
    return None


def _ensure_whole_pdf(stream: BinaryIO, size: int) -> None:
    """The trailer may be followed by junk, as mail gateways add, but it must be there."""
    tail = read_at(stream, size - CHUNK, CHUNK)
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise refusal(_("The PDF is incomplete: its end is missing. Save or export it again."))


def _ensure_plausible_size(width: int, height: int) -> None:
    if not width or not height:
        raise _damaged_image()
    if width * height > MAX_PIXELS:
        raise refusal(
            _(
                "The image is too large: %(width)s by %(height)s points. Make it smaller and try again.",
                width=width,
                height=height,
            )
        )


def _damaged_image() -> RuleBroken:
    return refusal(_("The image is damaged or incomplete. Save or export it again."))


def _ensure_whole_png(stream: BinaryIO) -> None:
    """Header with a right checksum and a size that can be drawn, then chunks up to the last one (PNG, section 5)."""
    header = read_at(stream, 8, 25)
    if len(header) < 25 or header[:8] != b"\x00\x00\x00\rIHDR" or zlib.crc32(header[4:21]) != _u32(header[21:]):
        raise _damaged_image()
    _ensure_plausible_size(_u32(header[8:12]), _u32(header[12:16]))

    position, has_data = 33, False
    for _step in range(MAX_PNG_CHUNKS):
        start = read_at(stream, position, 8)
        if len(start) < 8:
            break
        if start[4:] == b"IEND" and has_data:
            return
        has_data = has_data or start[4:] == b"IDAT"
        position += 12 + _u32(start[:4])
    raise _damaged_image()


def _u32(four_bytes: bytes) -> int:
    return int.from_bytes(four_bytes, "big")


def _ensure_readable_jpeg(stream: BinaryIO) -> None:
    """Segments from the start to the first scan, with a frame header whose size can be drawn (T.81, annex B)."""
    position, has_frame = 2, False
    for _step in range(1_000):
        start = read_at(stream, position, 9)
        if len(start) < 4 or start[0] != 0xFF:
            break
        marker, length = start[1], int.from_bytes(start[2:4], "big")
        if marker == 0xFF:
            position += 1
            continue
        if length < 2:
            break
        if marker == 0xDA and has_frame:
            return
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if len(start) < 9:
                break
            _ensure_plausible_size(int.from_bytes(start[7:9], "big"), int.from_bytes(start[5:7], "big"))
            has_frame = True
        position += 2 + length
    raise _damaged_image()
