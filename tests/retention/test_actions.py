"""Holds and lists take two persons; what is carried out is asked again, line by line, and survives a killed worker."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from tests.builders.applications import PDF, a_complete_draft, a_file, owner_of
from tests.builders.audits import a_mandate
from tests.builders.evaluation import a_decision, an_evaluated_application
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from tests.builders.retention import (
    DRAFTS_GO_AT,
    a_carried_out_disposal,
    a_hold,
    a_keeper,
    a_proposed_disposal,
    an_approved_disposal,
)
from tests.builders.users import a_member_of_staff, an_administrator, an_applicant
from vouchers.applications.actions import drafting
from vouchers.applications.actions.disposing import dispose_of_application
from vouchers.applications.models import Answer, Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db, in_unit
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.queries.contests import get_group_of
from vouchers.decisions.queries.reserves import get_reserve
from vouchers.documents import store as office_store
from vouchers.documents.classes import Law, PaperClass
from vouchers.documents.models import Document
from vouchers.jobs.registry import JOBS
from vouchers.retention.actions import holding, listing
from vouchers.retention.models import DisposalItem
from vouchers.retention.queries import registers
from vouchers.retention.queries.due import find_due
from vouchers.retention.states import DisposalState, HoldState, Outcome
from vouchers.users.states import Role

AT = DRAFTS_GO_AT


@pytest.fixture
def office(app, clock):
    in2()
    clock.stop(during_call())
    return Desk()


def draft(content=PDF):
    """A draft with one file of its own."""
    made = a_complete_draft("COL")
    drafting.attach_document(made, "offer", a_file(content), by=owner_of(made), at=during_call())
    return get_application(made.id)


def items(disposal_id):
    db.session.rollback()
    found = select(DisposalItem).where(DisposalItem.disposal_id == disposal_id).order_by(DisposalItem.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def run(disposal_id, at=AT):
    JOBS["retention.carry_out"](disposal_id=disposal_id, at=at)
    db.session.rollback()
    db.session.expire_all()
    return registers.get_disposal(disposal_id)


def files_of(application_id):
    db.session.rollback()
    found = select(Document).where(Document.subject_kind == "application", Document.subject_id == application_id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


# Holds


def test_set_hold(office):
    hold = a_hold(draft().reference)
    assert (hold.state, hold.set_by.email) == (HoldState.SET, "first@keepers.example")
    assert db.session.scalars(select(AuditEvent.scope).where(AuditEvent.tag == "hold.set")).one() == hold.scope


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.AUDITOR])
def test_set_hold_is_refused_to_others(office, role):
    stranger = a_member_of_staff(role, in2().code)
    with pytest.raises(NotPermitted):
        a_hold(by=stranger)
    with pytest.raises(NotPermitted):
        a_hold(by=an_applicant())


def test_set_hold_of_a_coordinator_of_one_region_does_not_reach_the_programme(office):
    with pytest.raises(NotPermitted):
        a_hold(by=a_member_of_staff(Role.COORDINATOR, in2().code, "BE-WAL"))


def test_set_hold_names_an_application_of_the_programme(office):
    with pytest.raises(RuleBroken) as refused:
        a_hold("IN2-2026-9999")
    assert refused.value.field == "reference"


def test_set_hold_comes_too_late_for_what_is_deleted(office):
    application = draft()
    a_carried_out_disposal()
    with pytest.raises(RuleBroken):
        a_hold(application.reference)


def test_lift_hold(office):
    hold = a_hold()
    holding.lift_hold(hold, "The court has decided.", by=an_administrator(), at=AT)
    lifted = registers.get_hold(hold.id)
    assert (lifted.state, lifted.lifted_because) == (HoldState.LIFTED, "The court has decided.")
    with pytest.raises(WrongState):
        holding.lift_hold(lifted, "Again.", by=a_keeper("second", at=AT), at=AT)


def test_lift_hold_is_refused_to_whoever_set_it(office):
    hold = a_hold()
    with pytest.raises(NotPermitted, match="somebody else"):
        holding.lift_hold(hold, "Over.", by=a_keeper("first", at=AT), at=AT)
    with pytest.raises(NotPermitted):
        holding.lift_hold(hold, "Over.", by=office.manager, at=AT)
    assert registers.get_hold(hold.id).state is HoldState.SET


# Lists


def test_propose_disposal(office):
    one = draft()
    made = a_proposed_disposal()
    assert (made.lines, made.number, made.state) == (1, "D-2028-0001", DisposalState.PROPOSED)
    (item,) = items(made.id)
    assert (item.reference, item.law, item.outcome) == (one.reference, Law.DRAFT, Outcome.WAITING)


def test_propose_disposal_is_refused_to_others_and_when_nothing_is_due(office):
    with pytest.raises(RuleBroken):
        a_proposed_disposal()
    draft()
    for person in (office.manager, office.maker, a_member_of_staff(Role.AUDITOR, in2().code)):
        with pytest.raises(NotPermitted):
            listing.propose_disposal(in2().programme, by=person, at=AT)
    assert registers.list_approved() == []


def test_approve_disposal(office):
    draft()
    made = an_approved_disposal()
    assert (made.state, made.decided_by.email) == (DisposalState.APPROVED, "second@keepers.example")


def test_approve_disposal_is_refused_to_whoever_proposed_it(office):
    draft()
    made = a_proposed_disposal()
    with pytest.raises(NotPermitted, match="somebody else"):
        listing.approve_disposal(made, by=a_keeper("first", at=AT), at=AT)
    with pytest.raises(NotPermitted):
        listing.approve_disposal(made, by=office.manager, at=AT)
    assert registers.get_disposal(made.id).state is DisposalState.PROPOSED


def test_refuse_disposal(office):
    draft()
    made = a_proposed_disposal()
    with pytest.raises(NotPermitted):
        listing.refuse_disposal(made, "No.", by=office.manager, at=AT)
    listing.refuse_disposal(made, "Wait for the audit.", by=a_keeper("first", at=AT), at=AT)
    assert run(made.id).state is DisposalState.REFUSED
    assert [item.outcome for item in items(made.id)] == [Outcome.WAITING]
    assert a_proposed_disposal().number == "D-2028-0002"


def test_nothing_is_carried_out_before_the_second_person(office):
    one = draft()
    made = a_proposed_disposal()
    assert run(made.id).state is DisposalState.PROPOSED
    assert get_application(one.id).disposed_at is None


# Carrying out


def test_carry_out_deletes_words_and_files_and_keeps_the_rows(office):
    one, other = draft(b"%PDF-1.4 of this draft only" + PDF), draft()
    holding.set_hold(in2().programme, other.reference, "Court.", by=a_keeper("first", at=AT), at=AT)
    before = files_of(one.id)[-1]
    kept_facts = (before.id, before.sha256, before.size, before.media_type)
    done = a_carried_out_disposal()

    assert (done.state, done.deleted, done.kept) == (DisposalState.CARRIED_OUT, 1, 0)
    (item,) = items(done.id)
    assert (item.outcome, item.files, item.law) == (Outcome.DELETED, len(files_of(one.id)), Law.DRAFT)
    assert item.answers > 10
    assert item.details > 1
    gone = files_of(one.id)[-1]
    assert (gone.id, gone.sha256, gone.size, gone.media_type) == kept_facts
    assert (gone.filename, gone.disposed_class, gone.disposed_law) == ("", PaperClass.DRAFT, Law.DRAFT)
    assert gone.disposed_at == gone.bytes_removed_at == AT
    assert not office_store.the_store().exists(gone.sha256)
    assert list(db.session.scalars(select(Answer).where(Answer.application_id == one.id))) == []
    left = db.session.get(Application, one.id)
    assert (left.title, left.disposed_at, left.reference) == ("–", AT, one.reference)

    assert get_application(other.id).disposed_at is None
    assert all(document.disposed_at is None for document in files_of(other.id))
    assert office_store.the_store().exists(files_of(other.id)[-1].sha256)


def test_the_same_bytes_stay_while_another_file_is_made_of_them(office):
    one, other = draft(), draft()
    holding.set_hold(in2().programme, other.reference, "Court.", by=a_keeper("first", at=AT), at=AT)
    a_carried_out_disposal()
    shared = files_of(one.id)[-1]
    assert shared.sha256 == files_of(other.id)[-1].sha256
    assert shared.disposed_at is not None
    assert office_store.the_store().exists(shared.sha256)


def test_what_was_held_after_the_approval_is_kept(office):
    one, other = draft(), draft()
    approved = an_approved_disposal()
    a_hold(one.reference)
    done = run(approved.id)
    assert (done.deleted, done.kept, done.state) == (1, 1, DisposalState.CARRIED_OUT)
    assert [item.outcome for item in items(done.id)] == [Outcome.KEPT, Outcome.DELETED]
    assert get_application(one.id).disposed_at is None
    assert get_application(one.id).answers
    assert db.session.get(Application, other.id).disposed_at == AT


def test_what_came_under_a_mandate_after_the_approval_is_kept(office):
    one = draft()
    approved = an_approved_disposal()
    a_mandate("BE-WAL", at=AT)
    assert run(approved.id).kept == 1
    assert get_application(one.id).disposed_at is None


def test_a_place_on_a_reserve_list_that_nothing_came_of_goes_and_moves_up_no_more(office):
    waiting = an_evaluated_application()
    a_decision(waiting, "reserve")
    assert find_due(in2().programme, waiting.id, today=date(2031, 12, 31)) is None
    done = a_carried_out_disposal(at=datetime(2032, 1, 2, 9, 0, tzinfo=UTC))
    gone = get_application(waiting.id)
    assert (done.deleted, gone.state, gone.disposed_at) == (1, ApplicationState.RESERVED, done.carried_out_at)
    assert waiting.id not in get_reserve(get_group_of(gone)).on_reserve
    with pytest.raises(WrongState, match="papers of this application were deleted"):
        a_decision(gone)


def test_a_list_is_carried_out_once(office):
    draft()
    done = a_carried_out_disposal()
    events = db.session.query(AuditEvent).count()
    assert run(done.id).deleted == 1
    JOBS["retention.sweep"](at=AT + timedelta(hours=1))
    assert db.session.query(AuditEvent).count() == events


def test_dispose_of_application_is_the_offices_alone(office):
    one = draft()
    with pytest.raises(NotPermitted):
        dispose_of_application(one, "Because.", by=a_keeper("first", at=AT), at=AT)
    assert find_due(in2().programme, one.id, today=AT.date()) is not None
    assert get_application(one.id).title != "–"


def test_the_record_keeps_each_step_and_tells_no_more_what_it_changed(office):
    one = draft()
    named = _details_of(one)
    a_carried_out_disposal()
    after = _details_of(one)
    assert len(named) > 2
    assert set(named) < set(after)
    assert [tag for tag, body in after.items() if body is not None] == ["application.dispose"]


def _details_of(application):
    found = (
        select(AuditEvent.tag, AuditDetail.body)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.subject_kind == "application", AuditEvent.subject_id == application.id)
    )
    return dict(db.session.execute(found).tuples().all())


# A killed worker


def killed(disposal_id, arm):
    """Carry the list out in a process of its own, which `arm` has killed on its way."""
    db.session.remove()
    child = os.fork()
    if child == 0:
        for engine in db.engines.values():
            engine.dispose(close=False)
        arm()
        JOBS["retention.carry_out"](disposal_id=disposal_id, at=AT)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


def at_commit(number):
    """Die just before the commit of this number; reading ends by one too, which saves nothing and does not count."""
    seen = []

    def count(_session):
        if in_unit():
            seen.append(1)
            if len(seen) == number:
                die()

    return lambda: event.listen(db.session, "before_commit", count)


@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_worker_killed_in_the_middle_leaves_no_line_half_done(office, commit):
    drafts = [draft(b"%PDF-1.4 " + str(number).encode() + PDF).id for number in range(3)]
    approved = an_approved_disposal().id
    killed(approved, at_commit(commit))

    halfway = items(approved)
    assert [item.outcome for item in halfway].count(Outcome.DELETED) == commit - 1
    for application_id, item in zip(drafts, halfway, strict=True):
        left = db.session.get(Application, application_id)
        answers = list(db.session.scalars(select(Answer).where(Answer.application_id == application_id)))
        is_gone = item.outcome is Outcome.DELETED
        assert (left.disposed_at is not None, not answers) == (is_gone, is_gone)
        assert {file.disposed_at is not None for file in files_of(application_id)} == {is_gone}

    done = run(approved)
    assert (done.state, done.deleted) == (DisposalState.CARRIED_OUT, 3)
    assert not any(office_store.the_store().exists(files_of(one)[-1].sha256) for one in drafts)
    tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("disposal."))))
    assert sorted(tags) == ["disposal.approve", "disposal.carry_out", *["disposal.delete"] * 3, "disposal.propose"]


def test_bytes_that_a_killed_worker_left_behind_are_swept(office):
    one = draft(b"%PDF-1.4 alone" + PDF).id
    approved = an_approved_disposal().id
    store = office_store.the_store()
    killed(approved, lambda: setattr(store, "delete", die))

    left = files_of(one)[-1]
    assert (left.disposed_at, left.bytes_removed_at) == (AT, None)
    assert store.exists(left.sha256)
    JOBS["retention.sweep"](at=AT + timedelta(hours=1))
    assert files_of(one)[-1].bytes_removed_at == AT + timedelta(hours=1)
    assert not store.exists(left.sha256)
    assert registers.get_disposal(approved).state is DisposalState.CARRIED_OUT
