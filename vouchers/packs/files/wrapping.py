"""The first part of ``verify.py`` after its head: the archive around the files, byte by byte."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Callable, List, Optional, Tuple

# --- The archive: what stands around its files ------------------------------------------------------------------------

CHUNK = 1 << 20
LAST_WORDS = b"SHA-256 of every byte before these 64: "
END = 22 + len(LAST_WORDS) + 64
FULL, MANY = 0xFFFFFFFF, 0xFFFF


def hash_of(stream: Any, size: Optional[int] = None) -> Tuple[str, int]:
    """SHA-256 and length of what can be read, or of so many bytes."""
    digest, length = hashlib.sha256(), 0
    while True:
        chunk = stream.read(CHUNK if size is None else min(CHUNK, size - length))
        if not chunk:
            return digest.hexdigest(), length
        digest.update(chunk)
        length += len(chunk)


class Member:
    """A file of the archive, by what stands before it or in the list at the end; and what must stand in both."""

    def __init__(
        self, name: bytes, stamp: Tuple[int, int], method: int, crc: int, plain: int, packed: int, offset: int
    ):
        self.raw_name, self.stamp, self.method, self.crc = name, stamp, method, crc
        self.plain, self.packed, self.offset = plain, packed, offset
        self.begin = offset + 30 + len(name) + 20

    @property
    def name(self) -> str:
        """As it is written; a name that no file of ours has is shown, and found by others."""
        return self.raw_name.decode("latin-1")

    def header(self) -> bytes:
        """What must stand before it."""
        head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 45, 0, self.method, self.stamp[0], self.stamp[1], self.crc,
                           FULL, FULL, len(self.raw_name), 20)  # fmt: skip
        return head + self.raw_name + struct.pack("<2H2Q", 1, 16, self.plain, self.packed)

    def entry(self) -> bytes:
        """What the list must say of it: a plain file that anybody may read, no link, nothing beside."""
        values = [self.plain, self.packed, self.offset]
        wide = [value for value in values if value >= FULL]
        extra = struct.pack("<2H{}Q".format(len(wide)), 1, 8 * len(wide), *wide) if wide else b""
        plain, packed, offset = [min(value, FULL) for value in values]
        head = struct.pack("<4s4B4H3I5H2I", b"PK\x01\x02", 45, 3, 45, 0, 0, self.method, self.stamp[0], self.stamp[1],
                           self.crc, packed, plain, len(self.raw_name), len(extra), 0, 0, 0,
                           0o100644 << 16, offset)  # fmt: skip
        return head + self.raw_name + extra


def by_headers(stream: BinaryIO, size: int) -> Tuple[List[Member], int]:
    """The files as one comes to them from the beginning, and where the last one ends."""
    members: List[Member] = []
    place = 0
    while True:
        stream.seek(place)
        head = stream.read(30)
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            return members, place
        values = struct.unpack("<4s5H3I2H", head)
        name, extra = stream.read(values[9]), stream.read(20)
        if len(extra) < 20:
            return members, place
        _kind, _length, plain, packed = struct.unpack("<2H2Q", extra)
        one = Member(name, (values[4], values[5]), values[3], values[6], plain, packed, place)
        if one.begin + packed > size:
            return members, place
        members.append(one)
        place = one.begin + packed


def by_list(stream: BinaryIO, size: int) -> Optional[Tuple[List[Member], int]]:
    """The files as the list at the end names them, if each begins where the one before it ends; and where it begins."""
    begin, end = _find_list(stream, size)
    members: List[Member] = []
    if not 0 <= begin <= end:
        return None
    stream.seek(begin)
    while stream.tell() < end:
        head = stream.read(46)
        if len(head) < 46 or head[:4] != b"PK\x01\x02":
            return None
        values = struct.unpack("<4s4B4H3I5H2I", head)
        name, extra = stream.read(values[12]), stream.read(values[13])
        wide = list(struct.unpack("<{}Q".format(len(extra[4:]) // 8), extra[4:])) if len(extra) % 8 == 4 else []
        found = []
        for value in (values[11], values[10], values[18]):
            found.append(wide.pop(0) if value == FULL and wide else value)
        one = Member(name, (values[7], values[8]), values[6], values[9], found[0], found[1], found[2])
        if one.offset != (members[-1].begin + members[-1].packed if members else 0):
            return None
        members.append(one)
    if stream.tell() != end or (members and members[-1].begin + members[-1].packed != begin):
        return None
    return members, begin


def _find_list(stream: BinaryIO, size: int) -> Tuple[int, int]:
    """Where the list begins and ends, as the words after it say."""
    stream.seek(max(size - END, 0))
    values = struct.unpack("<4s4H2IH", stream.read(22).ljust(22, b"\0"))
    begin, length = values[6], values[5]
    if MANY in values[3:5] or FULL in (begin, length):
        stream.seek(max(size - END - 76, 0))
        wide = struct.unpack("<4sQ2H2I4Q", stream.read(56).ljust(56, b"\0"))
        begin, length = wide[9], wide[8]
    return begin, begin + length


def end_of(count: int, begin: int, length: int) -> bytes:
    """What must stand after the list, up to the hash of everything."""
    wide = b""
    if count >= MANY or begin >= FULL or length >= FULL:
        wide = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, begin)
        wide += struct.pack("<4sIQI", b"PK\x06\x07", 0, begin + length, 1)
    many = min(count, MANY)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, many, many, min(length, FULL), min(begin, FULL),
                      len(LAST_WORDS) + 64)  # fmt: skip
    return wide + end + LAST_WORDS


def _as_others_list(path: Path) -> Optional[zipfile.ZipFile]:
    """The archive by its own list, whoever wrote it; None where it has none."""
    try:
        return zipfile.ZipFile(path)
    except Exception:
        return None


class Unwrapped:
    """The files of an archive, once all that stands around them was compared with what must stand there.

    There are two ways to the files: from one to the next, and by the list at the end. One changed byte spoils one of
    them at most; what the other says shows where it lies. Where neither leads to the list of the pack, another program
    has written the archive anew: then its files are read as that program listed them (`anew`).
    """

    def __init__(self, path: Path, needed: str, wrong: Callable[[str], None]) -> None:
        self._wrong, self._faults = wrong, 0
        self.anew: Optional[zipfile.ZipFile] = None
        size = path.stat().st_size
        with path.open("rb") as stream:
            whole = hash_of(stream, max(size - 64, 0))[0].encode("ascii") == stream.read()
            walked, place = by_headers(stream, size)
            listed = by_list(stream, size)
            self.members, self._begin = listed or (walked, place)
            if not (listed and listed[0]) and needed not in [one.name for one in walked]:
                self.anew = _as_others_list(path)
            if self.anew is not None:
                wrong("The archive was written anew by another program: it is not, byte for byte, what it was when it "
                      "was made. Its files are read by its own list.")  # fmt: skip
                return
            if listed is None:
                self._say("The archive's own list of files, at its end, was changed.")
            self._compare(stream, size)
        if not whole:
            wrong("The archive is not, byte for byte, what it was when it was made: its last 64 characters say so.")

    def _say(self, sentence: str) -> None:
        self._faults += 1
        if self._faults <= 20:
            self._wrong(sentence)

    def _compare(self, stream: BinaryIO, size: int) -> None:
        place = self._begin
        for one in self.members:
            header, entry = one.header(), one.entry()
            for at, must, what in ((one.offset, header, "what stands before it"), (place, entry, "what the list says")):
                stream.seek(at)
                if stream.read(len(must)) != must:
                    self._say("{}: {} of it in the archive was changed.".format(one.name, what))
            place += len(entry)
        end = end_of(len(self.members), self._begin, place - self._begin)
        stream.seek(place)
        if stream.read(len(end)) != end or place + len(end) + 64 != size:
            self._say("What stands at the end of the archive, after its list of files, was changed.")


class MemberStream(io.RawIOBase):
    """A file's bytes out of the archive, never more than were announced."""

    def __init__(self, path: Path, member: Member) -> None:
        super().__init__()
        self._stream, self._left, self._announced = path.open("rb"), member.packed, member.plain
        self._stream.seek(member.begin)
        if member.method not in (0, 8):
            raise ValueError("it is packed in a way that no pack uses")
        self._inflate = zlib.decompressobj(-15) if member.method == 8 else None
        self._crc, self._must = 0, member.crc

    def readable(self) -> bool:
        """It can be read, once."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        piece = self._next(len(buffer))
        if len(piece) > self._announced:
            raise ValueError("it is longer than was announced")
        self._announced -= len(piece)
        self._crc = zlib.crc32(piece, self._crc)
        if not piece and (self._announced or self._crc != self._must):
            raise ValueError("it breaks off, or its check sum is wrong")
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, most: int) -> bytes:
        if self._inflate is None:
            return self._read(most)
        while not self._inflate.eof:
            fed = self._inflate.unconsumed_tail or self._read(CHUNK)
            piece = self._inflate.decompress(fed, most)
            if piece:
                return piece
            if not fed:
                raise ValueError("it breaks off")
        if self._inflate.unused_data or self._left:
            raise ValueError("something follows it that does not belong to it")
        return b""

    def _read(self, most: int) -> bytes:
        chunk = self._stream.read(min(most, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
        super().close()
