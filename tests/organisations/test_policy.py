"""Who reads an organisation: staff of the programme and region in which it has to do with the office."""

import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, a_submitted_application, an_organisation
from tests.builders.programmes import another_programme, during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted
from vouchers.core.tables import ListQuery
from vouchers.eligibility.models import AidDeclaration
from vouchers.organisations import actions, policy, queries
from vouchers.users.mandate import READERS, mandate_of
from vouchers.users.states import Role

IN2, SMALL = "in2lifesciences", "small"
STAFF = sorted(READERS)


@pytest.fixture
def owner(app):
    in2()
    another_programme("BE-WAL")
    return an_applicant(at=during_call())


@pytest.fixture
def organisation(owner):
    return an_organisation(owner)


def may_read(role, programme, organisation, region=None):
    person = a_member_of_staff(role, programme, region, with_factor=False)
    return policy.may_read(person, queries.get_organisation(organisation.id)) is None


@pytest.mark.parametrize("role", STAFF)
def test_staff_read_who_applied_in_their_programme(organisation, owner, role):
    a_submitted_application(organisation=organisation, owner=owner)
    assert may_read(role, IN2, organisation)
    assert may_read(role, IN2, organisation, "BE-WAL")
    assert not may_read(role, IN2, organisation, "NL-GE")
    assert not may_read(role, SMALL, organisation)
    assert not may_read(role, SMALL, organisation, "BE-WAL")
    assert may_read(role, None, organisation)


@pytest.mark.parametrize("role", STAFF)
def test_a_draft_shows_nobody_to_staff_of_the_programme(organisation, owner, role):
    a_complete_draft(organisation=organisation, owner=owner)
    assert not may_read(role, IN2, organisation)
    assert not may_read(role, IN2, organisation, "BE-WAL")
    assert may_read(role, None, organisation, "BE-WAL")  # over every programme of its own region
    assert not may_read(role, None, organisation, "NL-GE")


def test_papers_and_their_files_are_of_the_same_readers(client, organisation, owner):
    a_submitted_application(organisation=organisation, owner=owner)
    declaration = db.session.scalar(select(AidDeclaration.id))
    here = f"/organisations/{organisation.id}"
    paths = [here, f"{here}/aid", f"{here}/ownership", f"/aid-declarations/{declaration}/file"]
    for programme, answer in ((IN2, 200), (SMALL, 403)):
        browser = signed_in(client, a_member_of_staff(Role.AUDITOR, programme))
        assert [browser.get(path).status_code for path in paths] == [answer] * len(paths)


def test_an_account_is_checked_by_the_officers_of_its_programme_only(organisation, owner):
    account = actions.propose_bank_account(
        organisation, holder="BioWave", iban="BE68 5390 0754 7034", bic="", by=owner, at=during_call()
    )
    a_submitted_application(organisation=organisation, owner=owner)
    stranger, officer = (a_member_of_staff(Role.FINANCE_OFFICER, code, "BE-WAL") for code in (SMALL, IN2))
    waiting = [queries.list_proposed_accounts(ListQuery(), mandate_of(one)).total for one in (stranger, officer)]
    assert waiting == [0, 1]
    with pytest.raises(NotPermitted):
        actions.confirm_bank_account(queries.get_bank_account(account.id), by=stranger, at=during_call())
    actions.confirm_bank_account(queries.get_bank_account(account.id), by=officer, at=during_call())
    assert queries.find_confirmed_account(organisation.id) is not None
