"""Finding stored files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, tuple_

from vouchers.core.database import db
from vouchers.documents.models import Document


def find_document(document_id: int) -> Document | None:
    """A stored file by its id."""
    return db.session.get(Document, document_id)


def is_kept(sha256: str) -> bool:
    """Whether a file that was not disposed of is made of these bytes."""
    kept = select(Document.id).where(Document.sha256 == sha256, Document.disposed_at.is_(None))
    return db.session.scalars(kept.limit(1)).first() is not None


_OF_SUBJECT = (
    select(Document)
    .where(Document.subject_kind == bindparam("kind"), Document.subject_id == bindparam("id"))
    .where(Document.removed_at.is_(None))
    .order_by(Document.id)
)


def list_documents_of(subject_kind: str, subject_id: int) -> list[Document]:
    """The files that stand on a subject now, oldest first."""
    return list(db.session.scalars(_OF_SUBJECT, {"kind": subject_kind, "id": subject_id}))


def list_all_documents_of(subjects: Sequence[tuple[str, int]]) -> list[Document]:
    """Every file that ever stood on these (kind, id) subjects, oldest first."""
    if not subjects:
        return []
    about = tuple_(Document.subject_kind, Document.subject_id).in_(list(subjects))
    return list(db.session.scalars(select(Document).where(about).order_by(Document.id)))


def list_bytes_left(*, after: int, most: int) -> list[Document]:
    """Deleted files whose bytes may still lie in the store, by id, beyond one."""
    found = select(Document).where(Document.disposed_at.is_not(None), Document.bytes_removed_at.is_(None))
    return list(db.session.scalars(found.where(Document.id > after).order_by(Document.id).limit(most)))
