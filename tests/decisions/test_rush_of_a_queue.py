"""A thousand submit at once while several workers walk the queue: as many awards as there is money, in order."""

import threading
from datetime import timedelta
from queue import Empty, SimpleQueue

import pytest
from sqlalchemy import func, insert, select

from tests.builders.applications import a_complete_draft, declare_no_aid, owner_of
from tests.builders.programmes import during_call
from tests.decisions.test_actions_queueing import first_come
from vouchers.applications.actions.submitting import submit_application
from vouchers.applications.models import Answer, Application, Submission
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.decisions.models import Decision
from vouchers.decisions.states import DecisionState
from vouchers.documents.models import Document
from vouchers.eligibility.models import AidDeclaration
from vouchers.jobs.actions import run_job
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.chart import Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.organisations.models import Membership, Organisation
from vouchers.users.models import User

AT = during_call()
CLIENTS, WORKERS = 6, 3


def many_drafts(count):
    """So many complete drafts of as many companies with one owner: the first by its steps, the others copies of it."""
    first = a_complete_draft("MG")
    declare_no_aid(first.organisation, by=owner_of(first), at=AT)
    mine = {Application: Application.id == first.id, Answer: Answer.application_id == first.id}
    mine |= {Organisation: Organisation.id == first.organisation_id}
    mine |= {kind: kind.organisation_id == first.organisation_id for kind in (Membership, AidDeclaration)}
    mine |= {Document: (Document.subject_kind == "application") & (Document.subject_id == first.id)}
    names = [f"RUSH-{number:05d}" for number in range(1, count)]
    with unit_of_work():
        organisations = copied(Organisation, mine, [{"register_number": name} for name in names])
        for kind in (Membership, AidDeclaration):
            copied(kind, mine, [{"organisation_id": one} for one in organisations])
        changes = zip(names, organisations, strict=True)
        applications = copied(Application, mine, [{"reference": name, "organisation_id": one} for name, one in changes])
        copied(Answer, mine, [{"application_id": one} for one in applications])
        copied(Document, mine, [{"subject_id": one} for one in applications])
    return owner_of(first).id, [first.id, *applications]


def copied(kind, mine, changes):
    """The first draft's rows of a table once more for each of these changes; the ids of the new rows, in order."""
    table = kind.__table__
    found = db.session.execute(select(table).where(mine[kind])).mappings().all()
    whole = [{key: value for key, value in row.items() if key != "id"} for row in found]
    rows = [row | changed for changed in changes for row in whole]
    giving_ids = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.scalars(giving_ids, rows)) if rows else []


def work_off(app, todo, do):
    """A thread's work: whatever stands in the queue, until it holds no more."""
    with app.app_context():
        try:
            while (one := todo.get_nowait()) is not None:
                do(one)
                db.session.remove()
        except Empty:
            pass
        finally:
            db.session.remove()


def run_workers(app, is_over):
    """Several workers, each running whatever walk is promised and not done, the same one perhaps twice at once."""
    with app.app_context():
        while True:
            was_over = is_over.is_set()
            found = select(QueuedJob.id).where(
                QueuedJob.name == "decisions.walk_queue", QueuedJob.done_at.is_(None), QueuedJob.given_up_at.is_(None)
            )
            ids = list(db.session.scalars(found.order_by(QueuedJob.id).limit(20)))
            for job_id in ids:
                run_job(job_id, at=AT + timedelta(hours=2))
                db.session.remove()
            db.session.remove()
            if was_over and not ids:
                return


@pytest.mark.slow
def test_a_thousand_at_once_are_awarded_in_the_order_of_time_as_far_as_the_money_goes(app, is_postgresql):
    count, vouchers = (1000, 137) if is_postgresql else (120, 37)  # SQLite has one writer: the same rule, fewer of them
    first_come(500 * vouchers + 499, reserve="no")
    owner_id, ids = many_drafts(count)
    assert len(ids) == count
    todo = SimpleQueue()
    for application_id in ids:
        todo.put(application_id)
    failures = []

    def submit(application_id):
        try:
            submit_application(get_application(application_id), by=db.session.get(User, owner_id), at=AT)
        except Exception as problem:  # what is told to a client is told to the test
            failures.append(repr(problem))

    is_over = threading.Event()
    clients = [threading.Thread(target=work_off, args=(app, todo, submit)) for _ in range(CLIENTS)]
    workers = [threading.Thread(target=run_workers, args=(app, is_over)) for _ in range(WORKERS)]
    for thread in [*clients, *workers]:
        thread.start()
    for thread in clients:
        thread.join()
    is_over.set()
    for thread in workers:
        thread.join()
    db.session.rollback()
    db.session.expire_all()

    assert failures == []
    in_order = db.session.execute(
        select(Application.id, Application.state)
        .join(Submission, Submission.application_id == Application.id)
        .order_by(Submission.receipt_number)
    ).all()
    assert len(in_order) == len({row.id for row in in_order}) == count  # none lost, none double
    assert [row.state.value for row in in_order] == ["awarded"] * vouchers + ["eligible"] * (count - vouchers)
    per_application = select(func.count(Decision.id)).group_by(Decision.application_id)
    assert set(db.session.scalars(per_application.where(Decision.state == DecisionState.AWARDED))) == {1}
    assert stages(region="BE-WAL")[Account.PRE_COMMITTED.value] == 500_00 * vouchers
    assert stages(region="BE-WAL")[Account.AVAILABLE.value] == 499_00
    assert list(list_faults()) == []
