"""A ZIP that is written from its first byte to its last, in constant memory, and of which every byte is accounted for.

Each file's hash and length stand in the manifest, as it is and as it lies here; the manifest's hash stands beside it;
and the last 64 characters of the archive are the hash of every byte before them. What is around the files has one form
only: ``verify.py`` draws headers and list itself and compares, so that a changed byte is named wherever it is. The
standard library's own writer cannot say what a file is as it lies here; that is why this one is ours.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, BinaryIO, cast

CHUNK = 1 << 16
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
LAST_WORDS = b"SHA-256 of every byte before these 64: "
_GATHERED = CHUNK
"""Bytes that are hashed and compressed at once: a page comes in hundreds of pieces."""
_LEVEL = 4
"""A third of the time of 6, for a tenth more bytes."""
_STORED, _DEFLATED = 0, 8
_ZIP64, _UNIX, _PLAIN_FILE = 45, 3, 0o100644 << 16
_FULL, _MANY = 0xFFFFFFFF, 0xFFFF
"""From here on a length, and a count, stand in the wider fields of ZIP64."""


_TEXT_OF = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Entry:
    """A file that is being written."""

    def __init__(self, stream: BinaryIO, *, is_packed: bool) -> None:
        self._stream = stream
        self._squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15) if is_packed else None
        self._plain = hashlib.sha256()
        self._lying = hashlib.sha256() if is_packed else self._plain
        self.method = _DEFLATED if is_packed else _STORED
        self.crc = self.size = self.lying_size = 0
        self._waiting = bytearray()

    def write(self, content: bytes) -> None:
        """Add bytes at the end."""
        self._waiting += content
        if len(self._waiting) >= _GATHERED:
            self._pass_on()

    def _pass_on(self) -> None:
        content, self._waiting = bytes(self._waiting), bytearray()
        self._plain.update(content)
        self.crc = zlib.crc32(content, self.crc)
        self.size += len(content)
        self._lay(self._squeeze.compress(content) if self._squeeze else content)

    def end(self) -> None:
        """No more bytes come."""
        self._pass_on()
        if self._squeeze:
            self._lay(self._squeeze.flush())

    def _lay(self, content: bytes) -> None:
        if self._squeeze:
            self._lying.update(content)
        self.lying_size += len(content)
        self._stream.write(content)

    def write_row(self, value: Any) -> None:
        """Add a value as a line of JSON."""
        self.write(_TEXT_OF(value).encode() + b"\n")

    def write_rows(self, rows: Iterable[Any]) -> int:
        """Add values as JSON Lines; answers how many."""
        count = 0
        for row in rows:
            count += 1
            self.write_row(row)
        return count

    def write_from(self, stream: BinaryIO) -> None:
        """Add what can be read."""
        while chunk := stream.read(CHUNK):
            self.write(chunk)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"bytes": self.size, "sha256": self._plain.hexdigest(), "packed_sha256": self._lying.hexdigest()}


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """What stands around a file."""

    name: bytes
    stamp: tuple[int, int]
    """Time and day as ZIP counts them."""
    method: int
    crc: int
    size: int
    lying_size: int
    offset: int

    @property
    def header(self) -> bytes:
        """What stands before it; always with the wide fields, because its length is not known when it begins."""
        head = struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", _ZIP64, 0, self.method, *self.stamp, self.crc, _FULL, _FULL, len(self.name), 20
        )
        return head + self.name + struct.pack("<2H2Q", 1, 16, self.size, self.lying_size)

    @property
    def listed(self) -> bytes:
        """What the list at the end says of it; with wide fields only where they are needed."""
        values = (self.size, self.lying_size, self.offset)
        wide = [value for value in values if value >= _FULL]
        extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        size, lying_size, offset = (min(value, _FULL) for value in values)
        head = struct.pack(
            "<4s4B4H3I5H2I", b"PK\x01\x02", _ZIP64, _UNIX, _ZIP64, 0, 0, self.method, *self.stamp, self.crc,
            lying_size, size, len(self.name), len(extra), 0, 0, 0, _PLAIN_FILE, offset,
        )  # fmt: skip
        return head + self.name + extra


def aside() -> BinaryIO:
    """A file for what waits for its turn; whoever asked for it closes it."""
    return cast(BinaryIO, TemporaryFile())  # noqa: SIM115


class Archive:
    """The pack, while it is built. Its list and its manifest wait in files of their own."""

    def __init__(self, stream: BinaryIO, at: datetime) -> None:
        self._stream = stream
        day = (at.year - 1980) << 9 | at.month << 5 | at.day
        self._stamp = (at.hour << 11 | at.minute << 5 | at.second // 2, day)
        self._list, self._manifest = aside(), aside()
        self._count = 0

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._list.close()
        self._manifest.close()

    @contextmanager
    def file(self, name: str, *, is_packed: bool = True) -> Iterator[Entry]:
        """A new file. What is compressed already, or cannot be, is stored as it is."""
        offset, stored = self._stream.tell(), name.encode("ascii")
        self._stream.write(bytes(30 + len(stored) + 20))
        entry = Entry(self._stream, is_packed=is_packed)
        yield entry
        entry.end()
        wrapped = _Wrapped(stored, self._stamp, entry.method, entry.crc, entry.size, entry.lying_size, offset)
        self._stream.seek(offset)
        self._stream.write(wrapped.header)
        self._stream.seek(0, 2)
        self._list.write(wrapped.listed)
        self._count += 1
        if name not in (MANIFEST, MANIFEST_HASH):
            line = json.dumps({"name": name, **entry.facts}, separators=(",", ":"))
            self._manifest.write(f"{',' if self._manifest.tell() else ''}\n{line}".encode())

    def files(self) -> Iterator[dict[str, Any]]:
        """What the manifest says so far, file by file."""
        self._manifest.seek(0)
        for line in self._manifest:
            if line.strip(b",\n"):
                yield json.loads(line.strip(b",\n"))
        self._manifest.seek(0, 2)

    def finish(self, facts: dict[str, Any]) -> tuple[str, int]:
        """Write the manifest and its hash, and what `end` writes."""
        digest = hashlib.sha256()
        with self.file(MANIFEST, is_packed=False) as entry:
            head = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)[:-2]
            self._manifest.seek(0)
            for piece in (f'{head},\n "files": ['.encode(), *iter(lambda: self._manifest.read(CHUNK), b""), b"\n]}\n"):
                entry.write(piece)
                digest.update(piece)
        with self.file(MANIFEST_HASH, is_packed=False) as entry:
            entry.write(f"{digest.hexdigest()}  {MANIFEST}\n".encode())
        return self.end()

    def end(self) -> tuple[str, int]:
        """Write the list and the hash of everything. Answers the file's hash and size."""
        begin = self._stream.tell()
        self._list.seek(0)
        while chunk := self._list.read(CHUNK):
            self._stream.write(chunk)
        self._stream.write(_end(self._count, begin, self._stream.tell() - begin))
        self._stream.seek(0)
        digest = hashlib.sha256()
        while chunk := self._stream.read(CHUNK):
            digest.update(chunk)
        last = digest.hexdigest().encode()
        self._stream.write(last)
        self._stream.flush()
        digest.update(last)
        return digest.hexdigest(), self._stream.tell()


def _end(count: int, begin: int, size: int) -> bytes:
    """What stands after the list, up to the hash of everything."""
    wide = b""
    if count >= _MANY or begin >= _FULL or size >= _FULL:
        wide = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, _ZIP64, _ZIP64, 0, 0, count, count, size, begin)
        wide += struct.pack("<4sIQI", b"PK\x06\x07", 0, begin + size, 1)
    many, length = min(count, _MANY), len(LAST_WORDS) + 64
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, many, many, min(size, _FULL), min(begin, _FULL), length)
    return wide + end + LAST_WORDS
