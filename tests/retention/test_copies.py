"""A copy of one's own data: everything of one's own, nothing of anybody else, for some days, for oneself alone."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import zipfile
from datetime import timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from sqlalchemy import select, update

from tests.builders.applications import ANSWERS, a_submitted_application, owner_of
from tests.builders.evaluation import a_marked_assignment, an_awarded_application, an_eligible_application
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from tests.builders.recoveries import a_paid_agreement, a_suspicion
from tests.builders.retention import a_keeper
from tests.builders.surveys import a_survey
from tests.builders.users import PASSWORD, an_administrator, an_applicant, signed_in
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.jobs.registry import JOBS
from vouchers.letters.models import Letter
from vouchers.organisations.actions import accept_membership, end_membership, invite_member
from vouchers.organisations.models import Membership
from vouchers.organisations.states import MemberRole
from vouchers.retention.actions import copying
from vouchers.retention.queries import copies
from vouchers.retention.states import CopyState
from vouchers.surveys.actions import answer_survey
from vouchers.surveys.policy import Respondent
from vouchers.users.actions.accounts import request_password_reset
from vouchers.users.actions.forgetting import forget_user
from vouchers.users.models import User
from vouchers.users.queries import get_user
from vouchers.workflow.transition import OFFICE, Visitor

AT = during_call()


@pytest.fixture
def office(app, clock):
    in2()
    clock.stop(AT)
    return Desk()


def a_copy(person, by=None):
    """A copy that is ready."""
    made = copying.ask_copy(person, by=by or person, at=AT)
    JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    db.session.expire_all()
    return copies.get_copy(made.id)


def opened(copy):
    document = db.session.get(Document, copy.document_id)
    with the_store().open(document.sha256) as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def test_the_copy_of_an_applicant(office):
    other = a_submitted_application("COL", answers={"title": "Somebody else’s secret title"})
    application = a_submitted_application("COL")
    owner = owner_of(application)
    package = opened(a_copy(owner))
    told = json.loads(package.read("data.json"))
    assert told["account"][0]["email"] == owner.email
    assert [one["reference"] for one in told["applications"]] == [application.reference]
    assert {one["question"] for one in told["answers"]} >= {"title", "work_plan"}
    assert any(one["tag"] == "application.submit" for one in told["steps"])
    assert "letters" in told
    assert {one["purpose"] for one in told["files"]} >= {"offer"}
    for file in told["files"]:
        assert hashlib.sha256(package.read(file["file"])).hexdigest() == file["sha256"]
    whole = package.read("data.json").decode() + package.read("index.html").decode()
    assert "work_plan" in whole
    for word in (ANSWERS["provider_contact"], ANSWERS["provider_email"], "secret title", owner_of(other).email):
        assert word not in whole
    assert other.reference not in whole
    assert "password" not in json.dumps(told["account"])


def test_the_copy_of_an_expert(office):
    assignment = a_marked_assignment(an_eligible_application())
    person = get_user(assignment.expert.user_id)
    told = json.loads(opened(a_copy(person)).read("data.json"))
    assert told["expert"][0]["programme_code"] == in2().code
    assert told["marks"][0]["overall_comment"] == "Good."
    assert "referees" not in told["expert"][0]


def test_what_was_typed_is_text_in_the_page(office):
    person = an_applicant("script@sme.example", name="<script>alert(1)</script>")
    page = opened(a_copy(person)).read("index.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_is_confidential_is_not_told_to_whom_it_concerns_nor_to_who_reported_it(office):
    agreement = a_paid_agreement(office)
    told = a_suspicion(agreement, office.maker)
    db.session.expire_all()
    for person in (owner_of(agreement.application), office.maker):
        package = opened(a_copy(person))
        whole = package.read("data.json").decode() + package.read("index.html").decode()
        assert "suspicion" not in whole
        assert told.text not in whole
        assert "claim.authorise" in whole or person.id != office.maker.id


def test_the_answers_to_a_survey_are_told_to_who_began_the_application_and_to_nobody_else(office):
    survey = a_survey(an_awarded_application("MG"), at=AT)
    answer_survey(survey, {"jobs_change": 2, "follow_on_cents": 1_250_000}, by=Respondent(survey.id), at=AT)
    package = opened(a_copy(owner_of(survey.application)))
    (told,) = json.loads(package.read("data.json"))["survey_answers"]
    assert (told["jobs_change"], told["follow_on_cents"], told["anyway"]) == (2, 1_250_000, None)
    assert "12500.00" in package.read("index.html").decode()
    stranger = owner_of(an_awarded_application("MG"))
    assert json.loads(opened(a_copy(stranger)).read("data.json"))["survey_answers"] == []


def test_words_of_a_company_are_told_to_those_who_belong_to_it(office):
    application = a_submitted_application("COL")
    owner = owner_of(application)
    membership = db.session.scalars(select(Membership).where(Membership.user_id == owner.id)).one()
    other = an_applicant()
    invited = invite_member(membership.organisation, other.email, MemberRole.OWNER, by=owner, at=AT)
    accept_membership(invited, by=other, at=AT)
    end_membership(membership, by=other, at=AT)
    told = json.loads(opened(a_copy(owner)).read("data.json"))
    assert (told["answers"], told["files"]) == ([], [])
    assert [one["reference"] for one in told["applications"]] == [application.reference]


def test_no_letter_of_a_copy_opens_a_door(office):
    person = an_applicant()
    request_password_reset(person.email, by=Visitor(), at=AT)
    with unit_of_work():
        db.session.execute(update(Letter).values(sent_at=AT))
    told = json.loads(opened(a_copy(person)).read("data.json"))
    bodies = [one["body"] for one in told["letters"]]
    assert any("[…]" in body for body in bodies)
    assert not any("http" in body for body in bodies)


def test_the_record_knows_a_copy_by_numbers(office):
    person, ruler = an_applicant("eve@sme.example", name="Eve Example"), an_administrator()
    made = copying.ask_copy(person, "Letter of Eve Example.", by=ruler, at=AT)
    JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    copying.fetch_copy(copies.get_copy(made.id), by=ruler, at=AT)
    told = db.session.execute(
        select(AuditEvent.tag, AuditEvent.actor_id, AuditDetail.body)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.subject_kind == "data_copy")
        .order_by(AuditEvent.id)
    ).all()
    assert [(tag, who) for tag, who, _body in told if tag != "data_copy.report"] == [
        ("data_copy.ask", ruler.id), ("data_copy.make", None), ("data_copy.fetch", ruler.id)
    ]  # fmt: skip
    assert {tag for tag, _who, _body in told} >= {"data_copy.report"}
    assert not any("Eve" in json.dumps(body) or "eve@" in json.dumps(body) for _tag, _who, body in told)


def test_ask_copy_for_oneself_or_on_request(office):
    person = an_applicant()
    for other in (office.manager, an_applicant(), a_keeper("first", at=AT)):
        with pytest.raises(NotPermitted):
            copying.ask_copy(person, by=other, at=AT)
    made = copying.ask_copy(person, "By letter.", by=an_administrator(), at=AT)
    assert made.state is CopyState.ASKED
    with pytest.raises(RuleBroken, match="already"):
        copying.ask_copy(person, by=person, at=AT)


def test_make_report_fail_and_expire_are_the_offices_alone(office):
    person = an_applicant()
    copy = a_copy(person)
    assert (copy.ends_at, copy.done) == (AT + timedelta(days=7), 100)
    with pytest.raises(NotPermitted):
        copying.expire_copy(copy, by=person, at=AT)
    for late in (copying.report_copy, copying.keep_copy):
        with pytest.raises(WrongState):
            late(copy, None, by=OFFICE, at=AT)
    waiting = copying.ask_copy(an_applicant(), by=OFFICE, at=AT)
    for act in (copying.report_copy, copying.keep_copy):
        with pytest.raises(NotPermitted):
            act(waiting, None, by=person, at=AT)
    with pytest.raises(NotPermitted):
        copying.fail_copy(waiting, by=person, at=AT)
    copying.report_copy(waiting, 50, by=OFFICE, at=AT)
    copying.fail_copy(waiting, by=OFFICE, at=AT)
    assert copies.get_copy(waiting.id).state is CopyState.FAILED


def test_fetch_copy_is_for_the_person_and_for_who_asked(office):
    person, ruler = an_applicant(), an_administrator()
    copy = a_copy(person, by=ruler)
    for other in (an_applicant(), an_administrator(), office.manager):
        with pytest.raises(NotPermitted):
            copying.fetch_copy(copy, by=other, at=AT)
    for one in (person, ruler):
        copying.fetch_copy(copies.get_copy(copy.id), by=one, at=AT)
    with pytest.raises(RuleBroken, match="any more"):
        copying.fetch_copy(copies.get_copy(copy.id), by=person, at=AT + timedelta(days=7))
    (letter,) = db.session.scalars(select(Letter).where(Letter.occasion == "retention/make_copy"))
    assert letter.to_user_id == person.id
    assert "If you did not ask, tell us" in letter.body


def test_a_copy_that_cannot_be_written_may_be_asked_for_again(office):
    person = an_applicant()
    made = copying.ask_copy(person, by=person, at=AT)
    with unit_of_work():
        db.session.execute(update(User).where(User.id == person.id).values(time_zone="Nowhere/Else"))
    with pytest.raises(ZoneInfoNotFoundError):
        JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    assert copies.get_copy(made.id).state is CopyState.FAILED
    assert copying.ask_copy(get_user(person.id), by=person, at=AT).state is CopyState.ASKED


def test_expire_copy_deletes_the_file(office):
    copy = a_copy(an_applicant())
    document = db.session.get(Document, copy.document_id)
    JOBS["retention.sweep"](at=AT + timedelta(days=6))
    assert the_store().exists(document.sha256)
    after = AT + timedelta(days=3650)
    JOBS["retention.sweep"](at=after)
    db.session.expire_all()
    assert copies.get_copy(copy.id).state is CopyState.EXPIRED
    assert (document.filename, document.disposed_at) == ("", after)
    assert not the_store().exists(document.sha256)


def test_a_forgotten_person_has_no_copy(office):
    person = an_applicant()
    forget_user(person, "P-1", by=OFFICE, at=AT)
    with pytest.raises(RuleBroken):
        copying.ask_copy(get_user(person.id), by=OFFICE, at=AT)


def test_a_worker_killed_while_it_writes(office):
    person = an_applicant()
    made = copying.ask_copy(person, by=person, at=AT).id
    db.session.remove()
    child = os.fork()
    if child == 0:
        for engine in db.engines.values():
            engine.dispose(close=False)
        the_store().put = lambda *_given: os.kill(os.getpid(), signal.SIGKILL)
        JOBS["retention.make_copy"](copy_id=made, at=AT)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert copies.get_copy(made).state is CopyState.ASKED
    for _time in range(2):
        JOBS["retention.make_copy"](copy_id=made, at=AT)
    db.session.expire_all()
    assert copies.get_copy(made).state is CopyState.MADE
    assert len(list(db.session.scalars(select(Letter).where(Letter.occasion == "retention/make_copy")))) == 1


def test_the_pages(office, client, clock):
    person = an_applicant()
    own_window = signed_in(client, person)
    assert "/retention/own-data" in own_window.get("/account").text
    wrong = own_window.post("/retention/own-data", data={"password": "guessed"})
    assert (wrong.status_code, copies.find_newest(person.id)) == (422, None)
    assert "The password is not right" in wrong.text
    shown = own_window.post("/retention/own-data", data={"password": PASSWORD}, follow_redirects=True)
    assert "0 of 100" in shown.text
    made = copies.find_newest(person.id)
    page = f"/retention/copies/{made.id}"
    assert own_window.get(page).headers["Refresh"] == "5"
    assert own_window.post(f"{page}/fetch", data={"password": PASSWORD}).status_code == 410
    JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    assert page in own_window.get("/retention/own-data").text
    assert own_window.post(f"{page}/fetch", data={"password": "guessed"}).status_code == 422
    fetched = own_window.post(f"{page}/fetch", data={"password": PASSWORD}, buffered=True)
    assert (fetched.status_code, fetched.mimetype) == (200, "application/zip")
    db.session.expire_all()
    assert copies.get_copy(made.id).fetched_at == AT
    for other in (an_applicant(), office.manager, an_administrator()):
        assert signed_in(client, other).get(page).status_code == 403
        assert signed_in(client, other).post(f"{page}/fetch", data={"password": PASSWORD}).status_code == 403
    clock.stop(AT + timedelta(days=7))
    late = signed_in(client, person)
    assert "Ask for a new one" in late.get(page).text
    assert late.post(f"{page}/fetch", data={"password": PASSWORD}).status_code == 410


def test_a_copy_on_request(office, client):
    person = an_applicant()
    page = f"/retention/persons/{person.id}/copy"
    desk = signed_in(client, an_administrator())
    assert page in desk.get(f"/people/{person.id}").text
    for given in ({"reason": "", "password": PASSWORD}, {"reason": "By letter.", "password": "guessed"}):
        refused = desk.post(page, data=given)
        assert refused.status_code == 422
        assert given["reason"] in refused.text
    assert desk.post(page, data={"reason": "By letter.", "password": PASSWORD}).status_code == 303
    made = copies.find_newest(person.id)
    assert made.reason == "By letter."
    JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    assert f"/retention/copies/{made.id}" in desk.get(page).text
    fetched = desk.post(f"/retention/copies/{made.id}/fetch", data={"password": PASSWORD}, buffered=True)
    assert fetched.mimetype == "application/zip"
    assert signed_in(client, office.manager).get(page).status_code == 403


def test_command(app, office):
    person = an_applicant()
    runner = app.test_cli_runner()
    done = runner.invoke(args=["retention", "export", person.email])
    assert done.exit_code == 0, done.output
    assert person.email in done.output
    assert runner.invoke(args=["retention", "export", "nobody@x.example"]).exit_code == 1
