"""Finding calls for a pool, enrolments in them, and the taxonomy of programmes."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.core.database import db
from vouchers.core.localised import Text
from vouchers.programmes.models import Programme


def list_fields(programme_code: str) -> list[tuple[str, Text]]:
    """Code and name of each field of a programme's taxonomy, in the order of its file; none for an unknown one."""
    found = db.session.scalars(select(Programme).where(Programme.code == programme_code)).first()
    return [(field.code, field.name) for field in found.plan.fields] if found else []
