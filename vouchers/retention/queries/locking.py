"""Rows that are held for the rest of the open unit of work."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.numbering import hold_series
from vouchers.programmes.models import Programme
from vouchers.retention.models import DisposalItem


def lock_programme(programme_id: int) -> None:
    """Whoever sets a hold, proposes and deletes come one after the other."""
    db.session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update())


def lock_lists_of_persons() -> None:
    """Two lists of persons are proposed one after the other: they wait for each other at their number."""
    hold_series("D")


def lock_line(item_id: int) -> DisposalItem:
    """A line of a list, as it stands now."""
    return db.session.scalars(select(DisposalItem).where(DisposalItem.id == item_id).with_for_update()).one()


def lock_application(item: DisposalItem) -> Application:
    """The application of a line, as it stands now."""
    found = select(Application).where(Application.id == item.application_id)
    return db.session.scalars(found.with_for_update(of=Application)).one()
