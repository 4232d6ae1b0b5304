"""The files behind the books: those of each step that booked, and of what each journal is about, are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select

from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.proof import Fault


def faults_of_files(*, is_whole: bool = False) -> Iterator[Fault]:
    """Every file behind a journal that is missing; with `is_whole` each is read again, and must be what it was.

    A file was given its name by its own SHA-256, which its row has, and which the event of its step covers. Files that
    were deleted when their time had ended are not asked for.
    """
    store = the_store()
    is_there = store.verify if is_whole else store.exists
    seen: set[str] = set()
    for behind in (
        Journal.step_id == Document.step_id,
        and_(Journal.subject_kind == Document.subject_kind, Journal.subject_id == Document.subject_id),
    ):
        for document_id, name, key, journal_id, line_id in db.session.execute(_files(behind)):
            if key in seen:
                continue
            if is_there(key):
                seen.add(key)
                continue
            sentence = f"document {document_id} ({name}), behind journal {journal_id}: its bytes are missing or changed"
            yield Fault(sentence, line_id, journal_id)


def _files(behind: Any) -> Any:
    return (
        select(Document.id, Document.filename, Document.sha256, func.min(Journal.id), func.min(JournalLine.id))
        .join(Journal, behind)
        .where(Document.disposed_at.is_(None))
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .group_by(Document.id, Document.filename, Document.sha256)
        .order_by(Document.id)
        .execution_options(yield_per=2_000)
    )
