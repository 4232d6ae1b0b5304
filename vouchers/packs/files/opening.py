#!/usr/bin/env python3
"""Check an audit pack, and say whether anything in it was changed.

This program needs Python 3.8 or later and nothing else: no library, no network, no account. It shares no line with the
office that made the pack. Give it the pack, as the file that you were given or unpacked into a folder:

    python3 verify.py pack-7.zip

It checks every file against the list of their hashes; every event against the tree and the seals; the seals against
one another; every journal against the event that booked it; the balances of both books, and that no stage of a budget
was ever negative; and every draw by lot. It names whatever is wrong. What you know from elsewhere makes it stronger:

    --size, --root  how many events the pack's seal covers, and its root, as you noted them of the seal's page
    --sha256        the hash of the whole pack, as its page showed it
    --earlier FILE  an earlier pack: this one must continue it, event by event and cent by cent

    python3 verify.py pack-7.zip --prove 17 > event-17.json

writes the proof of event 17 for verify_proof.py. It ends with 0 when all is right, with 1 when something is wrong, and
with 2 when it could not check: a file that cannot be read, a slip of typing.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, Iterator, List, Optional, Tuple

# --- The pack as a file: every byte -----------------------------------------------------------------------------------

CHUNK = 1 << 20
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
HEX = re.compile(r"[0-9a-f]{64}")


class Unclear(Exception):
    """What was given cannot be checked; the sentence says why."""


class Report:
    """What was found. Nothing is wrong until somebody says so."""

    def __init__(self) -> None:
        self.faults: List[str] = []

    def wrong(self, sentence: str) -> None:
        """Something is not as it should be."""
        self.faults.append(sentence)
        if len(self.faults) <= 100:
            print("WRONG. {}".format(sentence))

    def tell(self, what: str, words: Any) -> None:
        """One line about what was checked."""
        print("{:<12}{}".format(what, words))


class Pack:
    """The files of a pack, from an archive or from a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive: Optional[zipfile.ZipFile] = None
        if path.is_dir():
            self.names = [one.relative_to(path).as_posix() for one in sorted(path.rglob("*")) if one.is_file()]
            return
        self.archive = zipfile.ZipFile(str(path))
        self.names = [one.filename for one in self.archive.infolist()]

    def open(self, name: str) -> BinaryIO:
        """A file's bytes."""
        if self.archive is not None:
            return self.archive.open(name)  # type: ignore[return-value]
        return (self.path / name).open("rb")

    def read(self, name: str) -> bytes:
        """A file's bytes at once."""
        with self.open(name) as stream:
            return stream.read()

    def rows(self, name: str) -> Iterator[Any]:
        """The values of a file of JSON Lines, where there is such a file."""
        if name in self.names:
            with self.open(name) as stream:
                for line in stream:
                    yield json.loads(line.decode("utf-8"))


def open_pack(path: Path, report: Report) -> Optional[Pack]:
    """The pack, if it can be opened at all."""
    if not path.exists():
        raise Unclear("There is no {}.".format(path))
    if path.is_file():
        check_whole(path, report)
    try:
        return Pack(path)
    except Exception as problem:
        report.wrong("The archive's own list of files, at its end, is damaged: {}.".format(problem))
        return None


def hash_of(stream: BinaryIO, size: Optional[int] = None) -> Tuple[str, int]:
    """SHA-256 and length of what can be read, or of so many bytes."""
    digest, length = hashlib.sha256(), 0
    while True:
        chunk = stream.read(CHUNK if size is None else min(CHUNK, size - length))
        if not chunk:
            return digest.hexdigest(), length
        digest.update(chunk)
        length += len(chunk)


def check_whole(path: Path, report: Report) -> None:
    """The last 64 characters of the archive are the hash of every byte before them."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        found, _length = hash_of(stream, max(size - 64, 0))
        said = stream.read()
    if said.decode("latin-1") != found:
        report.wrong("The archive is not, byte for byte, what it was when it was made: its last 64 characters say so.")


def check_headers(pack: Pack, report: Report) -> None:
    """What stands before each file in the archive says the same of it as the list at the end."""
    if pack.archive is None or not report.faults:
        return
    with pack.path.open("rb") as stream:
        for one in pack.archive.infolist():
            stream.seek(one.header_offset)
            fields = struct.unpack("<4s5H3L2H", stream.read(30))
            name = stream.read(fields[9])
            day = (one.date_time[0] - 1980) << 9 | one.date_time[1] << 5 | one.date_time[2]
            time = one.date_time[3] << 11 | one.date_time[4] << 5 | one.date_time[5] // 2
            listed = (b"PK\x03\x04", one.flag_bits, one.compress_type, time, day)
            found = (fields[0], fields[2], fields[3], fields[4], fields[5])
            if listed != found or name != one.filename.encode("utf-8"):
                report.wrong("{}: its header in the archive was changed.".format(one.filename))
    if len(report.faults) == 1:
        report.wrong("Every file is whole; what was changed is how the archive wraps them, or its list at the end.")


def check_files(pack: Pack, report: Report) -> Any:
    """Every file against the manifest. Returns the manifest, None where it cannot be used."""
    try:
        content = pack.read(MANIFEST)
        manifest = json.loads(content.decode("utf-8"))
        listed = manifest["files"]
    except Exception as problem:
        report.wrong("{} is damaged or missing, so nothing else can be checked: {}.".format(MANIFEST, problem))
        return None
    said = "{}  {}\n".format(hashlib.sha256(content).hexdigest(), MANIFEST)
    if MANIFEST_HASH not in pack.names or _attempt(pack, MANIFEST_HASH) != said.encode("ascii"):
        report.wrong("{} is not the one whose hash stands in {}.".format(MANIFEST, MANIFEST_HASH))
    for name in sorted(set(pack.names)):
        if pack.names.count(name) > 1:
            report.wrong("{}: it is in the pack twice.".format(name))
        if name not in listed and name not in (MANIFEST, MANIFEST_HASH):
            report.wrong("{}: it is in the pack, but not in its list.".format(name))
    damaged = []
    for name, facts in sorted(listed.items()):
        if name not in pack.names:
            report.wrong("{}: it is missing.".format(name))
            damaged.append(name)
            continue
        try:
            with pack.open(name) as stream:
                found = hash_of(stream)
        except Exception as problem:
            found = ("", 0)
            report.wrong("{}: it cannot be read: {}.".format(name, problem))
        if found != (facts["sha256"], facts["bytes"]):
            damaged.append(name)
            if found[0]:
                report.wrong("{}: it is not the file that was put in; its hash is {}.".format(name, found[0]))
    report.tell("files", "{} files, {} bytes".format(len(listed), sum(one["bytes"] for one in listed.values())))
    manifest["damaged"] = damaged
    return manifest


def _attempt(pack: Pack, name: str) -> bytes:
    try:
        return pack.read(name)
    except Exception:
        return b""


def sha256(*parts: bytes) -> bytes:
    """The hash of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: Any) -> bytes:
    """The one byte string of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
