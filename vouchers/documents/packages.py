"""Word and Excel files, which are packages of many parts: told by their list of parts, and never unpacked."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import BinaryIO

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.kinds import MEGABYTE, MediaKind, UnknownKind, read_at, refusal

MAX_PARTS = 5_000
MAX_PARTS_LIST = 2 * MEGABYTE
MAX_UNPACKED = 300 * MEGABYTE
MAX_RATIO = 250
"""Honest sheets of figures pack 20 to 100 times; a zip bomb packs a thousand times."""


def kind_of_package(stream: BinaryIO, size: int) -> MediaKind:
    """Which of the two it is; refused where it is neither, damaged, locked, or carries a program."""
    _ensure_short_list_of_parts(stream, size)
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
            _ensure_no_bomb(parts, size)
            names = [part.filename for part in parts]
            kind = _kind_of_parts(names)
            _ensure_no_macros(package, names)
    except (
        *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError),
        *(RuntimeError, OSError, EOFError, ValueError, KeyError, OverflowError),
    ):
        raise _damaged_package() from None
    return kind


def _damaged_package() -> RuleBroken:
    return refusal(_("The document is damaged or incomplete. Save it again as DOCX, XLSX or PDF."))


def _ensure_short_list_of_parts(stream: BinaryIO, size: int) -> None:
    """Before the list of parts is read: how long it says it is (APPNOTE 4.3.16). ZIP64 is never needed here."""
    tail = read_at(stream, size - 66_000, 66_000)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise _damaged_package()
    count, list_bytes = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count > MAX_PARTS or list_bytes > MAX_PARTS_LIST or tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07"):
        raise _damaged_package()


def _ensure_no_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if (
        packed > size
        or unpacked > MAX_UNPACKED
        or any(part.file_size > MEGABYTE and part.file_size > MAX_RATIO * part.compress_size for part in parts)
        or unpacked > MEGABYTE * 5 + MAX_RATIO * packed
    ):
        raise refusal(_("The document would unpack to far more than its size, so it is not opened. Save it as PDF."))
    if any(part.flag_bits & 0x1 for part in parts):
        raise refusal(_("The document is protected by a password. Save it without one and try again."))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise _damaged_package()


def _kind_of_parts(names: list[str]) -> MediaKind:
    if len({name.lower() for name in names}) != len(names) or any(
        name.startswith("/") or ".." in name.split("/") for name in names
    ):
        raise _damaged_package()
    is_word = any(re.fullmatch(r"word/document\d*\.xml", name) for name in names)
    is_excel = any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names)
    if "[Content_Types].xml" in names and is_word != is_excel:
        return MediaKind.DOCX if is_word else MediaKind.XLSX
    raise UnknownKind(_other_package(names))


def _other_package(names: list[str]) -> Sentence:
    if "ppt/presentation.xml" in names:
        return _("a PowerPoint presentation (save it as PDF)")
    if "xl/workbook.bin" in names:
        return _("a binary Excel file (save it as XLSX)")
    if "mimetype" in names and "content.xml" in names:
        return _("an OpenDocument file (save it as DOCX, XLSX or PDF)")
    return _("a packed archive (ZIP)")


def _ensure_no_macros(package: zipfile.ZipFile, names: list[str]) -> None:
    with package.open("[Content_Types].xml") as part:
        types = part.read(MEGABYTE).replace(b"\x00", b"").lower()
    if b"macroenabled" in types or any(
        name.lower().endswith("vbaproject.bin") or name.lower().startswith("xl/macrosheets/") for name in names
    ):
        raise refusal(_("The document contains macros, which are programs. Save it without macros or as PDF."))
