"""What is taken and what is refused at the door, with real small files that are made here byte by byte."""

from __future__ import annotations

import hashlib
import io
import struct
import tempfile
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.documents.kinds import MediaKind
from vouchers.documents.naming import MAX_NAME, MAX_NAME_BYTES, safe_filename
from vouchers.documents.sniffing import SniffedFile, ensure_acceptable

MAX = 1_000_000


def png_chunk(tag: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))


def png(width: int = 1, height: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = png_chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + data + png_chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1) -> bytes:
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x7f"
    return b"\xff\xd8" + app0 + frame + scan + b"\xff\xd9"


def package(*names: str, types: bytes = b"<Types/>", filling: bytes = b"<x/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", types)
        for name in names:
            file.writestr(name, filling)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """The same package with the password bit set on each part, here and in the list of parts."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = content.find(mark, at + 1)
    return bytes(changed)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
DOCX = package("word/document.xml")
XLSX = package("xl/workbook.xml", "xl/worksheets/sheet1.xml")
HTML = b"<!DOCTYPE html><html><body>Invoice</body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def sniff(content: bytes, name: str, max_bytes: int = MAX) -> SniffedFile:
    with tempfile.SpooledTemporaryFile(max_size=1000) as stream:
        stream.write(content)
        found = ensure_acceptable(stream, name, max_bytes=max_bytes)
        assert stream.tell() == 0
    return found


@pytest.mark.parametrize(
    ("what", "content", "name", "kind", "kept_as"),
    [
        ("PDF", PDF, "offer.pdf", MediaKind.PDF, "offer.pdf"),
        ("PDF, name in capitals", PDF, "OFFER.PDF", MediaKind.PDF, "OFFER.pdf"),
        ("PDF, header after junk", b"\r\n" * 400 + PDF, "offer.pdf", MediaKind.PDF, "offer.pdf"),
        ("PDF, junk after the end", PDF + b"\x00" * 5000, "offer.pdf", MediaKind.PDF, "offer.pdf"),
        ("PDF without an extension", PDF, "offer", MediaKind.PDF, "offer.pdf"),
        ("PDF, a sentence as name", PDF, "to dr. Ann Smith", MediaKind.PDF, "to dr. Ann Smith.pdf"),
        ("PNG", png(), "plan.png", MediaKind.PNG, "plan.png"),
        ("JPEG, jpg", jpeg(), "photo.jpg", MediaKind.JPEG, "photo.jpg"),
        ("JPEG, jpeg", jpeg(), "photo.jpeg", MediaKind.JPEG, "photo.jpeg"),
        ("JPEG, junk after the end", jpeg() + b"x" * 99, "photo.JPG", MediaKind.JPEG, "photo.jpg"),
        ("Word", DOCX, "plan.docx", MediaKind.DOCX, "plan.docx"),
        ("Word on the web", package("word/document2.xml"), "a.docx", MediaKind.DOCX, "a.docx"),
        ("Excel", XLSX, "budget.xlsx", MediaKind.XLSX, "budget.xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_taken(what: str, content: bytes, name: str, kind: MediaKind, kept_as: str) -> None:
    found = sniff(content, name)
    assert (found.kind, found.safe_name, found.media_type) == (kind, kept_as, kind.media_type)
    assert found.extension == "." + kept_as.rpartition(".")[2]
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())


BOMB = package("xl/workbook.xml", "xl/sharedStrings.xml", filling=bytes(20_000_000))
MACRO_TYPES = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'


@pytest.mark.parametrize(
    ("what", "content", "name", "says"),
    [
        ("empty", b"", "offer.pdf", "empty"),
        ("HTML as PDF", HTML, "offer.pdf", "a web page (HTML)"),
        ("HTML without doctype", b"  <body onload=x>", "offer.pdf", "a web page (HTML)"),
        ("HTML in UTF-16", HTML.decode().encode("utf-16"), "offer.pdf", "a web page (HTML)"),
        ("HTML and then a PDF", b"<script>x</script>" + PDF, "offer.pdf", "a web page (HTML)"),
        ("SVG as PNG", b'<?xml version="1.0"?><svg/>', "plan.png", "an XML or SVG file"),
        ("text as PDF", b"Dear office, see attached.", "offer.pdf", "plain text"),
        ("text that begins with BM", b"BM is a street in Berlin", "offer.pdf", "plain text"),
        ("program as PDF", b"MZ\x90\x00\x03\x00", "offer.pdf", "a program"),
        ("program without a strange letter", b"MZ and the rest", "offer.exe", "a program"),
        ("program of Linux", b"\x7fELF\x02\x01\x01", "offer", "a program"),
        ("script", b"#!/bin/sh\nrm x", "offer.pdf", "a script"),
        ("script that writes a page", b"\xef\xbb\xbf#!/bin/sh\necho '<p>hello</p>'", "offer.pdf", "a script"),
        ("archive in parts", b"PK\x07\x08PK\x03\x04", "offer.zip", "a packed archive"),
        ("old Word", OLE, "offer.doc", "older or password-protected"),
        ("Word with password", OLE, "offer.docx", "older or password-protected"),
        ("phone photo", b"\x00\x00\x00\x18ftypheic\x00\x00", "p.jpg", "HEIC"),
        ("WebP", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "p.png", "WebP"),
        ("GIF", b"GIF89a\x00\x00", "p.png", "a GIF image"),
        ("unknown", b"\x00\x01\x02\x03", "p.bin", "do not know"),
        ("PDF cut off", PDF[:40] + bytes(70_000), "offer.pdf", "its end is missing"),
        ("PDF named PNG", PDF, "offer.png", "content is PDF"),
        ("PNG named PDF", png(), "offer.pdf", "content is PNG"),
        ("Word named Excel", DOCX, "a.xlsx", "content is Word (DOCX)"),
        ("right-to-left trick", PDF, "offer\u202efdp.exe", "“.exe”"),
        ("PNG cut off", png()[:-12], "p.png", "damaged"),
        ("PNG with a wrong header", png()[:20] + b"\xff" + png()[21:], "p.png", "damaged"),
        ("PNG of no size", png(0, 1), "p.png", "damaged"),
        ("PNG bomb", png(60_000, 60_000), "p.png", "too large"),
        ("JPEG of no size", jpeg(0, 1), "p.jpg", "damaged"),
        ("JPEG cut off", jpeg()[:24], "p.jpg", "damaged"),
        ("JPEG bomb", jpeg(65_000, 65_000), "p.jpg", "too large"),
        ("ZIP named DOCX", package("a.txt"), "a.docx", "a packed archive (ZIP)"),
        ("PowerPoint", package("ppt/presentation.xml"), "a.pptx", "PowerPoint"),
        ("OpenDocument", package("mimetype", "content.xml"), "a.odt", "OpenDocument"),
        ("both Word and Excel", package("word/document.xml", "xl/workbook.xml"), "a.docx", "packed archive"),
        ("macros in a part", package("word/document.xml", "word/vbaProject.bin"), "a.docx", "macros"),
        ("macros by type", package("word/document.xml", types=MACRO_TYPES), "a.docx", "macros"),
        ("old Excel macros", package("xl/workbook.xml", "xl/macrosheets/s.xml"), "a.xlsx", "macros"),
        ("Word cut off", DOCX[:-30], "a.docx", "damaged"),
        ("a part outside", package("word/document.xml", "../../x"), "a.docx", "damaged"),
        ("password on the parts", encrypted(DOCX), "a.docx", "password"),
        ("zip bomb", BOMB, "a.xlsx", "unpack to far more"),
        ("too many parts", package("word/document.xml", *map(str, range(5_001))), "a.docx", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused(what: str, content: bytes, name: str, says: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        sniff(content, name)
    assert says in str(refusal.value)
    assert refusal.value.field == "file"


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was asked of it."""

    given_out = 0

    def seek(self, position: int, whence: int = 0) -> int:
        return 0

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 1_000_000
        self.given_out += size
        return b"x" * size


def test_too_big_is_noticed_at_the_bound_and_not_at_the_end() -> None:
    endless = Endless()
    with pytest.raises(RuleBroken, match=r"at most 20 MB"):
        ensure_acceptable(endless, "a.pdf", max_bytes=20_000_000)  # type: ignore[arg-type]
    assert endless.given_out < 20_200_000


@pytest.mark.parametrize(("spare", "is_taken"), [(0, True), (-1, False)])
def test_the_bound_itself_is_still_taken(spare: int, is_taken: bool) -> None:
    if is_taken:
        assert sniff(PDF, "a.pdf", len(PDF) + spare).size == len(PDF)
    else:
        with pytest.raises(RuleBroken, match="too big"):
            sniff(PDF, "a.pdf", len(PDF) + spare)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../x", "x.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.old.pdf", "_LPT1.old.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        (".pdf", "document.pdf"),
        ("/", "document.pdf"),
        ("a\x00b\nc.pdf", "ab c.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("a\ud800.pdf", "a.pdf"),
        ("x.pdf . .", "x.pdf"),
        ('a<b>"c|d?.pdf', "a_b__c_d_.pdf"),
        ("Žluťoučký kůň.pdf", "Žluťoučký kůň.pdf"),
        ("Cafe\u0301 Łódź.PDF", "Café Łódź.pdf"),
        ("見積書.pdf", "見積書.pdf"),
        ("a" * 300 + ".docx", "a" * 115 + ".docx"),
    ],
)
def test_safe_filename(sent: str, kept: str) -> None:
    assert safe_filename(sent, fallback_extension=".pdf") == kept


@given(st.text(max_size=300))
@example("\u202e.\u202e")
@example("e\u200d\u0301.pdf")
@example("𐍈" * 200 + ".pdf")
def test_safe_filename_of_anything(sent: str) -> None:
    kept = safe_filename(sent, fallback_extension=".pdf")
    assert 0 < len(kept) <= MAX_NAME
    assert len(kept.encode()) <= MAX_NAME_BYTES
    assert not set(kept) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(c)[0] == "C" for c in kept)
    assert kept == unicodedata.normalize("NFC", kept)
    assert not kept.startswith(".")
    assert safe_filename(kept, fallback_extension=".pdf") == kept


HEADS = [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", png()[:40], jpeg()[:26], DOCX[:60]]


def outcome(content: bytes, name: str) -> SniffedFile | RuleBroken:
    try:
        return ensure_acceptable(io.BytesIO(content), name, max_bytes=MAX)
    except RuleBroken as refusal:
        return refusal


@given(st.sampled_from(HEADS), st.binary(max_size=400), st.text(max_size=20))
def test_random_bytes_are_sniffed_or_refused(head: bytes, rest: bytes, name: str) -> None:
    assert str(outcome(head + rest, name))


@given(st.sampled_from([PDF, png(), jpeg(), DOCX, XLSX]), st.data())
def test_damaged_files_are_sniffed_or_refused(content: bytes, data: st.DataObject) -> None:
    changed = bytearray(content)
    for _step in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    assert str(outcome(bytes(changed[: data.draw(st.integers(1, len(changed)))]), "a"))
