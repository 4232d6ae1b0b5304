"""A manager lets a difference between experts stand."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.models import Application
from vouchers.core.database import db, unit_of_work
from vouchers.evaluation.actions import diverging
from vouchers.evaluation.actions.weighing import weigh
from vouchers.evaluation.models import Divergence
from vouchers.users.models import User


def accept_divergence(
    divergence: Divergence, reason: str, *, by: User, at: datetime, version: int | None = None
) -> None:
    """Let the experts' difference stand, for a reason: the marks count as they are, without one more expert.

    Raises:
        RuleBroken: no reason is given.
    """
    with unit_of_work():
        db.session.refresh(divergence.application, with_for_update={"of": Application})
        diverging.note_acceptance(divergence, reason, by=by, at=at, version=version)
        weigh(divergence.application_id, at=at)
