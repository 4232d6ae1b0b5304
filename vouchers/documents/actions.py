"""Keeping files. Reading, checking and scanning an upload happens before the step; inside it only a row is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import SEEK_END, BytesIO
from typing import BinaryIO

from sqlalchemy import update

from vouchers.core.database import db, unit_memo, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.documents import queries
from vouchers.documents.classes import CLASS_OF_KIND, Law, PaperClass
from vouchers.documents.models import Document, ScanState
from vouchers.documents.scanning import Verdict
from vouchers.documents.sniffing import ensure_acceptable
from vouchers.documents.store import the_scanner, the_store

UPLOAD_GRACE = timedelta(hours=1)
"""Bytes lie in the store before the step that names them commits; no request lasts as long as this."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Bytes that lie in the store and belong to nobody yet."""

    filename: str
    media_type: str
    size: int
    sha256: str
    scan_state: ScanState


def take_upload(stream: BinaryIO, filename: str, *, max_bytes: int) -> KeptFile:
    """Check what was uploaded by its bytes, have it scanned, and lay it into the store.

    Raises:
        RuleBroken: wrong kind, too large, empty, or a virus was found (field ``file``).
    """
    sniffed = ensure_acceptable(stream, filename, max_bytes=max_bytes)
    stream.seek(0)
    result = the_scanner().scan(stream)
    if result.verdict == Verdict.INFECTED:
        raise RuleBroken(_("The virus scanner found something harmful in this file. It was not stored."), field="file")
    states = {Verdict.CLEAN: ScanState.CLEAN, Verdict.UNSCANNED: ScanState.UNSCANNED}
    stream.seek(0)
    key = the_store().put(stream)
    return KeptFile(
        sniffed.safe_name, sniffed.media_type, sniffed.size, key, states.get(result.verdict, ScanState.QUARANTINED)
    )


def ensure_harmless(stream: BinaryIO) -> None:
    """Have a file scanned that is read elsewhere. The stream is left at its start.

    Raises:
        RuleBroken: a virus was found (field ``file``).
    """
    stream.seek(0)
    if the_scanner().scan(stream).verdict == Verdict.INFECTED:
        raise RuleBroken(_("The virus scanner found something harmful in this file. It was not stored."), field="file")
    stream.seek(0)


def take_made(content: bytes, filename: str, media_type: str) -> KeptFile:
    """Lay a file of our own making into the store."""
    return KeptFile(filename, media_type, len(content), the_store().put(BytesIO(content)), ScanState.CLEAN)


def take_written(stream: BinaryIO, filename: str, media_type: str) -> KeptFile:
    """The same with a file that is too large to be held in memory."""
    return KeptFile(filename, media_type, stream.seek(0, SEEK_END), the_store().put(stream), ScanState.CLEAN)


def add_document(
    kept: KeptFile, *, purpose: str, subject_kind: str, subject_id: int, step_id: str, by_id: int | None, at: datetime
) -> Document:
    """Put a kept file onto a subject, in the open step."""
    document = Document(
        subject_kind=subject_kind,
        subject_id=subject_id,
        purpose=purpose,
        filename=kept.filename,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        scan_state=kept.scan_state,
        stored_at=at,
        stored_by_id=by_id,
        step_id=step_id,
    )
    db.session.add(document)
    db.session.flush()
    name_content(step_id, subject_kind, purpose, kept.sha256)
    return document


def name_content(step_id: str, kind: str, purpose: str, sha256: str) -> None:
    """Let the event of the open step name a content by its SHA-256, so that the seals cover it, too."""
    unit_memo().setdefault(f"contents {step_id}", []).append({"kind": kind, "purpose": purpose, "sha256": sha256})


def contents_of(step_id: str) -> list[dict[str, str]]:
    """What `name_content` was told of an open step: for its event."""
    named: list[dict[str, str]] = unit_memo().get(f"contents {step_id}", [])
    return named


def dispose_document(document: Document, *, at: datetime) -> None:
    """Remove the bytes of a file for good, in the open step, whose moment says on the row that it was done on purpose.

    Bytes that another file is made of, too, stay for that one. They go before the step commits: if it fails, whoever
    takes it again finds nothing to remove, and ends it.
    """
    document.disposed_at = at
    db.session.flush()
    if not queries.is_kept(document.sha256):
        the_store().delete(document.sha256)


def remove_document(document: Document, *, at: datetime) -> None:
    """Take a file off its subject, in the open step; the row and the bytes stay until retention ends."""
    document.removed_at = at


def dispose_of_documents(
    documents: Sequence[Document], law: Law, *, paper: PaperClass | None = None, at: datetime
) -> int:
    """Delete files whose time has ended, in the open step: the rows keep hash, size, class and law, and no name.

    Their bytes go after the commit (`remove_bytes`). Files that were deleted before stay as they are. Answers how many
    were deleted.

    Args:
        paper: their class; otherwise that of what each stands on.
    """
    left = [one for one in documents if one.disposed_at is None]
    for document in left:
        document.filename, document.disposed_at, document.disposed_law = "", at, law
        document.disposed_class = paper or CLASS_OF_KIND[document.subject_kind]
    return len(left)


def remove_bytes(*, at: datetime, most: int = 500) -> int:
    """Take the bytes of deleted files out of the store, some rows in each unit of work; answers how many rows.

    Bytes that another file is made of too stay. So do those that somebody has just uploaded again: they are taken up
    by a later run. May be killed and run again, and run many times at once.
    """
    seen, count = 0, 0
    while rows := queries.list_bytes_left(after=seen, most=most):
        seen = rows[-1].id
        gone = [row.id for row in rows if _is_gone(row, at)]
        with unit_of_work():
            removed = update(Document).where(Document.id.in_(gone)).values(bytes_removed_at=at)
            db.session.execute(removed.execution_options(synchronize_session=False))
        count += len(gone)
    return count


def _is_gone(row: Document, at: datetime) -> bool:
    if queries.is_kept(row.sha256):
        return True
    return the_store().delete(row.sha256, touched_before=at - UPLOAD_GRACE) or not the_store().exists(row.sha256)
