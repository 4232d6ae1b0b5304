"""Lists of what may go: proposed by one person, approved or refused by another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.programmes.models import Programme
from vouchers.retention.lifecycle import DISPOSAL
from vouchers.retention.models import Disposal, DisposalItem
from vouchers.retention.queries import due
from vouchers.retention.queries.locking import lock_programme
from vouchers.retention.states import Outcome
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition

MOST = 5_000
"""Lines of one list; what is due beyond that goes onto the next one."""


def propose_disposal(programme: Programme, *, by: User, at: datetime) -> Disposal:
    """Write a list of what may go today and stands on no other list that waits.

    Raises:
        RuleBroken: nothing is due.
    """
    with unit_of_work():
        lock_programme(programme.id)
        found = due.list_due(programme, today=at.date(), most=MOST)
        if not found:
            raise RuleBroken(_("Nothing is due to be deleted that is not on a list already."))
        number = numbered("D", at.year)
        disposal = Disposal(
            number=number, programme=programme, lines=len(found), proposed_at=at, proposed_by_id=by.id
        )
        with creation(disposal, DISPOSAL.propose, by=by, at=at):
            rows = [
                {
                    "disposal_id": disposal.id,
                    "application_id": one.id,
                    "reference": one.reference,
                    "law": one.kept.law,
                    "until": one.kept.until,
                    "outcome": Outcome.WAITING,
                }
                for one in found
            ]
            db.session.execute(insert(DisposalItem), rows)
            return disposal


def approve_disposal(disposal: Disposal, *, by: User, at: datetime) -> None:
    """The second person agrees: a job deletes what is on it, and asks again of each line whether it may go."""
    with transition(disposal, DISPOSAL.approve, by=by, at=at) as step:
        disposal.decided_at, disposal.decided_by_id = at, by.id
        step.enqueue("retention.carry_out", disposal_id=disposal.id)


def refuse_disposal(disposal: Disposal, reason: str, *, by: User, at: datetime) -> None:
    """Nothing of it is deleted; what is due may be proposed again."""
    with transition(disposal, DISPOSAL.refuse, by=by, at=at, why=reason):
        disposal.decided_at, disposal.decided_by_id, disposal.answer = at, by.id, reason
