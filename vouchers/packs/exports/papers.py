"""Documents and draws of a pack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vouchers.audit.canonical import canonical_moment
from vouchers.core.errors import NotFound
from vouchers.documents.models import Document, ScanState
from vouchers.documents.store import the_store
from vouchers.draws.exports import file_of
from vouchers.draws.queries import list_late
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.record import Cut
from vouchers.packs.queries import papers
from vouchers.reports.queries.record import covers_scope

HELD_BACK, GONE = "held back by the virus scanner", "no longer kept: its time was over, or it was erased"
_PACKED_ALREADY = ("application/pdf", "application/zip", "image/", "application/vnd.openxmlformats")


def write_documents(archive: Archive, cut: Cut, note: Callable[[], None]) -> list[dict[str, Any]]:
    """Every document that is covered, each content once; what is not there is listed with the reason.

    Returns the list as it stands in ``documents.jsonl``.
    """
    listed: list[dict[str, Any]] = []
    paths: dict[str, str] = {}
    for row in papers.list_documents(cut.first, cut.end, covers_scope(cut.mandate)):
        document: Document = row.Document
        facts = _facts(document)
        if document.scan_state == ScanState.QUARANTINED:
            facts["why_not"] = HELD_BACK
        elif document.sha256 in paths:
            facts["path"] = paths[document.sha256]
        else:
            path = f"documents/{document.subject_kind}/{document.subject_id}/{document.id}-{document.filename}"
            if _take(archive, document, path):
                facts["path"] = paths[document.sha256] = path
            else:
                facts["why_not"] = GONE
        listed.append(facts)
        note()
    with archive.file("documents.jsonl") as entry:
        entry.write_rows(listed)
    return listed


def _take(archive: Archive, document: Document, path: str) -> bool:
    try:
        stream = the_store().open(document.sha256)
    except NotFound:
        return False
    with stream, archive.file(path, is_packed=not document.media_type.startswith(_PACKED_ALREADY)) as entry:
        entry.write_from(stream)
    return True


def _facts(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "path": None,
        "subject_kind": document.subject_kind,
        "subject_id": document.subject_id,
        "purpose": document.purpose,
        "filename": document.filename,
        "media_type": document.media_type,
        "bytes": document.size,
        "sha256": document.sha256,
        "stored_at": canonical_moment(document.stored_at),
        "removed_at": canonical_moment(document.removed_at) if document.removed_at else None,
        "step_id": document.step_id,
    }


def write_draws(archive: Archive, cut: Cut) -> int:
    """Every draw that was run, as its public file says it. Answers how many."""
    count = 0
    for draw in list(papers.list_draws(cut.programme, cut.region)):
        with archive.file(f"draws/draw-{draw.id}.json") as entry:
            entry.write(file_of(draw, list_late(draw)))
        count += 1
    return count
