"""The archive around a pack's files: others can read it, it is the same every time, each byte is accounted for."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from tempfile import TemporaryFile

import pytest

from vouchers.packs.exports import archive as archives
from vouchers.packs.exports.archive import Archive
from vouchers.packs.files import wrapping
from vouchers.packs.rules import safe_name

pytestmark = pytest.mark.once
AT = datetime(2026, 11, 20, 9, 30, 12, tzinfo=UTC)
FILES = {"a.txt": b"text " * 1000, "folder/b.bin": bytes(range(256)), "empty.jsonl": b""}


def written(files=FILES, stream=None):
    stream = stream or io.BytesIO()
    with Archive(stream, AT) as archive:
        for place, (name, content) in enumerate(files.items()):
            with archive.file(name, is_packed=place % 2 == 0) as entry:
                entry.write(content)
        sha256, size = archive.finish({"format": "f"})
    return stream, sha256, size


def test_others_read_it():
    stream, sha256, size = written()
    with zipfile.ZipFile(stream) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in FILES} == FILES
        manifest = json.loads(read.read("manifest.json"))
        assert (
            read.read("manifest.sha256").decode().split()[0] == hashlib.sha256(read.read("manifest.json")).hexdigest()
        )
    assert [one["name"] for one in manifest["files"]] == list(FILES)
    assert manifest["files"][0]["sha256"] == hashlib.sha256(FILES["a.txt"]).hexdigest()
    content = stream.getvalue()
    assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert content[-64:].decode() == hashlib.sha256(content[:-64]).hexdigest()


def test_the_same_files_give_the_same_bytes():
    assert written()[0].getvalue() == written()[0].getvalue()


def test_a_file_is_the_same_however_it_came():
    content = bytes(range(256)) * 1_000
    for is_packed in (True, False):
        found = []
        for width in (1, 1_000, len(content)):
            stream = io.BytesIO()
            with Archive(stream, AT) as archive:
                with archive.file("a.bin", is_packed=is_packed) as entry:
                    for first in range(0, len(content), width):
                        entry.write(content[first : first + width])
                archive.finish({"format": "f"})
            found.append(stream.getvalue())
        assert found[0] == found[1] == found[2]


def test_many_and_large_files_stand_in_wider_fields():
    stream, _sha256, _size = written({f"f/{number}": b"x" for number in range(66_000)})
    with zipfile.ZipFile(stream) as read:
        assert len(read.namelist()) == 66_002
        assert read.read("f/65999") == b"x"
    assert b"PK\x06\x06" in stream.getvalue()

    for size, lying, offset in ((5 << 30, 7, 9), (7, 7, 6 << 30), (5 << 30, 5 << 30, 6 << 30), (2**32 - 1, 1, 2)):
        ours = archives._Wrapped(b"f/x", (1, 2), 8, 3, size, lying, offset)
        theirs = wrapping.Member(b"f/x", (1, 2), 8, 3, size, lying, offset)
        assert (ours.header, ours.listed) == (theirs.header(), theirs.entry())
    assert archives._end(3, 6 << 30, 300) == wrapping.end_of(3, 6 << 30, 300)


def test_it_takes_no_memory():
    chunk = b"\x01\x02\x03\x04" * 65_536
    with TemporaryFile() as file:
        tracemalloc.start()
        with Archive(file, AT) as archive:
            for number in range(40):
                with archive.file(f"f/{number}", is_packed=number % 2 == 0) as entry:
                    for _chunk in range(8):
                        entry.write(chunk)
            archive.finish({"format": "f"})
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("Rechnung für März.pdf", "Rechnung_f_r_M_rz.pdf"),
        (".hidden", "hidden"),
        ("", "file"),
        ("…", "file"),
        ("a" * 300 + ".xlsx", "a" * 75 + ".xlsx"),
    ],
)
def test_names_are_plain(name, expected):
    assert safe_name(name) == expected
