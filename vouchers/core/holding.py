"""How long the words of a page are held for their writer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from vouchers.core.database import db, unit_of_work
from vouchers.core.models import HeldForm

HELD_FOR = timedelta(hours=24)


def forget_held_forms(*, at: datetime) -> None:
    """Erase what was held for longer."""
    with unit_of_work():
        db.session.execute(delete(HeldForm).where(HeldForm.held_at < at - HELD_FOR))
