"""What waits because of appeals."""

from __future__ import annotations

from typing import Any

from vouchers.appeals.models import Appeal
from vouchers.appeals.states import AppealState
from vouchers.applications.models import Application
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen


def to_take_up(_seen: Seen) -> Any:
    """Sent, and nobody decides them yet."""
    return _appeals(Appeal.state.in_([AppealState.LATE, AppealState.FILED]))


def own(seen: Seen) -> Any:
    """Those that the person decides."""
    return _appeals(Appeal.state == AppealState.TAKEN_UP, Appeal.decider_id == seen.person_id)


def _appeals(*conditions: Any) -> Any:
    return (
        of_application(Appeal.id, Appeal.filed_at, Appeal.decide_by)
        .join(Appeal, Appeal.application_id == Application.id)
        .where(*conditions)
        .order_by(Appeal.decide_by, Appeal.id)
    )
