"""The pages of organisations, over HTTP."""

import pytest
from sqlalchemy import select, update

from tests.builders.applications import an_organisation
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.organisations import actions
from vouchers.organisations.actions import Details
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.organisations.states import BankAccountState, MemberRole
from vouchers.regions.models import Region
from vouchers.users.states import Role

TYPED = {
    "name": "BioWave SRL",
    "region": "BE-WAL",
    "country": "BE",
    "vat_number": "BE0403170701",
    "street": "Rue du Parc",
    "building": "12",
    "post_code": "4000",
    "town": "Liège",
}
DETAILS = Details("BioWave SRL", "BE", "BE0403170701", "", "Rue du Parc", "12", "4000", "Liège")


@pytest.fixture
def owner(app):
    in2()
    return an_applicant("owner@biowave.example")


@pytest.fixture
def organisation(owner):
    return actions.found_organisation(DETAILS, in2().region("BE-WAL"), by=owner, at=during_call())


def test_found_an_organisation(client, owner):
    signed_in(client, owner)
    answer = client.post("/organisations/new", data=TYPED)
    assert answer.status_code == 303
    assert "you are its owner" in client.get(answer.location).text


def test_found_keeps_every_word_when_something_is_wrong(client, owner):
    signed_in(client, owner)
    answer = client.post("/organisations/new", data=TYPED | {"vat_number": "BE0403170702", "town": ""})
    assert answer.status_code == 422
    assert "Enter the town" in answer.text
    assert "cannot be a VAT number" in answer.text
    assert 'value="Rue du Parc"' in answer.text
    assert db.session.scalar(select(Organisation.id)) is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "", "vat_number": ""}, "Enter the VAT number, or the number in the company register"),
        ({"name": "", "country": "", "vat_number": "BE0403170702"}, "cannot be a VAT number (Belgium)"),
        ({"name": "", "country": "XX", "vat_number": "BE0403170702"}, "cannot be a VAT number (Belgium)"),
        ({"name": "", "vat_number": "BE0403170701"}, "is registered already"),
        ({"name": "", "country": "", "vat_number": "0403170701"}, "Choose the country"),
        ({"name": "", "post_code": "40000"}, "A post code (Belgium) looks like 4000"),
        ({"name": "", "post_code": "<4000>"}, "A post code consists of letters, digits, blanks and dashes only"),
        ({"name": "", "website": "javascript:alert(1)"}, "Enter a web address, such as https://example.org"),
        ({"name": "", "website": "ftp://biowave.example"}, "Enter a web address, such as https://example.org"),
        ({"name": "", "website": "https://"}, "Enter a web address, such as https://example.org"),
        ({"name": "", "country": "FR"}, "Wallonia is not in the country that you chose"),
    ],
)
def test_all_faults_of_an_organisation_are_said_at_once(client, organisation, owner, typed, says):
    signed_in(client, owner)
    answer = client.post("/organisations/new", data=TYPED | typed)
    assert answer.status_code == 422
    assert "Enter the name of the organisation" in answer.text
    assert says in answer.text
    here = f"/organisations/{organisation.id}/edit"
    own = client.post(here, data=TYPED | {"name": ""}).text
    assert "Enter the name of the organisation" in own
    assert "is registered already" not in own


def test_a_region_may_lie_in_a_country_that_the_form_does_not_name(client, owner):
    with unit_of_work():
        db.session.execute(update(Region).values(country="AT"))
    signed_in(client, owner)
    typed = {"country": "AT", "vat_number": "", "register_number": "FN 1", "website": "biowave.example"}
    answer = client.post("/organisations/new", data=TYPED | typed)
    assert answer.status_code == 303
    assert "https://biowave.example" in client.get(answer.location).text
    assert "Austria" in client.get(f"{answer.location}/edit").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"iban": "BE68 5390 0754 7035"}, ["check digits"]),
        ({"iban": "BE68 5390 0754 7035", "bic": "AB"}, ["check digits", "A BIC has 8 or 11 characters"]),
        ({"iban": "MC58 1122 2000 0101 2345 6789 030"}, ["needs the BIC"]),
        ({"iban": ""}, ["Enter the IBAN"]),
    ],
)
def test_all_faults_of_an_account_are_said_at_once(client, organisation, owner, typed, says):
    signed_in(client, owner)
    answer = client.post(f"/organisations/{organisation.id}/bank-account", data={"holder": ""} | typed)
    assert answer.status_code == 422
    for sentence in ["Enter the name of the account holder", *says]:
        assert answer.text.count(sentence) == 2, sentence  # in the summary and beside its box
    assert db.session.scalar(select(BankAccount.id)) is None


def test_a_stranger_may_not_open_it(client, organisation):
    signed_in(client, an_applicant("stranger@example.org"))
    assert client.get(f"/organisations/{organisation.id}").status_code == 403


def test_removing_a_member_is_asked_first(client, organisation, owner):
    actions.invite_member(organisation, "new@biowave.example", MemberRole.EDITOR, by=owner, at=during_call())
    member = db.session.scalars(select(Membership).where(Membership.email == "new@biowave.example")).one()
    address = f"/organisations/members/{member.id}/end"
    signed_in(client, owner)
    assert f'href="{address}"' in client.get(f"/organisations/{organisation.id}").text
    assert "Remove “new@biowave.example”?" in client.get(address).text
    assert "new@biowave.example" in client.get(f"/organisations/{organisation.id}").text
    assert "no longer acts" in client.get(client.post(address).location).text


def test_staff_see_organisations_of_their_region_only(client, organisation):
    signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL"))
    assert client.get(f"/organisations/{organisation.id}").status_code == 200
    signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, region="FR-IDF"))
    assert client.get(f"/organisations/{organisation.id}").status_code == 403


def test_words_typed_after_the_session_ended_are_there_after_signing_in(client, owner):
    answer = client.post("/organisations/new", data=TYPED)
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    held = answer.location.partition("next=")[2]
    signed_in(client, owner)
    from urllib.parse import unquote

    page = client.get(unquote(held))
    assert page.status_code == 200
    assert 'value="Rue du Parc"' in page.text
    assert db.session.scalar(select(Organisation.id)) is None


def test_confirm_an_account_through_the_pages(client, organisation, owner):
    signed_in(client, owner)
    typed = {"holder": "BioWave SRL", "iban": "BE68 5390 0754 7034"}
    assert client.post(f"/organisations/{organisation.id}/bank-account", data=typed).status_code == 303
    account = db.session.scalars(select(BankAccount)).one()
    signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    assert "BE68 5390 0754 7034" in client.get("/organisations/bank-accounts").text
    where = f"/organisations/bank-accounts/{account.id}"
    assert client.post(where, data={}).status_code == 422
    assert client.post(where, data={"checked": "yes"}).status_code == 303
    assert client.post(where, data={"checked": "yes"}).status_code == 409
    past = client.get(where)
    assert past.status_code == 409
    assert "You did this last" in past.text
    assert f'href="/organisations/{organisation.id}"' in past.text
    db.session.expire_all()
    assert account.state == BankAccountState.CONFIRMED


@pytest.mark.parametrize("page", ["edit", "bank-account", "members/invite"])
def test_a_stranger_is_told_no_without_being_told_whose_it_is(client, organisation, page):
    signed_in(client, an_applicant("stranger@elsewhere.example"))
    answer = client.get(f"/organisations/{organisation.id}/{page}")
    assert answer.status_code == 403
    assert "BioWave" not in answer.text


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_an_address_with_a_number_that_no_row_can_have_is_not_found(client, owner, number):
    signed_in(client, owner)
    assert client.get(f"/organisations/{number}").status_code == 404


def _entered(organisation, owner, iban, holder=""):
    holder, at = holder or organisation.name, during_call()
    return actions.propose_bank_account(organisation, holder=holder, iban=iban, bic="", by=owner, at=at)


def test_a_present_account_is_spoken_of_only_where_there_is_one(client, organisation, owner):
    page, stays = f"/organisations/{organisation.id}/bank-account", "Your present account stays in use until then."
    signed_in(client, owner)
    assert stays not in client.get(page).text
    account = _entered(organisation, owner, "BE68539007547034")
    assert stays not in client.get(page).text, "it is not confirmed yet"
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    actions.confirm_bank_account(account, by=officer, at=during_call())
    assert stays in client.get(page).text


def test_who_confirms_an_account_sees_what_it_replaces_and_who_entered_it(client, organisation, owner):
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    actions.confirm_bank_account(_entered(organisation, owner, "BE68539007547034"), by=officer, at=during_call())
    account = _entered(organisation, owner, "FR1420041010050500013M02606", "Other Holder")
    text = signed_in(client, officer).get(f"/organisations/bank-accounts/{account.id}").text
    for words in ("Other Holder", "FR14 2004 1010 0505 0001 3M02 606", owner.name, "Present account"):
        assert words in text
    assert "BioWave SRL, BE68 5390 0754 7034" in text
    assert "The account is in the name of Other Holder, and the payee is BioWave SRL." in text
    assert "same IBAN" not in text


@pytest.mark.parametrize("region", ["BE-WAL", "NL-NB"])
def test_who_confirms_an_account_reads_that_another_organisation_has_the_same_iban(client, organisation, owner, region):
    other_owner = an_applicant()
    other = an_organisation(other_owner, region)
    _entered(other, other_owner, "BE68539007547034")
    account = _entered(organisation, owner, "BE68539007547034")
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    text = signed_in(client, officer).get(f"/organisations/bank-accounts/{account.id}").text
    assert "has an account with the same IBAN" in text or "have an account with the same IBAN" in text
    assert (other.name in text) == (region == "BE-WAL")
    assert ("whom you may not see" in text) == (region != "BE-WAL")
