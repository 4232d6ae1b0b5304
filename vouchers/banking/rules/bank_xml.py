"""The bytes of a bank's file as XML: piece by piece, without DTD, entities or network, and up to a bound.

A document type is refused by the letters of it, before a parser sees the file; so only encodings are read in which
these letters cannot be disguised. Whatever the bank's prefix for the namespace is, paths are written without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import BinaryIO

from lxml import etree

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. About 60,000 entries."""
_CHUNK = 256 * 1024
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_AMOUNT = re.compile(r"\+?([0-9]{1,13})(?:\.([0-9]{0,2})0*)?")
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")


def refuse(sentence: Sentence) -> RuleBroken:
    """The refusal of a file."""
    return RuleBroken(sentence, field="file")


def ensure_safe(stream: BinaryIO) -> None:
    """Refuse, without parsing, what no bank sends. The stream is left at its start.

    Raises:
        RuleBroken: field ``file``; empty, too large, packed, in a strange encoding, or with a document type.
    """
    stream.seek(0)
    head = stream.read(1024)
    _ensure_plain_xml(head)
    size, before = 0, b""
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_FILE:
            raise refuse(_("The file is larger than %(most)s MB.", most=LARGEST_FILE // 1024 // 1024))
        if _FORBIDDEN.search(before + chunk):
            raise refuse(_("The file carries a document type or entities. Bank files may not; it was not read."))
        before = chunk[-16:]
    stream.seek(0)


_OFFICE_FILES = (b"[Content_Types].xml", b"xl/", b"word/", b"mimetypeapplication/vnd.oasis")


def _ensure_plain_xml(head: bytes) -> None:
    if not head.strip():
        raise refuse(_("The file is empty."))
    if head.startswith(b"PK") and any(sign in head for sign in _OFFICE_FILES):
        raise refuse(_("This is a spreadsheet or a document. Ask the bank for the same as XML (camt.053 or pain.002)."))
    if head.startswith((b"PK", b"\x1f\x8b", b"Rar!", b"7z")):
        raise refuse(_("This is a packed archive. Unpack it, then import each file in it."))
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(text)
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if b"\0" in head or encoding not in _ENCODINGS:
        raise refuse(_("The file is not written in UTF-8."))
    if not text.startswith(b"<"):
        raise refuse(_("This is no XML file. Banks call it camt.053 (statement) or pain.002 (status report)."))


def walk(stream: BinaryIO, *names: str) -> Iterator[tuple[str, etree._Element]]:
    """("start" or "end", element) of the elements with these names, in the order of the file.

    Whoever walks forgets what is done with.

    Raises:
        RuleBroken: field ``file``; not safe, or not well-formed.
    """
    ensure_safe(stream)
    try:
        yield from etree.iterparse(
            stream,
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in names],
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
            huge_tree=False,
            collect_ids=False,
            remove_comments=True,
            remove_pis=True,
        )
    except etree.XMLSyntaxError as fault:
        raise refuse(_("The file is not well-formed XML (line %(line)s).", line=fault.lineno or 1)) from None


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The namespace of an element; empty for none."""
    return str(element.tag).partition("}")[0].lstrip("{") if str(element.tag).startswith("{") else ""


def forget(element: etree._Element) -> None:
    """Free an element that was read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def forget_likes(element: etree._Element) -> None:
    """Free an element that was read, and those of its name right before it; what else stands there is still needed."""
    element.clear()
    parent, before = element.getparent(), element.getprevious()
    while parent is not None and before is not None and before.tag == element.tag:
        parent.remove(before)
        before = element.getprevious()


def text(element: etree._Element, *paths: str) -> str:
    """The text at the first of these paths that has any, in one line; empty where none has."""
    space = namespace(element)
    for path in paths:
        found = element.findtext(_qualified(path, space))
        if found and (line := " ".join(found.split())):
            return line
    return ""


def texts(element: etree._Element, path: str) -> list[str]:
    """The texts at a path, those that say something."""
    lines = (" ".join((found.text or "").split()) for found in parts(element, path))
    return [line for line in lines if line]


def parts(element: etree._Element, path: str) -> list[etree._Element]:
    """The elements at a path."""
    return element.findall(_qualified(path, namespace(element)))


def part(element: etree._Element, *paths: str) -> etree._Element | None:
    """The first element at the first of these paths that is there."""
    for path in paths:
        found = element.find(_qualified(path, namespace(element)))
        if found is not None:
            return found
    return None


@cache
def _qualified(path: str, space: str) -> str:
    return "/".join(f"{{{space}}}{tag}" for tag in path.split("/"))


def cents_of(written: str) -> int | None:
    """``7437.55`` and ``7437.5`` as cents; None for what is no amount, is negative, or has more than two decimals."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        return None
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))


def day_of(element: etree._Element | None) -> date | None:
    """The day of a date choice (``Dt`` or ``DtTm``) or of a plain date, as the bank's calendar has it."""
    try:
        return date.fromisoformat(written_day(element)[:10])
    except ValueError:
        return None


def written_day(element: etree._Element | None) -> str:
    """What stands where a day belongs; empty where nothing does."""
    if element is None:
        return ""
    return text(element, "Dt", "DtTm") or " ".join((element.text or "").split())


def moment_of(written: str) -> datetime | None:
    """An ISO 8601 moment without its zone, as the bank wrote it."""
    try:
        return datetime.fromisoformat(_ZONE.sub("", written))
    except ValueError:
        return None
