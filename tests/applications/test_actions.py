"""What can happen to an application: each step, and that a refusal leaves no trace."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text

from tests.builders.applications import (
    IN2,
    a_complete_draft,
    a_draft,
    a_file,
    a_submitted_application,
    an_organisation,
    owner_of,
)
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.applications.actions import deciding, drafting, submitting
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.content import read_content, sha256_of
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.letters.models import Letter
from vouchers.organisations.actions import accept_membership, invite_member
from vouchers.organisations.queries import get_organisation
from vouchers.organisations.states import MemberRole
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

S = ApplicationState
AT = during_call()


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def a_colleague(application: Application, role: MemberRole = MemberRole.EDITOR) -> User:
    colleague = an_applicant(name="Bea Colleague")
    organisation = get_organisation(application.organisation_id)
    membership = invite_member(organisation, colleague.email, role, by=owner_of(application), at=AT)
    accept_membership(membership, by=colleague, at=AT)
    return colleague


def traces() -> tuple[int | None, ...]:
    """How many rows of each kind there are."""
    return tuple(db.session.scalar(select(func.count(kind.id))) for kind in (AuditEvent, Letter, Submission, Document))


def value_of(application: Application, question: str) -> Any:
    answer = queries.map_answers(application.id).get(question)
    return answer.value if answer else None


# --- start ------------------------------------------------------------------------------------------------------------


def test_start_gives_a_numbered_draft_in_the_organisations_region() -> None:
    draft = a_draft("MG", "DK-84")
    assert (draft.reference, draft.state, draft.region.code) == ("IN2-2026-0001", S.DRAFT, "DK-84")
    assert draft.scope == "in2lifesciences/DK-84"


def test_start_twice_gives_the_draft_that_is_still_empty() -> None:
    first = a_draft()
    owner, organisation = owner_of(first), get_organisation(first.organisation_id)
    again = a_draft(owner=owner, organisation=organisation)
    assert again.id == first.id
    drafting.save_answers(first, {"title": "Mine"}, by=owner, at=AT)
    assert a_draft(owner=owner, organisation=organisation).reference == "IN2-2026-0002"


@pytest.mark.parametrize(
    ("call", "instrument", "words"),
    [("2025-2", "MG", "closed on"), ("2027-1", "MG", "opens on")],
)
def test_start_is_refused_while_the_call_is_not_open(call: str, instrument: str, words: str) -> None:
    owner = an_applicant()
    organisation, before = an_organisation(owner), traces()
    with pytest.raises(RuleBroken, match=words):
        drafting.start_application(IN2.call(call), IN2.instrument(instrument), organisation, by=owner, at=AT)
    assert traces() == before


def test_start_is_for_writers_of_the_organisation() -> None:
    organisation = an_organisation(an_applicant())
    with pytest.raises(NotPermitted):
        drafting.start_application(IN2.call(), IN2.instrument("MG"), organisation, by=an_applicant(), at=AT)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_save_answers_keeps_sound_and_unsound_words_and_the_columns() -> None:
    draft = a_draft()
    given = {"title": "Sepsis", "requested_amount": "6 500.50", "headcount": "a dozen", "not_asked": "x"}
    saved = drafting.save_answers(draft, given, by=owner_of(draft), at=AT)
    assert {code: one.revision for code, one in saved.seen.items()} == {
        "title": 1,
        "requested_amount": 1,
        "headcount": 1,
    }
    assert value_of(draft, "headcount") == "a dozen"
    draft = queries.get_application(draft.id)
    assert (draft.title, draft.requested) == ("Sepsis", EUR("6500.50"))
    drafting.save_answers(draft, {"requested_amount": "lots"}, by=owner_of(draft), at=AT)
    assert queries.get_application(draft.id).requested is None


def test_save_answers_that_change_nothing_leave_no_event() -> None:
    draft = a_complete_draft()
    before = traces()
    drafting.save_answers(draft, {"headcount": "12", "company_website": ""}, by=owner_of(draft), at=AT)
    assert traces() == before


def test_nobodys_words_are_saved_over() -> None:
    draft = a_draft()
    owner, colleague = owner_of(draft), a_colleague(draft)
    seen = drafting.save_answers(draft, {"title": "First"}, by=owner, at=AT).seen
    drafting.save_answers(draft, {"title": "Bea's"}, by=colleague, at=AT, bases=seen)
    saved = drafting.save_answers(draft, {"title": "Ada's", "provider_name": "Lab"}, by=owner, at=AT, bases=seen)
    assert [(one.question, one.value, one.saved_by_id) for one in saved.overtaken] == [("title", "Bea's", colleague.id)]
    assert (value_of(draft, "title"), value_of(draft, "provider_name")) == ("Bea's", "Lab")
    again = drafting.save_answers(draft, {"title": "Ada's"}, by=owner, at=AT, bases=saved.seen)
    assert again.overtaken == []
    assert value_of(draft, "title") == "Ada's"


def test_ones_own_second_save_is_never_a_conflict() -> None:
    draft = a_draft()
    drafting.save_answers(draft, {"title": "One"}, by=owner_of(draft), at=AT, bases={})
    saved = drafting.save_answers(draft, {"title": "Two"}, by=owner_of(draft), at=AT, bases={})
    assert saved.overtaken == []


def test_a_viewer_may_not_write() -> None:
    draft = a_draft()
    with pytest.raises(NotPermitted):
        drafting.save_answers(draft, {"title": "x"}, by=a_colleague(draft, MemberRole.VIEWER), at=AT)


# --- files ------------------------------------------------------------------------------------------------------------


def test_attach_and_detach() -> None:
    draft = a_draft()
    owner = owner_of(draft)
    document = drafting.attach_document(draft, "offer", a_file(), by=owner, at=AT)
    assert drafting.attach_document(draft, "offer", a_file(), by=owner, at=AT).id == document.id
    assert [one.filename for one in list_documents_of("application", draft.id)] == ["offer.pdf"]
    drafting.detach_document(draft, document.id, by=owner, at=AT)
    assert list_documents_of("application", draft.id) == []
    with pytest.raises(NotFound):
        drafting.detach_document(draft, document.id, by=owner, at=AT)


def test_attach_is_refused_for_what_nobody_asked_for() -> None:
    draft, before = a_draft(), traces()
    with pytest.raises(RuleBroken):
        drafting.attach_document(draft, "holiday", a_file(), by=owner_of(draft), at=AT)
    assert traces()[1:] == before[1:]


def test_a_file_of_another_application_cannot_be_detached() -> None:
    mine, other = a_draft(), a_complete_draft()
    document = list_documents_of("application", other.id)[0]
    with pytest.raises(NotFound):
        drafting.detach_document(mine, document.id, by=owner_of(mine), at=AT)
    assert list_documents_of("application", other.id)


# --- submit -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", ["MG", "INS", "COL"])
def test_submit_gives_a_numbered_receipt_over_the_exact_content(instrument: str) -> None:
    application = a_submitted_application(instrument)
    submission = queries.get_submission(application.id)
    content = read_content(submission.content)
    assert (application.state, application.submitted_at) == (S.SUBMITTED, AT)
    assert submission.receipt_number == "R-IN2-2026-000001"
    assert submission.sha256 == sha256_of(submission.content)
    assert content.answers["title"] == "A faster assay for sepsis"
    assert [one.purpose for one in content.documents] == ([] if instrument == "MG" else ["offer"])
    assert content.call_digest == application.call.digest
    body = db.session.scalars(
        select(AuditDetail.body).join(AuditDetail.event).where(AuditEvent.tag == "application.submit")
    ).one()
    named = {"kind": "application", "purpose": "submission", "sha256": submission.sha256}
    assert named in body["contents"], "the record names what was submitted"


def test_submit_writes_to_everybody_who_may_act() -> None:
    draft = a_complete_draft()
    owner, editor, viewer = owner_of(draft), a_colleague(draft), a_colleague(draft, MemberRole.VIEWER)
    submitting.submit_application(draft, by=editor, at=AT)
    letters = db.session.scalars(select(Letter).where(Letter.occasion == "applications/submit")).all()
    assert {letter.to_email for letter in letters} == {owner.email, editor.email}
    assert viewer.email not in {letter.to_email for letter in letters}
    assert "R-IN2-2026-000001" in letters[0].heading
    assert queries.get_submission(draft.id).sha256 in letters[0].body
    assert "11:00 (Brussels time)" in letters[0].body


def test_submit_is_refused_with_anything_missing() -> None:
    draft = a_complete_draft(answers={"headcount": "a dozen", "title": ""})
    before = traces()
    with pytest.raises(RuleBroken, match="2 things to mend"):
        submitting.submit_application(draft, by=owner_of(draft), at=AT)
    assert traces() == before
    assert queries.get_application(draft.id).state == S.DRAFT


def test_the_last_second_counts_and_the_next_does_not() -> None:
    late, timely = a_complete_draft(), a_complete_draft()
    closes_at = late.call.closes_at
    future = {"activity_start": "2027-08-01", "activity_end": "2027-09-01"}
    for draft in (late, timely):
        drafting.save_answers(draft, future, by=owner_of(draft), at=AT)
    before = traces()
    with pytest.raises(RuleBroken, match="closed on 31 March 2027, 17:00"):
        submitting.submit_application(late, by=owner_of(late), at=closes_at + timedelta(seconds=1))
    assert traces() == before
    assert value_of(late, "title") == "A faster assay for sepsis"
    submitting.submit_application(timely, by=owner_of(timely), at=closes_at + timedelta(microseconds=999_999))
    assert queries.get_application(timely.id).state == S.SUBMITTED


def test_the_instant_of_the_receipt_is_compared_with_the_deadline_and_stands_on_everything() -> None:
    late, timely = a_complete_draft(), a_complete_draft()
    closes_at, before = late.call.closes_at, traces()
    with pytest.raises(RuleBroken, match="closed on 31 March 2027, 17:00"):
        submitting.submit_application(late, by=owner_of(late), at=AT, clock=lambda: closes_at + timedelta(seconds=1))
    assert traces() == before

    received_at = AT + timedelta(seconds=3)
    submission = submitting.submit_application(timely, by=owner_of(timely), at=AT, clock=lambda: received_at)
    assert submission.submitted_at == queries.get_application(timely.id).submitted_at == received_at
    assert read_content(submission.content).submitted_at == received_at.isoformat()
    assert db.session.scalar(select(AuditEvent.at).where(AuditEvent.tag == "application.submit")) == received_at


@pytest.mark.postgres
def test_the_clock_is_read_once_every_earlier_receipt_is_committed(app: Any) -> None:
    first, second = a_complete_draft(), a_complete_draft()
    first_owner, second_id, second_owner_id = owner_of(first), second.id, owner_of(second).id
    read: list[str] = []

    def submit_second() -> None:
        with app.app_context():
            application, person = queries.get_application(second_id), db.session.get(User, second_owner_id)
            submitting.submit_application(application, by=person, at=AT, clock=lambda: read.append("second") or AT)

    def read_while_the_other_waits() -> datetime:
        pool.submit(submit_second).add_done_callback(lambda done: read.append(repr(done.exception())))
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not db.session.scalar(waiting) and not read:
            pass
        read.append("first")
        return AT

    with ThreadPoolExecutor(1) as pool:
        submitting.submit_application(first, by=first_owner, at=AT, clock=read_while_the_other_waits)
    assert read == ["first", "second", "None"]


def test_submit_twice_gives_one_submission() -> None:
    application = a_submitted_application()
    before = traces()
    with pytest.raises(WrongState):
        submitting.submit_application(application, by=owner_of(application), at=AT)
    assert traces() == before


@pytest.mark.postgres
def test_two_who_submit_at_once_give_one_submission(app: Any) -> None:
    draft = a_complete_draft()
    people, draft_id, together = [owner_of(draft).id, a_colleague(draft).id], draft.id, Barrier(2, timeout=20)

    def press(user_id: int) -> str:
        with app.app_context():
            application, person = queries.get_application(draft_id), db.session.get(User, user_id)
            together.wait()
            try:
                submitting.submit_application(application, by=person, at=AT)
            except WrongState:
                return "someone was faster"
            finally:
                db.session.remove()
            return "submitted"

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, people)) == ["someone was faster", "submitted"]
    assert db.session.scalar(select(func.count(Submission.id))) == 1


def test_receipt_numbers_have_no_gaps() -> None:
    broken = a_complete_draft(answers={"title": ""})
    a_submitted_application()
    with pytest.raises(RuleBroken):
        submitting.submit_application(broken, by=owner_of(broken), at=AT)
    last = a_submitted_application()
    assert queries.get_submission(last.id).receipt_number == "R-IN2-2026-000002"


# --- withdraw, and the office's steps ---------------------------------------------------------------------------------


def test_withdraw_with_a_reason() -> None:
    application = a_submitted_application()
    submitting.withdraw_application(application, "The partner left.", by=owner_of(application), at=AT)
    assert queries.get_application(application.id).state == S.WITHDRAWN
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "applications/withdraw")).one()
    assert "The partner left." in letter.body
    with pytest.raises(WrongState):
        submitting.withdraw_application(application, "Again", by=owner_of(application), at=AT)


def test_withdraw_is_not_for_staff() -> None:
    application = a_submitted_application()
    with pytest.raises(NotPermitted):
        submitting.withdraw_application(application, "x", by=a_manager(), at=AT)


def a_manager(region: str = "BE-WAL") -> User:
    return a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", region, with_factor=False)


def test_the_way_of_a_voucher() -> None:
    application, manager = a_submitted_application(), a_manager()
    deciding.find_eligible_application(application, by=manager, at=AT)
    deciding.start_evaluation_application(application, by=manager, at=AT)
    deciding.finish_evaluation_application(application, "12.5", by=OFFICE, at=AT)
    deciding.reserve_application(application, by=manager, at=AT)
    deciding.award_application(application, EUR("7000"), by=manager, at=AT)
    assert (application.score, application.awarded, application.decided_at) == ("12.5", EUR("7000"), AT)
    deciding.agree_application(application, by=OFFICE, at=AT)
    deciding.complete_application(application, by=OFFICE, at=AT)
    assert queries.get_application(application.id).state == S.COMPLETED


def test_the_other_ends() -> None:
    manager = a_manager()
    ineligible, rejected, lapsed = (a_submitted_application("MG") for _ in range(3))
    deciding.find_ineligible_application(ineligible, by=manager, at=AT, why="Not an SME")
    for one in (rejected, lapsed):
        deciding.find_eligible_application(one, by=manager, at=AT)
    deciding.reject_application(rejected, by=manager, at=AT, why="Too weak")
    deciding.award_application(lapsed, EUR("500"), by=manager, at=AT)
    deciding.lapse_application(lapsed, by=OFFICE, at=AT)
    assert [queries.get_application(one.id).state for one in (ineligible, rejected, lapsed)] == [
        S.INELIGIBLE,
        S.REJECTED,
        S.LAPSED,
    ]
    assert ineligible.decided_at == rejected.decided_at == AT


def test_another_regions_manager_may_not_decide() -> None:
    application = a_submitted_application()
    stranger, before = a_manager("NL-NB"), traces()
    for step in (deciding.find_eligible_application, deciding.start_evaluation_application):
        with pytest.raises((NotPermitted, WrongState)):
            step(application, by=stranger, at=AT)
    assert traces() == before


def test_what_only_the_office_does_by_itself() -> None:
    application, manager = a_submitted_application(), a_manager()
    deciding.find_eligible_application(application, by=manager, at=AT)
    deciding.start_evaluation_application(application, by=manager, at=AT)
    with pytest.raises(NotPermitted):
        deciding.finish_evaluation_application(application, "1", by=manager, at=AT)
