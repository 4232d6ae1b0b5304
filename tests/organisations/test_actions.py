"""What happens to organisations, members and bank accounts; a refusal leaves no trace."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.organisations import actions, queries
from vouchers.organisations.actions import Details
from vouchers.organisations.rules.iban import format_iban
from vouchers.organisations.states import BankAccountState, MemberRole, MembershipState
from vouchers.regions.models import Region
from vouchers.users.states import Role

NOON = during_call()
DETAILS = Details("BioWave SRL", "BE", "BE0403170701", "", "Rue du Parc", "12", "4000", "Liège")
IBAN = "BE68 5390 0754 7034"


@pytest.fixture
def region(app):
    return in2().region("BE-WAL")


@pytest.fixture
def owner(region):
    return an_applicant("owner@biowave.example")


@pytest.fixture
def organisation(region, owner):
    return actions.found_organisation(DETAILS, region, by=owner, at=NOON)


def events():
    return db.session.scalar(select(func.count(AuditEvent.id)))


def an_account(organisation, owner, iban=IBAN):
    return actions.propose_bank_account(organisation, holder="BioWave", iban=iban, bic="", by=owner, at=NOON)


def test_found_makes_its_founder_the_owner(organisation, owner):
    found = queries.get_organisation(organisation.id)
    assert found.vat_number == "BE0403170701"
    assert found.role_of(owner.id) == MemberRole.OWNER


def test_found_twice_with_one_vat_number_is_refused(organisation, region):
    other = an_applicant("second@example.org")
    before = events()
    with pytest.raises(RuleBroken, match="registered already"):
        actions.found_organisation(replace(DETAILS, name="Other"), region, by=other, at=NOON)
    assert events() == before


def test_edit_by_a_stranger_is_refused_and_leaves_no_trace(organisation):
    stranger = an_applicant("stranger@example.org")
    before = events()
    with pytest.raises(NotPermitted):
        actions.edit_organisation(organisation, replace(DETAILS, town="Namur"), by=stranger, at=NOON)
    db.session.expire_all()
    assert (events(), organisation.town) == (before, "Liège")


def test_edit_of_an_overtaken_version_is_refused(organisation, owner):
    seen = organisation.version
    actions.edit_organisation(organisation, replace(DETAILS, town="Namur"), by=owner, at=NOON, version=seen)
    with pytest.raises(WrongState):
        actions.edit_organisation(organisation, replace(DETAILS, town="Mons"), by=owner, at=NOON, version=seen)


def test_an_invited_colleague_joins_only_with_that_address(organisation, owner):
    membership = actions.invite_member(organisation, "Colleague@BioWave.example ", MemberRole.EDITOR, by=owner, at=NOON)
    with pytest.raises(NotPermitted):
        actions.accept_membership(membership, by=an_applicant("someone@else.example"), at=NOON)
    colleague = an_applicant("colleague@biowave.example")
    actions.accept_membership(membership, by=colleague, at=NOON)
    assert queries.get_organisation(organisation.id).role_of(colleague.id) == MemberRole.EDITOR
    assert db.session.scalars(
        select(Letter.to_email).where(Letter.occasion == "organisations/invite_member")
    ).all() == ["colleague@biowave.example"]


def test_the_last_owner_cannot_leave(organisation, owner):
    membership = queries.get_organisation(organisation.id).memberships[0]
    with pytest.raises(RuleBroken, match="needs an owner"):
        actions.end_membership(membership, by=owner, at=NOON)
    with pytest.raises(RuleBroken, match="needs an owner"):
        actions.change_member_role(membership, MemberRole.VIEWER, by=owner, at=NOON)
    db.session.expire_all()
    assert (membership.state, membership.role) == (MembershipState.ACTIVE, MemberRole.OWNER)


@pytest.mark.parametrize("wrong", ["BE68 5390 0754 7035", "BE68", "hello", "XX68539007547034"])
def test_a_wrong_iban_is_refused(organisation, owner, wrong):
    before = events()
    with pytest.raises(RuleBroken) as refused:
        an_account(organisation, owner, wrong)
    assert (refused.value.field, events()) == ("iban", before)


def test_the_account_of_a_region_is_nobody_elses(organisation, owner, region):
    own = format_iban(region.iban).lower()
    with pytest.raises(RuleBroken, match="from which a region of this office pays") as refused:
        an_account(organisation, owner, own)
    assert refused.value.field == "iban"
    account, officer = an_account(organisation, owner), a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    with unit_of_work():
        db.session.execute(update(Region).where(Region.code == "BE-WAL").values(iban=account.iban))
    with pytest.raises(RuleBroken, match="from which a region of this office pays"):
        actions.confirm_bank_account(queries.get_bank_account(account.id), by=officer, at=NOON)
    assert queries.get_bank_account(account.id).state == BankAccountState.PROPOSED


def test_a_bank_account_is_held_until_a_second_person_confirms_it(organisation, owner, region):
    account = an_account(organisation, owner)
    assert queries.find_confirmed_account(organisation.id) is None
    with pytest.raises(NotPermitted):
        actions.confirm_bank_account(account, by=owner, at=NOON)
    elsewhere = a_member_of_staff(Role.FINANCE_OFFICER, region="FR-IDF")
    with pytest.raises(NotPermitted):
        actions.confirm_bank_account(account, by=elsewhere, at=NOON)
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    actions.confirm_bank_account(account, by=officer, at=NOON)
    assert queries.find_confirmed_account(organisation.id).id == account.id


def test_an_officer_who_belongs_to_the_organisation_cannot_confirm(organisation, owner, region):
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    membership = actions.invite_member(organisation, officer.email, MemberRole.VIEWER, by=owner, at=NOON)
    actions.accept_membership(membership, by=officer, at=NOON)
    account = an_account(organisation, owner)
    with pytest.raises(NotPermitted, match="someone else"):
        actions.confirm_bank_account(account, by=officer, at=NOON)


def test_a_changed_account_leaves_the_present_one_in_use_until_confirmed(organisation, owner):
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    first = an_account(organisation, owner)
    actions.confirm_bank_account(first, by=officer, at=NOON)
    second = an_account(organisation, owner, "DE02 1203 0000 0000 2020 51")
    assert queries.find_confirmed_account(organisation.id).id == first.id
    actions.confirm_bank_account(second, by=officer, at=NOON)
    db.session.expire_all()
    assert queries.find_confirmed_account(organisation.id).id == second.id
    assert first.state == BankAccountState.RETIRED


def test_a_rejected_account_says_why(organisation, owner):
    account = an_account(organisation, owner)
    manager = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    actions.reject_bank_account(account, "The holder is another company.", by=manager, at=NOON)
    assert (account.state, account.reason) == (BankAccountState.REJECTED, "The holder is another company.")
    with pytest.raises(WrongState):
        actions.confirm_bank_account(account, by=manager, at=NOON)
