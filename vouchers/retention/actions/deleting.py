"""Carrying out a list that two persons approved: line by line, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from vouchers.applications.actions.disposing import dispose_of_application
from vouchers.applications.models import Answer, Application, Submission
from vouchers.claims.models import ClaimVersion
from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.documents.actions import dispose_of_documents
from vouchers.documents.classes import Law, PaperClass
from vouchers.retention.actions.beside import release_beside
from vouchers.retention.actions.erasing import empty, erase_around, run
from vouchers.retention.actions.forgetting import forget_person
from vouchers.retention.lifecycle import DISPOSAL
from vouchers.retention.models import Disposal, DisposalItem
from vouchers.retention.queries import due, reach
from vouchers.retention.queries.locking import lock_application, lock_line, lock_programme
from vouchers.retention.queries.persons import get_person, list_forgettable
from vouchers.retention.queries.registers import get_disposal, list_waiting
from vouchers.retention.states import DisposalState, Outcome
from vouchers.workflow.transition import transition

SLICE = 50


def carry_out_some(disposal_id: int, *, by: Any, at: datetime) -> bool:
    """Carry out some lines of an approved list, each in a unit of work of its own; answers whether lines are left.

    May be killed, run again, and run many times at once: a line that was carried out is passed over.
    """
    disposal = get_disposal(disposal_id)
    if disposal.state is not DisposalState.APPROVED:
        return False
    waiting = list_waiting(disposal_id, most=SLICE)
    for item_id in waiting:
        _carry_out(disposal_id, item_id, by=by, at=at)
    if not waiting:
        _finish(disposal_id, by=by, at=at)
    return bool(waiting)


def _finish(disposal_id: int, *, by: Any, at: datetime) -> None:
    with unit_of_work():
        disposal = get_disposal(disposal_id)
        if disposal.state is DisposalState.APPROVED:
            with transition(disposal, DISPOSAL.carry_out, by=by, at=at):
                disposal.carried_out_at = at


def _carry_out(disposal_id: int, item_id: int, *, by: Any, at: datetime) -> None:
    with unit_of_work():
        disposal = get_disposal(disposal_id)
        if disposal.programme_id is not None:
            lock_programme(disposal.programme_id)
        item = lock_line(item_id)
        if item.outcome is not Outcome.WAITING:
            return
        act = _last_look(disposal, item, by=by, at=at)
        move = DISPOSAL.keep if act is None else DISPOSAL.delete
        item.carried_out_at = at
        with transition(disposal, move, by=by, at=at, why=item.reference):
            if act is None:
                item.outcome = Outcome.KEPT
                disposal.kept += 1
            else:
                act()
                item.outcome = Outcome.DELETED
                disposal.deleted += 1


def _last_look(disposal: Disposal, item: DisposalItem, *, by: Any, at: datetime) -> Callable[[], None] | None:
    """Ask again, under the lock, whether a line may go; answers what deletes it, or None."""
    if item.user_id is not None:
        person = get_person(item.user_id)
        if not list_forgettable(today=office_day(at), most=1, only=person.id):
            return None
        return lambda: forget_person(person, item, by=by, at=at)
    application = lock_application(item)
    still = due.find_due(disposal.programme, application.id, today=office_day(at)) if disposal.programme else None
    law = still.kept.law if still else None
    return None if law is None else lambda: _delete(application, item, law, by=by, at=at)


def _delete(application: Application, item: DisposalItem, law: Law, *, by: Any, at: datetime) -> None:
    """Take every word of an application away; sums, hashes, journals, marks and the fact of each step stay."""
    found = reach.reach_of(application)
    paper = None if application.was_submitted else PaperClass.DRAFT
    item.files = dispose_of_documents(reach.list_documents(found.subjects), law, paper=paper, at=at)
    item.answers = _delete_answers(found, at=at)
    empty(found, reach.TREE)
    for sheet in reach.list_sheets(found):
        sheet.marks = {key: {**one, "comment": ""} for key, one in sheet.marks.items()}
    erase_around(found, [], [], item, law, at=at)
    dispose_of_application(application, f"{item.reference} {law.value}", by=by, at=at)
    release_beside(application, item, law, by=by, at=at)


def _delete_answers(found: reach.Reach, *, at: datetime) -> int:
    """The answers, and what was submitted and claimed word for word. Returns how many answers went."""
    answers = found.rows_of(Answer)
    run(delete(Answer).where(Answer.id.in_(answers)))
    for model in (Submission, ClaimVersion):
        standing = model.id.in_(found.rows_of(model)), model.erased_at.is_(None)
        run(update(model).where(*standing).values(content="", erased_at=at))
    return len(answers)
