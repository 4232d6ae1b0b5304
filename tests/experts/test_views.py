"""The pages of experts, as a browser without scripts sees them."""

import pytest
from sqlalchemy import inspect, select

from tests.builders.evaluation import an_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.experts import queries
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.regions.models import Region
from vouchers.users.states import Role

PROGRAMME = "in2lifesciences"
TYPED = {
    "email": "eva@pool.example",
    "name": "Eva Expert",
    "programme": PROGRAMME,
    "employer": "KTH",
    "country": "DK",
    "region_code": "DK-84",
    "languages": ["en", "da"],
    "expertise": "Sensors",
    "load_limit": "5",
}


@pytest.fixture
def desk(app, clock, client):
    """A browser in which a cluster manager is signed in."""
    in2()
    return signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL"))


def test_register_lists_and_searches(desk):
    an_expert(name="Eva Expert", employer="KTH")
    an_expert(name="Otto Other", employer="DTU")
    page = desk.get("/experts/?q=KTH")
    assert page.status_code == 200
    assert "Eva Expert" in page.text
    assert "Otto Other" not in page.text


def test_register_shows_only_the_readers_programme(app, clock, client):
    in2()
    an_expert(name="Eva Expert")
    other = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, "other", "BE-WAL"))
    assert "Eva Expert" not in other.get("/experts/").text


def test_admit_enters_the_expert(desk):
    assert desk.get("/experts/new").status_code == 200
    answer = desk.post("/experts/new", data=TYPED)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "Eva Expert is admitted" in page
    assert "Danish" in page


def test_only_regions_of_the_programme_are_offered(desk):
    """Another programme's region stands in the same table."""
    with unit_of_work():
        known = db.session.scalars(select(Region).where(Region.code == "BE-WAL")).one()
        values = {column.key: getattr(known, column.key) for column in inspect(Region).column_attrs}
        db.session.add(Region(**values | {"id": None, "code": "XX-1"}))
    for page in ("/experts/", "/experts/new", "/providers/new", "/providers/register"):
        text = desk.get(page).text
        assert 'value="BE-WAL"' in text, page
        assert 'value="XX-1"' not in text, page


def test_an_expert_may_come_from_any_country(desk):
    answer = desk.post("/experts/new", data=TYPED | {"country": "PL", "region_code": ""})
    assert answer.status_code == 303
    assert "Poland" in desk.get(answer.location).text


def test_admit_keeps_what_was_typed(desk):
    answer = desk.post("/experts/new", data=TYPED | {"employer": "", "languages": []})
    assert answer.status_code == 422
    assert "Enter the employer" in answer.text
    assert "Choose at least one language" in answer.text
    assert "Sensors" in answer.text
    assert db.session.query(Expert).count() == 0


def test_admit_twice_says_that_the_expert_is_there(desk):
    desk.post("/experts/new", data=TYPED)
    again = desk.post("/experts/new", data=TYPED)
    assert again.status_code == 422
    assert "in the register already" in again.text


def test_edit_suspend_and_reinstate(desk):
    expert_id = an_expert(name="Eva Expert").id
    assert desk.get(f"/experts/{expert_id}/edit").status_code == 200
    version = queries.get_expert(expert_id).version
    answer = desk.post(f"/experts/{expert_id}/edit", data=TYPED | {"employer": "DTU", "version": version})
    assert answer.status_code == 303
    assert desk.post(f"/experts/{expert_id}/edit", data=TYPED | {"version": version}).status_code == 409
    assert desk.post(f"/experts/{expert_id}/suspend", data={"reason": ""}).status_code == 422
    assert desk.get(f"/experts/{expert_id}/suspend").status_code == 200
    assert desk.post(f"/experts/{expert_id}/suspend", data={"reason": "No declaration."}).status_code == 303
    page = desk.get(f"/experts/{expert_id}").text
    assert "No declaration." in page
    assert "Admit again" in page
    assert desk.post(f"/experts/{expert_id}/reinstate").status_code == 303
    assert queries.get_expert(expert_id).state == ExpertState.ADMITTED
    assert desk.post(f"/experts/{expert_id}/reinstate").status_code == 409


def test_the_page_that_suspends_names_the_open_tasks(desk):
    in2()
    given = an_assignment(an_eligible_application())
    assert given.application.reference in desk.get(f"/experts/{given.expert_id}/suspend").text


@pytest.mark.parametrize("path", ["", "/edit", "/suspend"])
def test_another_programmes_staff_are_refused(app, clock, client, path):
    in2()
    expert_id = an_expert().id
    other = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, "other", "BE-WAL"))
    assert other.get(f"/experts/{expert_id}{path}").status_code == (200 if path == "" else 403)


def test_the_expert_sees_the_own_entry_and_nobody_elses(app, clock, client):
    in2()
    mine, other = an_expert(), an_expert()
    browser = signed_in(client, mine.user)
    page = browser.get(f"/experts/{mine.id}")
    assert page.status_code == 200
    assert "Change the entry" not in page.text
    assert browser.get(f"/experts/{other.id}").status_code == 403
    assert browser.get("/experts/").status_code == 403
    assert browser.get("/experts/new").status_code == 403


def test_applicants_and_unknown_numbers(app, clock, client):
    in2()
    expert_id = an_expert().id
    browser = signed_in(client, an_applicant())
    assert browser.get(f"/experts/{expert_id}").status_code == 403
    assert browser.get("/experts/999999").status_code == 404
