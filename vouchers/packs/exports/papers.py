"""Documents, draws by lot and samples of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from vouchers.audit.canonical import canonical_moment
from vouchers.audits.exports import draw_json
from vouchers.audits.queries.samples import find_population, list_all_units
from vouchers.core.errors import NotFound
from vouchers.documents.models import Document, ScanState
from vouchers.documents.store import the_store
from vouchers.draws.exports import file_of
from vouchers.draws.queries import list_late
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.record import Cut, Found
from vouchers.packs.exports.threads import Kind
from vouchers.packs.queries import papers
from vouchers.packs.queries.belonging import Belonging
from vouchers.packs.rules import DISPOSED, HELD_BACK, LOST, safe_name

_AT_ONCE = 200
_PACKED_ALREADY = ("application/pdf", "application/zip", "image/", "application/vnd.openxmlformats")


def write_documents(archive: Archive, cut: Cut, found: Found, note: Callable[[int], None]) -> None:
    """Every document that is covered; of one that is not there, the row with the reason.

    Args:
        note: is told how many were gone through.
    """
    for count, facts in enumerate(_taken(archive, cut, found), start=1):
        found.documents_aside.write(facts)
        if facts["subject_kind"] == "statement" and facts["path"]:
            found.statements[facts["id"]] = facts["path"]
        found.threads.add(facts["vouchers"], Kind.DOCUMENT, facts["id"], facts)
        note(count)
    with archive.file("documents.jsonl") as entry:
        entry.write_rows(found.documents_aside)


def _taken(archive: Archive, cut: Cut, found: Found) -> Iterator[dict[str, Any]]:
    numbers, belonging = iter(found.document_ids), Belonging(cut.cover, cut.seal.sealed_at)
    while some := list(islice(numbers, _AT_ONCE)):
        documents = papers.list_numbered(some)
        vouchers = belonging.map_vouchers((one.subject_kind, one.subject_id) for one in documents)
        for document in documents:
            own = vouchers.get((document.subject_kind, document.subject_id), [])
            yield _take(archive, document, own, cut.seal.sealed_at)


def _take(archive: Archive, document: Document, vouchers: Sequence[str], sealed_at: datetime) -> dict[str, Any]:
    facts = _facts(document, vouchers, sealed_at)
    if document.disposed_at is not None:
        return facts | {"why_not": DISPOSED}
    if document.scan_state == ScanState.QUARANTINED:
        return facts | {"why_not": HELD_BACK}
    path = f"documents/{document.subject_kind}/{document.subject_id}/{document.id}-{safe_name(document.filename)}"
    try:
        stream = the_store().open(document.sha256)
    except NotFound:
        why_not = DISPOSED if papers.is_disposed(document) else LOST
        return _facts(document, vouchers, sealed_at) | {"why_not": why_not}
    with stream, archive.file(path, is_packed=not document.media_type.startswith(_PACKED_ALREADY)) as entry:
        entry.write_from(stream)
    return facts | {"path": path}


def _facts(document: Document, vouchers: Sequence[str], sealed_at: datetime) -> dict[str, Any]:
    removed_at = document.removed_at if document.removed_at and document.removed_at <= sealed_at else None
    return {
        "id": document.id,
        "path": None,
        "vouchers": list(vouchers),
        "subject_kind": document.subject_kind,
        "subject_id": document.subject_id,
        "purpose": document.purpose,
        "filename": document.filename,
        "media_type": document.media_type,
        "bytes": document.size,
        "sha256": document.sha256,
        "stored_at": canonical_moment(document.stored_at),
        "removed_at": canonical_moment(removed_at) if removed_at else None,
        "disposed_at": canonical_moment(document.disposed_at) if document.disposed_at else None,
        "step_id": document.step_id,
    }


def write_draws(archive: Archive, cut: Cut) -> int:
    """Every draw by lot that was run, as its public file says it. Answers how many."""
    count = 0
    for draw in list(papers.list_draws(cut.cover, cut.seal)):
        with archive.file(f"draws/draw-{draw.id}.json") as entry:
            entry.write(file_of(draw, list_late(draw)))
        count += 1
    return count


def write_samples(archive: Archive, cut: Cut) -> int:
    """Every sample that was drawn, with its population: what is needed to draw it again. Answers how many."""
    count = 0
    for sample in list(papers.list_samples(cut.mandate, cut.cover, cut.seal)):
        population = find_population(sample)
        if population is None or population.disposed_at is not None:
            continue
        with archive.file(f"samples/{sample.number}/draw.json") as entry:
            entry.write(draw_json(sample, list_all_units(sample)).encode())
        path = f"samples/{sample.number}/population.csv"
        with the_store().open(population.sha256) as stream, archive.file(path) as entry:
            entry.write_from(stream)
        count += 1
    return count
