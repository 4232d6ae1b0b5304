"""The end of an application's papers: what is left is a row without words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.core.database import db, unit_of_work
from vouchers.workflow.transition import transition

UNTITLED = "–"


def dispose_of_application(application: Application, why: str, *, by: Any, at: datetime) -> None:
    """Mark it as deleted. The title goes first, so that the record of this step does not tell it again."""
    with unit_of_work():
        titled = update(Application).where(Application.id == application.id).values(title=UNTITLED)
        db.session.execute(titled.execution_options(synchronize_session=False))
        with transition(application, APPLICATION.dispose, by=by, at=at, why=why):
            application.disposed_at = at
