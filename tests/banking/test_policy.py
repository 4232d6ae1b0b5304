"""Who reads what the bank sends: staff over what the account pays for."""

import pytest

from tests.banking.files import an_entry
from tests.builders.banking import BANK_AT, a_batch_under_way, a_statement_of, entries_of, entry_of, iban_of
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import another_programme, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.banking import policy
from vouchers.banking.queries import statements as queries
from vouchers.core.tables import ListQuery
from vouchers.regions.actions import change_region
from vouchers.regions.queries import find_region
from vouchers.users.mandate import OFFICERS, READERS, mandate_of
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

IN2, SMALL = "in2lifesciences", "small"


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def statement(desk, clock):
    """One payment, and one movement that nobody knows."""
    (payment,) = a_batch_under_way(desk, "7000").payments
    clock.stop(BANK_AT)
    return a_statement_of(desk, entry_of(payment), an_entry("5.00", reference="NOBODY"), number="S1")


def addresses(statement):
    paths = [f"/banking/statements/{statement.id}"]
    paths += [f"/banking/entries/{entry.id}" for entry in entries_of(statement)]
    return [*paths, f"/banking/statements/{statement.id}/file"]


@pytest.mark.parametrize("role", sorted(READERS))
def test_a_programme_that_the_account_does_not_pay_for_sees_nothing_of_it(client, statement, role):
    another_programme()
    for programme, answer, listed in ((SMALL, 403, 0), (IN2, 200, 1)):
        person = a_member_of_staff(role, programme)
        browser = signed_in(client, person)
        assert [browser.get(path).status_code for path in addresses(statement)] == [answer] * 4
        assert queries.list_statements(ListQuery(), mandate_of(person)).total == listed
        assert queries.count_open(mandate_of(person)) == listed
        assert ("S1" in browser.get("/banking/").text) is bool(listed)


@pytest.mark.parametrize("role", sorted(READERS))
def test_of_an_account_of_two_programmes_each_sees_its_own(client, statement, role):
    another_programme("BE-WAL")
    person = a_member_of_staff(role, SMALL)
    browser = signed_in(client, person)
    page = browser.get(f"/banking/statements/{statement.id}").text
    assert "NOBODY" in page
    assert entries_of(statement)[0].end_to_end_id not in page
    assert "The account also pays for other programmes or regions." in page
    assert [browser.get(path).status_code for path in addresses(statement)] == [200, 403, 200, 403]
    everywhere = signed_in(client, a_member_of_staff(role))
    assert [everywhere.get(path).status_code for path in addresses(statement)] == [200] * 4


@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_an_officer_of_another_programme_books_nothing(statement, role):
    another_programme()
    waiting = queries.get_entry(entries_of(statement)[1].id)
    stranger, officer = (a_member_of_staff(role, code, with_factor=False) for code in (SMALL, IN2))
    assert policy.is_officer(stranger, waiting) is not None
    assert policy.is_importer(stranger, waiting.statement.region) is not None
    assert policy.is_officer(officer, waiting) is None
    assert policy.is_importer(officer, waiting.statement.region) is None


@pytest.mark.parametrize("role", sorted(READERS))
def test_an_account_of_two_regions_is_told_as_a_whole_to_who_is_over_both(client, desk, clock, role):
    other = Desk("NL-NB")
    register = find_region("NL-NB")
    change_region(register, {"iban": iban_of(desk)}, by=OFFICE, at=PAID_AT)
    ours, theirs = (
        a_batch_under_way(people, amount).payments[0] for people, amount in ((desk, "7000"), (other, "900"))
    )
    clock.stop(BANK_AT)
    both = a_member_of_staff(Role.COORDINATOR)
    lines = entry_of(ours), entry_of(theirs)
    statement = a_statement_of(desk, *lines, number="S1", opening="9000.00", closing="1100.00")
    of_account = f"/banking/statements/{statement.id}/reconciliation", f"/banking/statements/{statement.id}/file"

    browser = signed_in(client, a_member_of_staff(role, region="BE-WAL"))
    refused = browser.get(of_account[0])
    assert (refused.status_code, browser.get(of_account[1]).status_code) == (403, 403)
    assert "payments of other programmes or regions" in refused.text
    page, listed = (browser.get(path).text for path in (f"/banking/statements/{statement.id}", "/banking/"))
    assert (ours.end_to_end_id in page, theirs.end_to_end_id in page) == (True, False)
    assert of_account[0] not in page + listed

    browser = signed_in(client, both)
    assert [browser.get(path).status_code for path in of_account] == [200, 200]
    assert of_account[0] in browser.get("/banking/").text
