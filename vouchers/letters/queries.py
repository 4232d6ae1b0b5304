"""Reading the letter book."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_

from vouchers.core.database import db
from vouchers.letters.models import Letter


def list_letters_of(subjects: Sequence[tuple[str, int]]) -> list[Letter]:
    """All letters about these (kind, id) subjects, in order."""
    if not subjects:
        return []
    about = tuple_(Letter.subject_kind, Letter.subject_id).in_(list(subjects))
    return list(db.session.scalars(select(Letter).where(about).order_by(Letter.id)))
