"""A copy of one's own data: everything of one's own, nothing of anybody else, for some days, for oneself alone."""

from __future__ import annotations

import io
import json
import os
import signal
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.applications import ANSWERS, PDF, a_submitted_application, owner_of
from tests.builders.evaluation import a_marked_assignment, an_eligible_application
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from tests.builders.users import an_administrator, an_applicant, signed_in
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.jobs.registry import JOBS
from vouchers.letters.models import Letter
from vouchers.retention.actions import copying
from vouchers.retention.queries import own
from vouchers.retention.states import CopyState
from vouchers.users.actions.forgetting import forget_user
from vouchers.users.queries import get_user
from vouchers.workflow.transition import OFFICE

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
    return own.get_copy(made.id)


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
    assert told["letters"]
    (file,) = told["files"]
    assert package.read(file["file"]) == PDF
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


def test_ask_copy_for_oneself_or_by_an_administrator(office):
    person = an_applicant()
    with pytest.raises(NotPermitted):
        copying.ask_copy(person, by=office.manager, at=AT)
    with pytest.raises(NotPermitted):
        copying.ask_copy(person, by=an_applicant(), at=AT)
    made = copying.ask_copy(person, "By letter.", by=an_administrator(), at=AT)
    assert made.state is CopyState.ASKED
    with pytest.raises(RuleBroken, match="already"):
        copying.ask_copy(person, by=person, at=AT)


def test_make_and_expire_are_the_offices_alone(office):
    person = an_applicant()
    copy = a_copy(person)
    assert copy.ends_at == AT + timedelta(days=7)
    with pytest.raises(NotPermitted):
        copying.expire_copy(copy, by=person, at=AT)
    with pytest.raises(WrongState):
        copying.keep_copy(copy, None, by=OFFICE, at=AT)
    waiting = copying.ask_copy(an_applicant(), by=OFFICE, at=AT)
    with pytest.raises(NotPermitted):
        copying.keep_copy(waiting, None, by=person, at=AT)


def test_expire_copy_deletes_the_file(office):
    copy = a_copy(an_applicant())
    document = db.session.get(Document, copy.document_id)
    JOBS["retention.sweep"](at=AT + timedelta(days=6))
    assert the_store().exists(document.sha256)
    after = AT + timedelta(days=3650)
    JOBS["retention.sweep"](at=after)
    db.session.expire_all()
    assert own.get_copy(copy.id).state is CopyState.EXPIRED
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
    assert own.get_copy(made).state is CopyState.ASKED
    for _time in range(2):
        JOBS["retention.make_copy"](copy_id=made, at=AT)
    db.session.expire_all()
    assert own.get_copy(made).state is CopyState.MADE
    assert len(list(db.session.scalars(select(Letter).where(Letter.occasion == "retention/make_copy")))) == 1


def test_the_pages(office, client, clock):
    person = an_applicant()
    own_window = signed_in(client, person)
    assert "/retention/own-data" in own_window.get("/account").text
    assert "is being written" in own_window.post("/retention/own-data/ask", follow_redirects=True).text
    assert own_window.get("/retention/own-data").headers["Refresh"] == "5"
    made = own.find_newest(person.id)
    assert own_window.get(f"/retention/own-data/{made.id}/file").status_code == 410
    JOBS["retention.make_copy"](copy_id=made.id, at=AT)
    page = f"/retention/own-data/{made.id}/file"
    assert page in own_window.get("/retention/own-data").text
    fetched = own_window.get(page, buffered=True)
    assert (fetched.status_code, fetched.mimetype) == (200, "application/zip")
    for other in (an_applicant(), office.manager, an_administrator()):
        assert signed_in(client, other).get(page).status_code == 403
    clock.stop(AT + timedelta(days=7))
    late = signed_in(client, person).get(page)
    assert late.status_code == 410
    assert "Ask for a new one" in late.text


def test_an_administrator_asks_for_somebody(office, client):
    person = an_applicant()
    page = f"/retention/persons/{person.id}/copy"
    desk = signed_in(client, an_administrator())
    assert page in desk.get(f"/people/{person.id}").text
    assert desk.post(page, data={"reason": ""}).status_code == 422
    assert "alone can fetch it" in desk.post(page, data={"reason": "By letter."}, follow_redirects=True).text
    assert own.find_newest(person.id).reason == "By letter."
    assert signed_in(client, office.manager).get(page).status_code == 403


def test_command(app, office):
    person = an_applicant()
    runner = app.test_cli_runner()
    done = runner.invoke(args=["retention", "export", person.email])
    assert done.exit_code == 0, done.output
    assert person.email in done.output
    assert runner.invoke(args=["retention", "export", "nobody@x.example"]).exit_code == 1
