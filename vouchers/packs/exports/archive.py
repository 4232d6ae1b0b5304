"""A ZIP that is written in one go, in constant memory, and that knows the hash of everything in it.

Each file's hash and length stand in the manifest, the manifest's hash beside it, and the last 64 characters of the
archive are the hash of every byte before them: so a changed byte is found wherever it is.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO

CHUNK = 1 << 20
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
_LAST_WORDS = b"SHA-256 of every byte before these 64: "


class Entry:
    """A file that is being written."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Add bytes at the end."""
        self._stream.write(content)
        self._digest.update(content)
        self.size += len(content)

    def write_rows(self, rows: Iterable[Any]) -> int:
        """Add values as JSON Lines; answers how many."""
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007
            self.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        return count

    def write_from(self, stream: BinaryIO) -> None:
        """Add what can be read."""
        while chunk := stream.read(CHUNK):
            self.write(chunk)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"bytes": self.size, "sha256": self._digest.hexdigest()}


class Archive:
    """The pack, while it is built."""

    def __init__(self, stream: BinaryIO, at: datetime) -> None:
        self._stream, self._moment = stream, at.timetuple()[:6]
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.files: dict[str, dict[str, Any]] = {}

    @contextmanager
    def file(self, name: str, *, is_packed: bool = True) -> Iterator[Entry]:
        """A new file. What is compressed already, or cannot be, is stored as it is."""
        info = zipfile.ZipInfo(name, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        info._compresslevel = 4  # type: ignore[attr-defined]  # a third of the time of 6 for a tenth more bytes
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as stream:
            entry = Entry(stream)
            yield entry
        self.files[name] = entry.facts

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest and its hash, then the hash of everything."""
        manifest = json.dumps(facts | {"files": self.files}, ensure_ascii=False, indent=1, sort_keys=True).encode()
        for name, content in (
            (MANIFEST, manifest),
            (MANIFEST_HASH, f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()),
        ):
            with self.file(name) as entry:
                entry.write(content)
        self._zip.comment = _LAST_WORDS + b"0" * 64
        self._zip.close()
        end = self._stream.seek(0, 2) - 64
        self._stream.seek(0)
        digest, left = hashlib.sha256(), end
        while left:
            chunk = self._stream.read(min(CHUNK, left))
            digest.update(chunk)
            left -= len(chunk)
        self._stream.seek(end)
        self._stream.write(digest.hexdigest().encode())
        self._stream.flush()
