"""Lists of what may go: proposed by one person, approved or refused by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.programmes.models import Programme
from vouchers.retention.lifecycle import DISPOSAL
from vouchers.retention.models import Disposal, DisposalItem
from vouchers.retention.queries import due, persons
from vouchers.retention.queries.locking import lock_lists_of_persons, lock_programme
from vouchers.retention.states import Outcome
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition

MOST = 5_000
"""Lines of one list; what is due beyond that goes onto the next one."""


def propose_disposal(programme: Programme, *, by: User, at: datetime) -> Disposal:
    """Write a list of the applications whose papers may go today and that stand on no other list that waits.

    Raises:
        RuleBroken: nothing is due.
    """
    with unit_of_work():
        lock_programme(programme.id)
        found = due.list_due(programme, today=office_day(at), most=MOST)
        lines = [
            {"application_id": one.id, "reference": one.reference, "law": one.kept.law, "until": one.kept.until}
            for one in found
        ]
        return _propose(programme, lines, by=by, at=at)


def propose_forgetting(*, by: User, at: datetime) -> Disposal:
    """Write a list of the persons of whom nothing has to be kept any more and who stand on no other list that waits.

    Raises:
        RuleBroken: there is nobody.
    """
    with unit_of_work():
        lock_lists_of_persons()
        found = persons.list_forgettable(today=office_day(at), most=MOST)
        lines = [
            {"user_id": one.id, "reference": one.reference, "law": one.basis.law, "until": one.basis.until}
            for one in found
        ]
        return _propose(None, lines, by=by, at=at)


def _propose(programme: Programme | None, lines: list[dict[str, Any]], *, by: User, at: datetime) -> Disposal:
    if not lines:
        raise RuleBroken(_("Nothing is due to be deleted that is not on a list already."))
    disposal = Disposal(
        number=numbered("D", office_day(at).year),
        programme=programme,
        lines=len(lines),
        proposed_at=at,
        proposed_by_id=by.id,
    )
    with creation(disposal, DISPOSAL.propose, by=by, at=at):
        rows = [{"disposal_id": disposal.id, "outcome": Outcome.WAITING, **line} for line in lines]
        db.session.execute(insert(DisposalItem), rows)
        return disposal


def approve_disposal(disposal: Disposal, *, by: User, at: datetime, two_persons: str = "") -> None:
    """The second person agrees: a job deletes what is on it, and asks again of each line whether it may go."""
    with transition(disposal, DISPOSAL.approve, by=by, at=at) as step:
        ensure_two_persons(step, [Other(disposal.proposed_by, Part.FIRST)], two_persons)
        disposal.decided_at, disposal.decided_by_id = at, by.id
        step.enqueue("retention.carry_out", disposal_id=disposal.id)


def refuse_disposal(disposal: Disposal, reason: str, *, by: User, at: datetime) -> None:
    """Nothing of it is deleted; what is due may be proposed again."""
    with transition(disposal, DISPOSAL.refuse, by=by, at=at, why=reason):
        disposal.decided_at, disposal.decided_by_id, disposal.answer = at, by.id, reason
