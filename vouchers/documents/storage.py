"""Where the bytes of documents lie: each file once, under its own SHA-256, so a file cannot change unnoticed.

A `Store` is told apart from its rows in the database on purpose: the bytes are written and made durable first, then
the row is committed. A crash between the two leaves bytes that nobody names, never a row without its bytes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from vouchers.core.errors import NotFound
from vouchers.core.text import say as _

CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Store(Protocol):
    """A place for bytes; a key is the SHA-256 of the content in 64 lower-case hex digits."""

    def put(self, stream: BinaryIO) -> str:
        """Keep the bytes of the stream from its start, durably; answers their key. Twice changes nothing."""

    def open(self, key: str) -> BinaryIO:
        """The bytes, to read and close. Raises NotFound when they are missing."""

    def exists(self, key: str) -> bool:
        """Whether there are bytes under this key."""

    def verify(self, key: str) -> bool:
        """Read the bytes again: whether they are there and still are what the key says."""

    def delete(self, key: str, *, touched_before: datetime | None = None) -> bool:
        """Remove the bytes for good, unless somebody laid the same ones in since a moment that is given.
        Answers whether they were removed."""

    def keys(self) -> Iterator[str]:
        """Every key held, in no order: to find bytes that no row names."""


class FolderStore:
    """A folder on a local disk: ``ab/cd/abcd…``, readable by the office's own account only (0700, 0600)."""

    def __init__(self, root: Path):
        self.root = root
        self.incoming = root / "incoming"
        _make_private(self.incoming)

    def put(self, stream: BinaryIO) -> str:
        """Write beside, make durable, then give it its name: a crash leaves nothing half under a final name."""
        stream.seek(0)
        _make_private(self.incoming)
        temporary = self.incoming / secrets.token_hex(16)
        try:
            key, size = self._write(stream, temporary)
            final = self._path(key)
            _make_private(final.parent)
            with self._turn():
                if final.exists() and final.stat().st_size == size:
                    os.utime(final)  # they are wanted again: a deletion that is under way leaves them
                else:
                    temporary.replace(final)
            _sync_folder(final.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return key

    def _write(self, stream: BinaryIO, path: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    def open(self, key: str) -> BinaryIO:
        """The bytes, to read and close. Raises NotFound when they are missing."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise NotFound(_("The stored file is missing. Please tell the office.")) from None

    def exists(self, key: str) -> bool:
        """Whether there are bytes under this key."""
        return self._path(key).is_file()

    def verify(self, key: str) -> bool:
        """Read the bytes again: whether they are there and still are what the key says."""
        try:
            with self._path(key).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == key
        except FileNotFoundError:
            return False

    def delete(self, key: str, *, touched_before: datetime | None = None) -> bool:
        """Remove the bytes for good, unless somebody laid the same ones in since a moment that is given.
        Answers whether they were removed."""
        path = self._path(key)
        with self._turn():
            try:
                if touched_before is not None and path.stat().st_mtime >= touched_before.timestamp():
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        _sync_folder(path.parent)
        return True

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One at a time, over all processes: whoever finds bytes here and relies on them, or removes them."""
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def keys(self) -> Iterator[str]:
        """Every key held, in no order."""
        return (path.name for path in self.root.glob("??/??/*") if _KEY.fullmatch(path.name))

    def sweep_temporary(self, older_than: datetime) -> int:
        """Remove what crashed writers left behind, if last touched before this moment; answers how many."""
        swept = 0
        for path in self.incoming.iterdir():
            try:
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
                    swept += 1
            except FileNotFoundError:
                continue
        return swept

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a key is 64 lower-case hex digits")
        return self.root / key[:2] / key[2:4] / key


def _make_private(folder: Path) -> None:
    """Make the folder and its missing parents with mode 0700, each durably entered in its own parent."""
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
