"""Rows that are held for the rest of the open unit of work."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.programmes.models import Programme
from vouchers.retention.models import DisposalItem


def lock_programme(programme_id: int) -> None:
    """Whoever sets a hold, proposes and deletes come one after the other."""
    db.session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())


def lock_line(item_id: int) -> tuple[DisposalItem, Application]:
    """A line of a list and its application, as they stand now."""
    item = db.session.scalars(select(DisposalItem).where(DisposalItem.id == item_id).with_for_update()).one()
    found = select(Application).where(Application.id == item.application_id)
    return item, db.session.scalars(found.with_for_update(of=Application)).one()
