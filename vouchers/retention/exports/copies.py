"""A person's own data as one file: JSON for programs, a page for reading, and their own files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any, BinaryIO

from vouchers.core.lifecycle import State
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.retention.exports.copy_page import page_pieces
from vouchers.retention.queries import copies
from vouchers.retention.queries.sections import stream_rows
from vouchers.users.models import User

_CHUNK = 256 * 1024


def write_copy(user: User, stream: BinaryIO, *, at: datetime, note: Callable[[int], None]) -> None:
    """Write ``data.json``, ``index.html`` and ``files/`` of what is kept of a person, row by row.

    Args:
        note: is told between two sections or files how far it has come, in percent.
    """
    files, day = copies.list_own_files(user), at.timetuple()[:6]
    parts = 2 * len(copies.list_sections()) + len(files)
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        note(min(99, 100 * done // parts))

    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open(zipfile.ZipInfo("data.json", day), "w", force_zip64=True) as file:
            _write(file, _json_pieces(user, files, at, count))
        with package.open(zipfile.ZipInfo("index.html", day), "w", force_zip64=True) as file:
            _write(file, page_pieces(user, [_file_row(one) for one in files], at, count))
        for document in files:
            _write_file(package, document, day)
            count()


def _write(file: IO[bytes], pieces: Iterator[str]) -> None:
    for piece in pieces:
        file.write(piece.encode())


def _write_file(package: zipfile.ZipFile, document: Document, day: Any) -> None:
    if not the_store().exists(document.sha256):
        return
    with (
        the_store().open(document.sha256) as source,
        package.open(zipfile.ZipInfo(_name_of(document), day), "w", force_zip64=True) as file,
    ):
        while chunk := source.read(_CHUNK):
            file.write(chunk)


def _name_of(document: Document) -> str:
    return f"files/{document.id}-{document.filename}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, State) else value


def _file_row(document: Document) -> dict[str, Any]:
    """One uploaded file; `file` is None where the store has lost it."""
    return {
        "file": _name_of(document) if the_store().exists(document.sha256) else None,
        "filename": document.filename,
        "purpose": document.purpose,
        "sha256": document.sha256,
        "size": document.size,
        "stored_at": document.stored_at,
        "removed_at": document.removed_at,
    }


def _json_pieces(user: User, files: list[Document], at: datetime, count: Callable[[], None]) -> Iterator[str]:
    yield json.dumps({"written_at": at.isoformat()})[:-1]
    for section in copies.list_sections():
        yield f',\n"{section.name}": ['
        for number, row in enumerate(stream_rows(section, user)):
            yield (",\n" if number else "\n") + _json(row)
        yield "]"
        count()
    yield ',\n"files": [' + ",\n".join(_json(_file_row(one)) for one in files) + "]}\n"


def _json(row: dict[str, Any]) -> str:
    return json.dumps({key: _plain(value) for key, value in row.items()}, ensure_ascii=False, default=str)
