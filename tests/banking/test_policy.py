"""Who reads what the bank sends: staff over what the account pays for."""

import pytest

from tests.banking.files import an_entry
from tests.builders.banking import BANK_AT, a_batch_under_way, a_statement_of, entries_of, entry_of
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import another_programme, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.banking import policy
from vouchers.banking.queries import statements as queries
from vouchers.core.tables import ListQuery
from vouchers.users.mandate import OFFICERS, READERS, mandate_of

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
    assert "The account also pays for other programmes." in page
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
