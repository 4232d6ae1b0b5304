"""The pages of calls for a pool, as a browser without scripts sees them."""

from io import BytesIO

import pytest
from sqlalchemy import select

from tests.builders.applications import an_organisation
from tests.builders.pools import PDF, PROGRAMME, a_pool_call, an_enrolment
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.queries import list_files
from vouchers.pools.states import EnrolmentState, PoolKind
from vouchers.users.states import Role

TYPED = {
    "programme": PROGRAMME, "kind": "experts", "title": "Experts wanted", "summary": "Mark for us.",
    "opens_on": "2026-03-01", "opens_time": "09:00", "closes_on": "2026-04-01", "closes_time": "17:00",
    "time_zone": "Europe/Brussels", "months": "36", "criteria": "Knowledge; 60; 3\nClarity; 40",
    "questions_must": "Why you?", "questions_may": "", "files_must": "", "files_may": "Diploma",
}  # fmt: skip
ANSWERS = {
    "employer": "KTH", "country": "SE", "region_code": "", "languages": ["en"], "expertise": "Sensors",
    "load_limit": "5", "daily_rate": "600", "answer_q1": "I know it.",
}  # fmt: skip


@pytest.fixture
def desk(app, clock, client):
    """A browser in which a cluster manager is signed in."""
    in2()
    return signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL"))


def test_a_call_from_draft_to_closing(app, desk):
    wrong = desk.post("/pools/new", data=TYPED | {"criteria": "A; much", "closes_on": "2026-02-01"})
    assert wrong.status_code == 422
    assert "the weight is a number" in wrong.text
    assert "must close after it opens" in wrong.text
    assert desk.get("/pools/new").status_code == 200
    path = desk.post("/pools/new", data=TYPED).location
    visitor = app.test_client()
    assert visitor.get(path).status_code == 403
    assert "Knowledge; 60; 3" in desk.get(f"{path}/edit").text
    assert desk.post(f"{path}/edit", data=TYPED | {"title": "Wanted: experts", "version": "1"}).status_code == 303
    assert desk.post(f"{path}/publish").status_code == 303
    assert "Wanted: experts" in visitor.get("/pools/").text
    assert "Knowledge" in visitor.get(path).text
    assert desk.get(f"{path}/extend").status_code == 200
    later = {"closes_on": "2026-03-20", "closes_time": "17:00", "reason": "Holidays."}
    assert desk.post(f"{path}/extend", data=later).status_code == 422
    assert desk.post(f"{path}/extend", data=later | {"closes_on": "2026-05-01"}).status_code == 303
    assert "1 May 2026" in visitor.get(path).text
    assert desk.get(f"{path}/close").status_code == 200
    assert desk.post(f"{path}/close").status_code == 303
    assert "Wanted: experts" not in visitor.get("/pools/").text
    assert "Wanted: experts" in desk.get("/pools/kept").text
    assert db.session.scalars(select(PoolCall.state)).one() == "closed"


def test_a_person_enrols_and_the_office_admits(app, desk, clock):
    desk.post("/pools/new", data=TYPED)
    call = db.session.scalars(select(PoolCall.id)).one()
    desk.post(f"/pools/{call}/publish")
    person = an_applicant()
    browser = signed_in(app.test_client(), person)
    assert browser.get(f"/pools/{call}/enrol").status_code == 200
    path = browser.post(f"/pools/{call}/enrol").location.removesuffix("/form")
    assert browser.get(f"{path}/form").status_code == 200
    wrong = browser.post(f"{path}/form", data=ANSWERS | {"daily_rate": "much", "away_from": "2026-04-01"})
    assert wrong.status_code == 422
    assert "Enter both days" in wrong.text
    assert "much" in wrong.text
    assert browser.post(f"{path}/form", data={"employer": "KTH"}).location.endswith("/files")
    assert "Attach “Curriculum vitae (CV)”" in browser.get(f"{path}/check").text
    version = db.session.scalars(select(Enrolment.version)).one()
    assert browser.post(f"{path}/form", data=ANSWERS | {"version": "1"}).status_code == 409
    assert browser.post(f"{path}/form", data=ANSWERS | {"version": str(version)}).status_code == 303

    def attach(purpose, content):
        sent = {f"{purpose}-file": (BytesIO(content), "cv.pdf")}
        return browser.post(f"{path}/files/{purpose}/attach", data=sent, content_type="multipart/form-data")

    assert attach("cv", b"nothing").status_code == 422
    assert attach("cv", PDF).status_code == 303
    assert attach("f1", PDF).status_code == 303
    assert attach("x9", PDF).status_code == 303
    page = browser.get(f"{path}/files").text
    assert page.count("cv.pdf") >= 2
    version = db.session.scalars(select(Enrolment.version)).one()
    signed = {"is_true": "yes", "name": person.name, "version": str(version)}
    assert browser.post(f"{path}/check", data=signed | {"name": "Else"}).status_code == 422
    assert browser.post(f"{path}/check", data=signed).status_code == 303
    assert "IN2LIFESCIENCES-POOL-2026-0001" in browser.get(path).text
    assert "Your enrolments" in browser.get("/pools/").text
    shown = desk.get(path).text
    assert "EUR 600.00" in shown
    assert desk.get(f"{path}/mark").status_code == 200
    marks = {"mark_c1": "4.0", "comment_c1": "Well.", "mark_c2": "3.5", "comment_c2": ""}
    assert desk.post(f"{path}/mark", data={"mark_c1": "4.0"}).status_code == 422
    assert desk.post(f"{path}/mark", data=marks).status_code == 303
    assert "Well." in desk.get(path).text
    assert "Well." not in browser.get(path).text
    assert "3.80" in desk.get(f"/pools/{call}").text
    assert desk.get(f"{path}/admit").status_code == 200
    assert desk.post(f"{path}/admit", data={"until": "2020-01-01"}).status_code == 422
    assert desk.post(f"{path}/admit", data={"until": "2028-01-01"}).status_code == 303
    assert "Admitted until" in browser.get(path).text
    assert browser.get("/experts/mine").status_code == 303


def test_an_organisation_enrols_as_a_provider_with_what_is_known(app, desk, clock):
    call, owner = a_pool_call(PoolKind.PROVIDERS), an_applicant()
    browser = signed_in(app.test_client(), owner)
    assert "Add an organisation" in browser.get(f"/pools/{call.id}/enrol").text
    organisation = an_organisation(owner)
    path = browser.post(f"/pools/{call.id}/enrol", data={"organisation": organisation.id}).location
    assert organisation.vat_number in browser.get(path).text
    wrong = {"country": "BE", "vat_number": "BE0403170702", "services": "Test; much", "contact_email": "a@b.example"}
    answer = browser.post(path, data=wrong)
    assert answer.status_code == 422
    assert "is no price" in answer.text
    assert "cannot be a VAT number" in answer.text


def test_withdrawing_and_removing_a_file(app, desk):
    enrolment = an_enrolment(is_submitted=False)
    browser, path = signed_in(app.test_client(), enrolment.user), f"/pools/enrolments/{enrolment.id}"
    number = list_files(enrolment)[0].id
    assert browser.get(f"{path}/files/{number}").data == PDF
    assert browser.get(f"{path}/files/{number}/remove").status_code == 200
    assert browser.post(f"{path}/files/{number}/remove").status_code == 303
    assert browser.post(f"{path}/files/{number}/remove").status_code == 303
    assert browser.get(f"{path}/withdraw").status_code == 200
    assert browser.post(f"{path}/withdraw").status_code == 303
    assert db.session.scalars(select(Enrolment.state)).one() == EnrolmentState.WITHDRAWN


def test_strangers_see_nothing_of_an_enrolment_and_a_refusal_is_read(app, desk):
    enrolment = an_enrolment()
    path = f"/pools/enrolments/{enrolment.id}"
    stranger = signed_in(app.test_client(), an_applicant())
    for page in ("", "/form", "/check", "/mark", "/admit", "/refuse"):
        assert stranger.get(path + page).status_code == 403
    assert desk.get(f"{path}/refuse").status_code == 200
    assert desk.post(f"{path}/refuse", data={"reasons": "Not our field."}).status_code == 303
    assert "Not our field." in signed_in(app.test_client(), enrolment.user).get(path).text
