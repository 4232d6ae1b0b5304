#!/usr/bin/env python3
"""Check an audit pack, and say whether anything in it was changed.

This program needs Python 3.8 or later and nothing else: no library, no network, no account. It shares no line with the
office that made the pack. Give it the pack, as the file that you were given or unpacked into a folder:

    python3 -I verify.py pack-7.zip --sha256 HASH

It checks every byte of the file; every event against the tree and the seals; the seals against one another; every
journal against the event that booked it; the balances of both books, and that no stage of a budget was ever negative;
that the books say the same in each form, in every column of every line; every submission, claim and document; and
every draw by lot and every sample, which it draws again.
It names whatever is wrong. What you know from elsewhere makes it stronger:

    --size, --root  how many events the pack's seal covers, and its root, as you noted them of the seal's page
    --sha256        the hash of the whole pack, as its page showed it. Some files are for reading only (pages in HTML,
                    the JSON of a voucher, names in lists), and no seal covers them: only this hash does
    --earlier FILE  an earlier pack of the same office: this one must continue it, event by event and cent by cent

    python3 -I verify.py pack-7.zip --prove 17 > event-17.json

writes the proof of event 17 for verify_proof.py. It ends with 0 when all is right, with 1 when something is wrong, and
with 2 when it could not check: a file that cannot be read, a slip of typing.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, Optional

from vouchers.packs.files.wrapping import Member, MemberStream, Unwrapped, hash_of

# --- The pack as a file: every byte -----------------------------------------------------------------------------------

MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
FORMATS = ["innovation-voucher-office audit pack {}".format(number) for number in (1, 2, 3)]
HEX = re.compile(r"[0-9a-f]{64}")
SAFE = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")


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

    def __init__(self, path: Path, report: Report) -> None:
        self.path = path
        self.is_archive = path.is_file()
        self.members: Dict[str, Member] = {}
        self.anew: Dict[str, zipfile.ZipInfo] = {}
        self.archive: Optional[zipfile.ZipFile] = None
        """Where another program has written it anew: that, and its files as it lists them."""
        self.names: Dict[str, int] = {}
        if self.is_archive:
            self._unwrap(Unwrapped(path, MANIFEST, report.wrong))
            return
        for found in sorted(path.rglob("*")):
            name = found.relative_to(path).as_posix()
            if found.is_symlink() or not (found.is_file() or found.is_dir()):
                report.wrong("{}: it is a link, or no plain file, and is not followed.".format(name))
            elif found.is_file():
                self.names[name] = 1

    def _unwrap(self, unwrapped: Unwrapped) -> None:
        self.archive = unwrapped.anew
        if self.archive is not None:
            for info in self.archive.infolist():
                if not info.is_dir():
                    self.names[info.filename] = self.names.get(info.filename, 0) + 1
                    self.anew.setdefault(info.filename, info)
            return
        for one in unwrapped.members:
            self.names[one.name] = self.names.get(one.name, 0) + 1
            self.members.setdefault(one.name, one)

    def open(self, name: str) -> BinaryIO:
        """A file's bytes."""
        if self.archive is not None:
            found: Any = self.archive.open(self.anew[name])
            return io.BufferedReader(found, 1 << 16)
        if self.is_archive:
            return io.BufferedReader(MemberStream(self.path, self.members[name]), 1 << 16)
        return (self.path / name).open("rb")

    def packed_hash(self, name: str) -> Optional[str]:
        """The hash of a file as it lies in the archive; None where no office packed it."""
        if not self.is_archive or self.archive is not None:
            return None
        one = self.members[name]
        with self.path.open("rb") as stream:
            stream.seek(one.begin)
            return hash_of(stream, one.packed)[0]

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


def open_pack(path: Path, report: Report) -> Pack:
    """The pack."""
    if not path.exists():
        raise Unclear("There is no {}.".format(path))
    return Pack(path, report)


def check_files(pack: Pack, report: Report) -> Any:
    """Every file against the manifest. Returns the manifest, None where it cannot be used."""
    for name, count in sorted(pack.names.items()):
        if not SAFE.fullmatch(name):
            report.wrong("{!r}: no file of a pack has such a name, and it is not opened.".format(name))
        if count > 1:
            report.wrong("{}: it is in the pack twice.".format(name))
    manifest = _read_manifest(pack, report)
    if manifest is None:
        return None
    listed = manifest["files"] = {one["name"]: one for one in manifest["files"]}
    for name in sorted(set(pack.names) - set(listed) - {MANIFEST, MANIFEST_HASH}):
        report.wrong("{}: it is in the pack, but not in its list.".format(name))
    sound = [_check_file(pack, name, facts, report) for name, facts in listed.items()]
    manifest["is_damaged"] = not all(sound)
    report.tell("files", "{} files, {} bytes".format(len(listed), sum(one["bytes"] for one in listed.values())))
    return manifest


def _read_manifest(pack: Pack, report: Report) -> Any:
    if MANIFEST not in pack.names:
        report.wrong("{} is damaged or missing, so nothing else can be checked: it is not there.".format(MANIFEST))
        return None
    try:
        content = pack.read(MANIFEST)
    except Exception as problem:
        report.wrong("{} is damaged or missing, so nothing else can be checked: {!r}.".format(MANIFEST, problem))
        return None
    said = "{}  {}\n".format(hashlib.sha256(content).hexdigest(), MANIFEST)
    if _attempt(pack, MANIFEST_HASH) != said.encode("ascii"):
        report.wrong("{} is not the one whose hash stands in {}.".format(MANIFEST, MANIFEST_HASH))
    try:
        manifest = json.loads(content.decode("utf-8"))
        names = [one["name"] for one in manifest["files"]]
    except Exception as problem:
        report.wrong("{} is damaged, so nothing else can be checked: {!r}.".format(MANIFEST, problem))
        return None
    if manifest["format"] not in FORMATS:
        report.wrong("{} is that of something else: {!r}.".format(MANIFEST, manifest["format"]))
        return None
    if len(names) != len(set(names)):
        report.wrong("{} names a file twice.".format(MANIFEST))
    return manifest


def _check_file(pack: Pack, name: str, facts: Any, report: Report) -> bool:
    """Whether it is the file that was put in, lying there as it was put."""
    if name not in pack.names:
        report.wrong("{}: it is missing.".format(name))
        return False
    try:
        with pack.open(name) as stream:
            found = hash_of(stream)
    except Exception as problem:
        report.wrong("{}: it cannot be read: {}.".format(name, problem))
        return False
    if found != (facts["sha256"], facts["bytes"]):
        report.wrong("{}: it is not the file that was put in; its hash is {}.".format(name, found[0]))
        return False
    if pack.packed_hash(name) not in (None, facts["packed_sha256"]):
        report.wrong("{}: it says the same, but does not lie in the archive as it was put.".format(name))
        return False
    return True


def _attempt(pack: Pack, name: str) -> Optional[bytes]:
    try:
        return pack.read(name)
    except Exception:
        return None


def sha256(*parts: bytes) -> bytes:
    """The hash of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: Any) -> bytes:
    """The one byte string of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
