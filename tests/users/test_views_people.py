"""The register of people: for administrators, and for coordinators within their programme."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.builders.programmes import a_programme, in2
from tests.builders.users import (
    a_member_of_staff,
    an_administrator,
    an_applicant,
    an_expert_user,
    mailed_link,
    signed_in,
)
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.users import queries
from vouchers.users.actions.roles import grant_role
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import OFFICE


@pytest.fixture(autouse=True)
def _programme(app, clock):
    in2()


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.AUDITOR, Role.EXPERT, None])
def test_people_is_not_for_others(client, role):
    person = an_applicant() if role is None else an_expert_user() if role == Role.EXPERT else a_member_of_staff(role)
    other = an_applicant()
    signed_in(client, person)

    for path in ("/people", "/people/invite", f"/people/{other.id}", f"/people/{other.id}/roles"):
        assert client.get(path).status_code == 403
    for verb in ("disable", "enable", "reset-second-factor"):
        assert client.post(f"/people/{other.id}/{verb}", data={"reason": "x"}).status_code == 403
    assert queries.get_user(other.id).state == UserState.ACTIVE


def test_people_filters_and_counts(client):
    a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", name="Wim")
    a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", name="Dorte")
    signed_in(client, an_administrator())

    assert {"Wim", "Dorte"} <= set(words(client.get("/people?role=cluster_manager").text))
    only = words(client.get("/people?region=BE-WAL").text)
    assert "Wim" in only
    assert "Dorte" not in only
    assert "Nobody fits." in client.get("/people?q=nobody-is-called-so").text
    assert "Wim" in words(client.get("/people?q=WIM&sort=email&direction=desc&state=active").text)


def words(text):
    return text.replace("<", " ").replace(">", " ").split()


def test_a_coordinator_sees_the_people_of_the_own_programme(client):
    mine = a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", name="Fenna")
    theirs = a_member_of_staff(Role.FINANCE_OFFICER, "another", name="Gustav")
    everywhere = a_member_of_staff(Role.AUDITOR, name="Olivia")
    mine_id, theirs_id = mine.grants[0].id, theirs.grants[0].id
    signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences"))

    seen = words(client.get("/people").text)
    assert "Fenna" in seen
    assert "Olivia" in seen
    assert "Gustav" not in seen
    assert client.get(f"/people/{mine.id}").status_code == 200
    assert client.get(f"/people/{everywhere.id}").status_code == 200
    assert client.get(f"/people/{theirs.id}").status_code == 403
    assert client.post(f"/roles/{theirs_id}/revoke").status_code == 403
    assert client.post(f"/roles/{mine_id}/revoke").status_code == 303
    assert client.post(f"/roles/{mine_id}/revoke").status_code == 303


def test_invite_writes_a_letter_with_a_link(client):
    signed_in(client, an_administrator())
    data = {"email": "New@office.example", "name": "Nel", "role": "finance_officer", "region_code": "BE-WAL"}
    data["programme_code"] = "in2lifesciences"

    for _press in range(2):
        assert client.post("/people/invite", data=data).status_code == 303
    (grant,) = queries.find_user("new@office.example").grants
    assert grant.scope == "in2lifesciences/BE-WAL"
    assert "/invitation/" in mailed_link("new@office.example")
    letters = db.session.scalars(select(Letter).where(Letter.to_email == "new@office.example")).all()
    assert len(letters) == 2
    for letter in letters:  # also the first one says what became of its link
        assert "only the link in the newest one works" in letter.body


def test_a_role_names_its_programme_wherever_roles_are_told(client, app, clock, monkeypatch):
    person = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", email="max@demo.example")
    grant_role(person, Role.CLUSTER_MANAGER, "lottery", "BE-WAL", by=OFFICE, at=clock.now)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    monkeypatch.setattr(app, "url_build_error_handlers", [lambda _error, endpoint, _values: f"/{endpoint}"])

    pages = [client.get("/sign-in").text]
    signed_in(client, an_administrator())
    pages += [client.get(path).text for path in ("/people?q=max@demo.example", f"/people/{person.id}")]
    for page in pages:
        assert re.search("in2lifesciences, Wallonia.*lottery, Wallonia", page, re.DOTALL)
    listed = app.test_cli_runner().invoke(args=["demo", "users"]).output
    assert "Cluster manager in2lifesciences BE-WAL, Cluster manager lottery BE-WAL" in listed


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"role": "emperor"}, "Choose a role"),
        ({"email": "nobody"}, "correct format"),
        ({"programme_code": "another"}, "Select one of the answers"),
        ({"role": "administrator", "region_code": "BE-WAL"}, "whole server"),
    ],
)
def test_invite_refuses_what_makes_no_sense(client, changed, word):
    signed_in(client, an_administrator())
    data = {"email": "new@office.example", "name": "Nel", "role": "auditor", **changed}

    answer = client.post("/people/invite", data=data)
    assert answer.status_code == 422
    assert word in answer.text
    assert queries.find_user("new@office.example") is None


def test_no_role_is_given_in_a_region_that_the_programme_does_not_have(client):
    a_programme()
    person = an_applicant()
    signed_in(client, an_administrator())
    role = {"role": "cluster_manager", "programme_code": "small", "region_code": "BE-WAL"}

    invited = client.post("/people/invite", data={"email": "new@office.example", "name": "Nel", **role})
    given = client.post(f"/people/{person.id}/roles", data=role)

    for answer in (invited, given):
        assert answer.status_code == 422
        assert "small has no region BE-WAL. Its regions: Auvergne-Rhône-Alpes (FR-ARA), Oslo" in answer.text
    assert queries.find_user("new@office.example") is None
    assert queries.get_user(person.id).grants == []
    assert client.post(f"/people/{person.id}/roles", data={**role, "region_code": "NO-OSL"}).status_code == 303


def test_a_coordinator_invites_no_administrator(client):
    signed_in(client, a_member_of_staff(Role.COORDINATOR))

    answer = client.post("/people/invite", data={"email": "n@office.example", "name": "N", "role": "administrator"})
    assert answer.status_code == 422
    assert "Only an administrator" in answer.text
    assert queries.find_user("n@office.example") is None


def test_grant_role_disable_enable_and_reset(client):
    user, administrator = a_member_of_staff(Role.AUDITOR), an_administrator()
    signed_in(client, administrator)
    page = f"/people/{user.id}"

    assert client.post(f"{page}/roles", data={"role": "coordinator"}).status_code == 303
    assert client.post(f"{page}/roles", data={"role": "coordinator"}).status_code == 422
    assert client.post(f"{page}/reset-second-factor", data={"reason": "lost"}).status_code == 303
    assert "Not set up" in client.get(page).text
    for _press in range(2):
        assert client.post(f"{page}/disable", data={"reason": "left"}).status_code == 303
    assert "Disabled" in client.get(page).text
    for _press in range(2):
        assert client.post(f"{page}/enable").status_code == 303
    assert client.post(f"/people/{administrator.id}/disable", data={"reason": "x"}).status_code == 422
    assert client.get("/people/999999").status_code == 404
