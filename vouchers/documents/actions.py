"""Keeping files. Reading, checking and scanning an upload happens before the step; inside it only a row is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import SEEK_END, BytesIO
from typing import BinaryIO

from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.documents.models import Document, ScanState
from vouchers.documents.queries import is_kept
from vouchers.documents.scanning import Verdict
from vouchers.documents.sniffing import ensure_acceptable
from vouchers.documents.store import the_scanner, the_store


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
    return document


def dispose_document(document: Document, *, at: datetime) -> None:
    """Remove the bytes of a file for good, in the open step, whose moment says on the row that it was done on purpose.

    Bytes that another file is made of, too, stay for that one. They go before the step commits: if it fails, whoever
    takes it again finds nothing to remove, and ends it.
    """
    document.disposed_at = at
    db.session.flush()
    if not is_kept(document.sha256):
        the_store().delete(document.sha256)


def remove_document(document: Document, *, at: datetime) -> None:
    """Take a file off its subject, in the open step; the row and the bytes stay until retention ends."""
    document.removed_at = at
