"""Carrying out a list that two persons approved: line by line, each whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from vouchers.applications.actions.disposing import dispose_of_application
from vouchers.applications.models import Answer, Application, Submission
from vouchers.audit.actions import erase_details
from vouchers.core.database import db, unit_of_work
from vouchers.documents.actions import dispose_of_documents
from vouchers.documents.classes import Law, PaperClass
from vouchers.letters.models import Letter
from vouchers.payments.models import Payment
from vouchers.retention.lifecycle import DISPOSAL
from vouchers.retention.models import Disposal, DisposalItem
from vouchers.retention.queries import due, reach
from vouchers.retention.queries.locking import lock_line, lock_programme
from vouchers.retention.queries.registers import get_disposal, list_waiting
from vouchers.retention.states import DisposalState, Outcome
from vouchers.workflow.transition import transition

SLICE = 50
_PAYMENT = {
    "creditor_name": "", "street": "", "building": "", "post_code": "", "town": "", "iban": "", "bic": "",
    "remittance": "", "reason_note": "",
}  # fmt: skip


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
        lock_programme(disposal.programme_id)
        item, application = lock_line(item_id)
        if item.outcome is not Outcome.WAITING:
            return
        still = due.find_due(disposal.programme, application.id, today=at.date())
        item.carried_out_at = at
        if still is None or still.kept.law is None:
            with transition(disposal, DISPOSAL.keep, by=by, at=at, why=item.reference):
                item.outcome = Outcome.KEPT
                disposal.kept += 1
            return
        with transition(disposal, DISPOSAL.delete, by=by, at=at, why=item.reference):
            _delete(application, item, still.kept.law, by=by, at=at)
            item.outcome = Outcome.DELETED
            disposal.deleted += 1


def _delete(application: Application, item: DisposalItem, law: Law, *, by: Any, at: datetime) -> None:
    """Take every word of an application away; sums, hashes, journals, marks and the fact of each step stay."""
    found = reach.reach_of(application)
    batches = [batch.id for batch in reach.list_batches_left_over(application.reference)]
    payments = reach.list_payment_ids(batches)
    papers = [("batch", one) for one in batches]
    subjects = [*found.subjects, *(("payment", one) for one in payments), *papers]
    events = reach.list_event_ids(subjects)

    paper = None if application.was_submitted else PaperClass.DRAFT
    item.files = dispose_of_documents(reach.list_documents(found.subjects), law, paper=paper, at=at)
    item.files += dispose_of_documents(reach.list_documents(papers), law, paper=PaperClass.EXPENDITURE, at=at)
    item.answers = _delete_words(found, at=at)
    item.letters = _delete_letters(subjects)
    _run(update(Payment).where(Payment.id.in_(payments)).values(**_PAYMENT))
    item.details = erase_details(events)
    dispose_of_application(application, f"{item.reference} {law.value}", by=by, at=at)


def _delete_words(found: reach.Reach, *, at: datetime) -> int:
    """Empty the columns in which words stand. Answers how many answers went."""
    answers, submissions = found.rows_of(Answer), found.rows_of(Submission)
    _run(delete(Answer).where(Answer.id.in_(answers)))
    _run(
        update(Submission)
        .where(Submission.id.in_(submissions), Submission.erased_at.is_(None))
        .values(content="", erased_at=at)
    )
    for branch in reach.TREE:
        ids = found.rows_of(branch.model)
        if branch.blanks and ids:
            _run(update(branch.model).where(branch.model.id.in_(ids)).values(**branch.blanks))
    for sheet in reach.list_sheets(found):
        sheet.marks = {key: {**one, "comment": ""} for key, one in sheet.marks.items()}
    return len(answers)


def _delete_letters(subjects: Sequence[tuple[str, int]]) -> int:
    ids = reach.list_letter_ids(subjects)
    _run(update(Letter).where(Letter.id.in_(ids)).values(to_email="", heading="", body="", unsubscribe_url=None))
    return len(ids)


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
