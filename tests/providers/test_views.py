"""The pages of providers, as a browser without scripts sees them."""

import pytest

from tests.builders.counting import queries_of
from tests.builders.programmes import in2
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db
from vouchers.providers.models import Provider
from vouchers.users.states import Role

PROGRAMME = "in2lifesciences"
TYPED = {
    "programme": PROGRAMME, "name": "KTH", "country": "BE", "region_code": "BE-WAL", "vat_number": "BE0403170701",
    "contact_email": "lab@kth.example", "services": "Usability test; 850; day",
}  # fmt: skip


@pytest.fixture
def desk(app, clock, client):
    """A browser in which a cluster manager is signed in."""
    in2()
    return signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL"))


def test_the_directory_is_open_to_everybody_and_searched(app, clock, client):
    in2()
    a_provider(name="Laboratoire Un", region_code="BE-WAL", website="un.example", contact_email="secret@un.example")
    hidden = a_provider(name="Other House", region_code="NL-NB")
    page = client.get("/providers/").text
    assert "Laboratoire Un" in page
    assert "Other House" in page
    assert "Other House" not in client.get("/providers/?region=BE-WAL").text
    assert "Laboratoire Un" not in client.get("/providers/?q=house").text
    own = client.get(f"/providers/{hidden.id - 1}")
    assert own.status_code == 200
    assert "secret@un.example" not in own.text
    assert client.get("/providers/register").status_code == 302


def test_the_directory_asks_a_constant_number_of_queries(app, clock, client):
    in2()
    a_provider()
    few = queries_of(lambda: client.get("/providers/"))
    for _number in range(5):
        a_provider()
    assert queries_of(lambda: client.get("/providers/")) == few


def test_register_edit_accredit_suspend_reinstate_and_end(desk):
    assert desk.get("/providers/new").status_code == 200
    answer = desk.post("/providers/new", data=TYPED)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "KTH is in the register." in page
    assert "€850.00" in page
    path = answer.location
    assert "Usability test; 850.00; day" in desk.get(f"{path}/edit").text
    assert desk.post(f"{path}/edit", data=TYPED | {"services": "Test; much"}).status_code == 422
    assert desk.post(f"{path}/edit", data=TYPED | {"name": "KTH Lab", "version": "1"}).status_code == 303
    assert desk.post(f"{path}/edit", data=TYPED | {"version": "1"}).status_code == 409
    assert desk.get(f"{path}/accredit").status_code == 200
    assert desk.post(f"{path}/accredit", data={"until": "2020-01-01"}).status_code == 422
    assert desk.post(f"{path}/accredit", data={"until": "2027-01-01"}).status_code == 303
    assert "Accredited until" in desk.get(path).text
    assert desk.get(f"{path}/suspend").status_code == 200
    assert desk.post(f"{path}/suspend", data={"reason": ""}).status_code == 422
    assert desk.post(f"{path}/suspend", data={"reason": "Wrong prices."}).status_code == 303
    assert "Wrong prices." in desk.get(path).text
    assert desk.post(f"{path}/reinstate").status_code == 303
    assert desk.get(f"{path}/end").status_code == 200
    assert desk.post(f"{path}/end", data={"reason": "Closed."}).status_code == 303
    assert "KTH Lab" in desk.get("/providers/register?state=ended").text
    assert "KTH Lab" not in desk.get("/providers/").text


def test_register_keeps_what_was_typed_and_names_every_fault(desk):
    wrong = {"vat_number": "BE0403170702", "services": "Test; much", "website": "no address", "name": ""}
    answer = desk.post("/providers/new", data=TYPED | wrong)
    assert answer.status_code == 422
    for words in ("cannot be a VAT number", "is no price", "Enter the name", "BE0403170702", "Test; much"):
        assert words in answer.text
    assert db.session.query(Provider).count() == 0


def test_others_are_refused(app, clock, client):
    in2()
    provider = a_provider()
    browser = signed_in(client, an_applicant())
    assert browser.get(f"/providers/{provider.id}").status_code == 200
    for path in ("register", "new", f"{provider.id}/edit", f"{provider.id}/end"):
        assert browser.get(f"/providers/{path}").status_code == 403
