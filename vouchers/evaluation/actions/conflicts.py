"""Clearing a conflict of interest, or confirming it. What is asked is found again under the application's lock."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.text import say as _
from vouchers.evaluation.actions.assignments import end_for_conflict
from vouchers.evaluation.actions.findings import keep_findings
from vouchers.evaluation.lifecycle import CONFLICT_FINDING
from vouchers.evaluation.models import ConflictFinding
from vouchers.evaluation.policy import NEVER_CLEARED
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.conflicts import Looked, look_at
from vouchers.evaluation.states import AssignmentState, Weight
from vouchers.users.models import User
from vouchers.workflow.transition import transition

GIVEN = frozenset({AssignmentState.ASSIGNED, AssignmentState.ACCEPTED, AssignmentState.SUBMITTED})
SAY_WHY = _("Say why")


def clear_conflict(looked: Looked, key: tuple[str, str], reason: str, *, by: User, at: datetime) -> ConflictFinding:
    """A manager says with a reason that this does not stand against the expert: it forbids the assignment no more.

    Raises:
        NotPermitted: it is a hard one, or the person may not.
        RuleBroken: it is not found any more, forbids nothing, or no reason is given.
    """
    with unit_of_work():
        finding = _settle(looked, key, reason, by=by, at=at)
        if finding.weight == Weight.FORBIDS:
            raise NotPermitted(NEVER_CLEARED)
        if finding.weight == Weight.SHOWN:
            raise RuleBroken(_("This forbids nothing, so there is nothing to clear."))
        with transition(finding, CONFLICT_FINDING.clear, by=by, at=at, why=reason):
            _sign(finding, reason, by=by, at=at)
        return finding


def confirm_conflict(looked: Looked, key: tuple[str, str], reason: str, *, by: User, at: datetime) -> ConflictFinding:
    """A manager says that this is a conflict: nobody can clear it, and a task that was given ends at once.

    Raises:
        RuleBroken: it is not found any more, or no reason is given.
    """
    with unit_of_work():
        finding = _settle(looked, key, reason, by=by, at=at)
        with transition(finding, CONFLICT_FINDING.confirm, by=by, at=at, why=reason):
            _sign(finding, reason, by=by, at=at)
        current = queries.find_current(looked.application.id, looked.expert.id)
        if current is not None and current.state in GIVEN:
            end_for_conflict(queries.get_assignment(current.id), finding.evidence, by=by, at=at)
        return finding


def _settle(looked: Looked, key: tuple[str, str], reason: str, *, by: User, at: datetime) -> ConflictFinding:
    application = get_application(looked.application.id)
    db.session.refresh(application, with_for_update={"of": Application})
    now = look_at(application, looked.expert)
    if not any(one.key == key for one in now.conflicts):
        raise RuleBroken(_("This conflict is not found any more."))
    if not reason.strip():
        raise RuleBroken(SAY_WHY, field="reason")
    return next(one for one in keep_findings(now, by=by, at=at) if one.key == key)


def _sign(finding: ConflictFinding, reason: str, *, by: User, at: datetime) -> None:
    finding.reason, finding.settled_by_id, finding.settled_at = reason, by.id, at
