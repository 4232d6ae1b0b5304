"""Every page opens for those it is for, and has one heading."""

import pytest

from tests.builders.programmes import in2
from tests.builders.users import PASSWORD, a_member_of_staff, an_administrator, an_applicant, signed_in
from vouchers.users.states import Role


def ensure_page(answer, status=200):
    assert answer.status_code == status, answer.text[-2000:]
    assert answer.text.count("<h1") == 1
    assert "style=" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/forgot-password"])
def test_pages_of_visitors(client, path):
    ensure_page(client.get(path))


@pytest.mark.parametrize("path", ["/confirm/unknown", "/reset/unknown", "/invitation/unknown"])
def test_an_unknown_link_says_what_to_do(client, path):
    answer = client.get(path)

    ensure_page(answer, 404)
    assert "This link no longer works" in answer.text


@pytest.mark.parametrize("path", ["/account", "/account/details", "/account/password", "/account/second-factor"])
@pytest.mark.parametrize("maker", [an_applicant, an_administrator])
def test_pages_of_the_account(client, clock, path, maker):
    ensure_page(signed_in(client, maker()).get(path))


def test_pages_of_people(client, clock):
    in2()
    manager = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL")
    signed_in(client, an_administrator())

    for path in ("/people", f"/people/{manager.id}", "/people/invite", f"/people/{manager.id}/roles"):
        ensure_page(client.get(path))
    for path in (f"/people/{manager.id}/disable", f"/people/{manager.id}/reset-second-factor"):
        ensure_page(client.get(path))
        refused = client.post(path, data={"reason": ""})
        ensure_page(refused, 422)


@pytest.mark.parametrize(
    ("path", "data", "word"),
    [
        ("/sign-in", {"email": "nobody"}, "Enter an email address in the correct format"),
        ("/sign-up", {"name": "", "email": "a@b.example", "password": PASSWORD}, "Enter your name"),
        ("/sign-up", {"name": "Ada", "email": "a@b.example", "password": "short"}, "12 characters or more"),
        ("/sign-up", {"name": "Ada", "email": "a@b.example", "password": "passwordpassword"}, "too easy to guess"),
        ("/forgot-password", {"email": ""}, "Enter your email address"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(client, path, data, word):
    answer = client.post(path, data=data)

    ensure_page(answer, 422)
    assert word in answer.text
    assert "<title>Error: " in answer.text
    assert data.get("password", "-no-password-") not in answer.text
