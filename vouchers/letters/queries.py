"""Reading the letter book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_

from vouchers.core.database import db
from vouchers.letters.models import Letter


def list_letters_of(subjects: Sequence[tuple[str, int]]) -> list[Letter]:
    """All letters about these (kind, id) subjects, in order."""
    if not subjects:
        return []
    about = tuple_(Letter.subject_kind, Letter.subject_id).in_(list(subjects))
    return list(db.session.scalars(select(Letter).where(about).order_by(Letter.id)))


def find_first_written(subject_kind: str, subject_id: int, occasions: Sequence[str]) -> datetime | None:
    """When the first letter about a subject on one of these occasions was written."""
    found = select(func.min(Letter.written_at)).where(
        Letter.subject_kind == subject_kind, Letter.subject_id == subject_id, Letter.occasion.in_(occasions)
    )
    return db.session.scalar(found)
