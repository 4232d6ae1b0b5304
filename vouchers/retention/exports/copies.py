"""A person's own data as one file: JSON for programs, a page for reading, and their own files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import IO, Any, BinaryIO

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.retention.queries import own
from vouchers.users.models import User

_STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap}"
)
_CHUNK = 256 * 1024


def write_copy(user: User, stream: BinaryIO, *, at: datetime) -> None:
    """Write ``data.json``, ``index.html`` and ``files/`` of what is kept of a person, row by row."""
    files, day = own.list_own_files(user), at.timetuple()[:6]
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open(zipfile.ZipInfo("data.json", day), "w", force_zip64=True) as file:
            _write(file, _json_pieces(user, files, at))
        with package.open(zipfile.ZipInfo("index.html", day), "w", force_zip64=True) as file:
            _write(file, _html_pieces(user, files, at))
        for document in files:
            with (
                the_store().open(document.sha256) as source,
                package.open(zipfile.ZipInfo(_name_of(document), day), "w", force_zip64=True) as file,
            ):
                while chunk := source.read(_CHUNK):
                    file.write(chunk)


def _write(file: IO[bytes], pieces: Iterator[str]) -> None:
    for piece in pieces:
        file.write(piece.encode())


def _name_of(document: Document) -> str:
    return f"files/{document.id}-{document.filename}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, State) else value


def _file_row(document: Document) -> dict[str, Any]:
    return {
        "file": _name_of(document),
        "sha256": document.sha256,
        "size": document.size,
        "stored_at": document.stored_at.isoformat(),
    }


def _json_pieces(user: User, files: list[Document], at: datetime) -> Iterator[str]:
    yield json.dumps({"written_at": at.isoformat()})[:-1]
    for name, _heading, statement in own.sections_of(user):
        yield f',\n"{name}": ['
        for number, row in enumerate(own.stream_rows(statement)):
            plain = {key: _plain(value) for key, value in row.items()}
            yield (",\n" if number else "\n") + json.dumps(plain, ensure_ascii=False, default=str)
        yield "]"
    yield f',\n"files": {json.dumps([_file_row(one) for one in files], ensure_ascii=False)}}}\n'


def _html_pieces(user: User, files: list[Document], at: datetime) -> Iterator[str]:
    title = escape(str(_("What is kept of %(name)s", name=user.name)))
    yield f'<!DOCTYPE html>\n<html lang="{escape(user.language)}"><head><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>\n<p>{at.isoformat()}</p>\n"
    for _name, heading, statement in own.sections_of(user):
        yield from _table(str(heading), own.stream_rows(statement))
    yield from _table(str(_("Files")), map(_file_row, files))
    yield "</body></html>\n"


def _table(heading: str, rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    is_begun = False
    for row in rows:
        if not is_begun:
            yield f"<h2>{escape(heading)}</h2>\n<table><tr>"
            yield "".join(f'<th scope="col">{escape(key)}</th>' for key in row) + "</tr>\n"
            is_begun = True
        yield "<tr>" + "".join(f"<td>{escape(_told(value))}</td>" for value in row.values()) + "</tr>\n"
    if is_begun:
        yield "</table>\n"


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, State):
        return str(value.label)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1, default=str)
    return str(_plain(value))
