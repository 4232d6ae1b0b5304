"""The files behind the books: those of each step that booked, and of what each journal is about, are there.

A file whose time was over is not: its row says when it was disposed of, and the record has the step of that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import and_, exists, func, select

from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.proof import Fault

FURTHER: list[Callable[[], Iterator[Fault]]] = []
"""Proofs of contents that are no files: packages above add theirs (see `vouchers.parts`)."""


def faults_of_files(*, is_whole: bool = False) -> Iterator[Fault]:
    """Every file behind a journal that is missing; with `is_whole` each is read again, and must be what it was.

    A file was given its name by its own SHA-256, which its row has, and which the event of its step names, so that no
    other file can be put in its place. An event that was recorded before events named files, or whose detail was
    erased by law, says nothing of them.
    """
    store = the_store()
    is_there = store.verify if is_whole else store.exists
    seen: set[str] = set()
    for behind in (
        Journal.step_id == Document.step_id,
        and_(Journal.subject_kind == Document.subject_kind, Journal.subject_id == Document.subject_id),
    ):
        for document_id, name, key, is_disposed, is_recorded, contents, journal_id, line_id in _rows(behind):
            if contents is not None and key not in {one["sha256"] for one in contents}:
                sentence = f"document {document_id} ({name}), behind journal {journal_id}: "
                yield Fault(f"{sentence}it is not the file that the record names", line_id, journal_id)
            if is_disposed:
                if not is_recorded:
                    sentence = f"document {document_id} ({name}), behind journal {journal_id}: "
                    yield Fault(
                        f"{sentence}it is said to be disposed of, by no step of the record", line_id, journal_id
                    )
                continue
            if key in seen:
                continue
            if is_there(key):
                seen.add(key)
                continue
            sentence = f"document {document_id} ({name}), behind journal {journal_id}: its bytes are missing or changed"
            yield Fault(sentence, line_id, journal_id)


def _rows(behind: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of `_files`, with what the event names in the place of its detail."""
    for *of_file, body, journal_id, line_id in db.session.execute(_files(behind)):
        yield *of_file, (body or {}).get("contents"), journal_id, line_id


def _files(behind: Any) -> Any:
    named = select(AuditDetail.body).join(AuditDetail.event).where(AuditEvent.step_id == Document.step_id)
    return (
        select(
            Document.id,
            Document.filename,
            Document.sha256,
            Document.disposed_at.is_not(None),
            exists().where(AuditEvent.at == Document.disposed_at),
            named.correlate(Document).scalar_subquery(),
            func.min(Journal.id),
            func.min(JournalLine.id),
        )
        .join(Journal, behind)
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .group_by(Document.id, Document.filename, Document.sha256, Document.disposed_at, Document.step_id)
        .order_by(Document.id)
        .execution_options(yield_per=2_000)
    )
