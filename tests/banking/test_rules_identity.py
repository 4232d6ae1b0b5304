"""What is the same statement, and what is the same movement."""

from datetime import date

import pytest

from tests.banking.files import a_file, a_line, a_report, a_statement, an_entry
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.identity import movement_keys, report_digest, statement_digest, statement_key
from vouchers.banking.rules.pain002 import read_report


def read(*entries, **more):
    message = more.pop("message", "M-1")
    return read_statements(a_file(a_statement(*entries, **more), message=message))[0]


PAID = an_entry("10.00", reference="A", bank_reference="B1")


def test_a_statement_is_known_again_whatever_carries_it():
    first, again = read(PAID), read(PAID, message="M-2")
    assert statement_key(first) == statement_key(again)
    assert statement_digest(first) == statement_digest(again)


def test_a_statement_with_the_same_number_and_other_content_is_told_apart():
    first, other = read(PAID), read(an_entry("10.01", reference="A"))
    assert statement_key(first) == statement_key(other)
    assert statement_digest(first) != statement_digest(other)
    assert statement_digest(read(PAID, closing="5.00")) != statement_digest(first)


def test_numbers_that_begin_anew_with_the_year_or_with_another_account_are_other_statements():
    first = read(PAID)
    keys = {
        statement_key(first),
        statement_key(read(PAID, iban="BE68539007547034")),
        statement_key(read(PAID, sequence="2")),
        statement_key(read(an_entry("10.00", reference="A", on=date(2027, 12, 1)))),
    }
    assert len(keys) == 4


def test_a_movement_with_a_reference_is_known_from_another_statement():
    assert movement_keys(read(PAID)) == movement_keys(read(PAID, number="2026-2"))
    assert movement_keys(read(PAID)) != movement_keys(read(PAID, iban="BE68539007547034"))


def test_the_second_of_two_equal_movements_is_another_one():
    once, twice = movement_keys(read(PAID)), movement_keys(read(PAID, PAID))
    assert len(set(twice)) == 2
    assert once == twice[:1]


def test_without_any_reference_two_statements_speak_of_two_movements():
    fee = an_entry("0.50")
    assert movement_keys(read(fee)) != movement_keys(read(fee, number="2026-2"))
    assert movement_keys(read(fee)) == movement_keys(read(fee, message="M-2"))


def test_a_pending_movement_is_not_the_booked_one():
    assert movement_keys(read(PAID)) != movement_keys(read(PAID.replace("BOOK", "PDNG")))


REFUSED = (a_line("A"), a_line("B", amount="10.00"))


@pytest.mark.parametrize(
    ("lines", "more", "is_same"),
    [
        (REFUSED, {"message": "STS-2"}, True),
        (REFUSED[::-1], {}, True),
        (REFUSED[:1], {}, False),
        ((a_line("A"), a_line("B", amount="10.01")), {}, False),
        ((a_line("A", code="AM04"), REFUSED[1]), {}, False),
        ((a_line("A", words="Closed"), REFUSED[1]), {}, False),
        (REFUSED, {"status": "RJCT"}, False),
        (REFUSED, {"block_status": "RJCT"}, False),
        (REFUSED, {"code": "AM10"}, False),
    ],
)
def test_a_status_report_is_known_by_what_it_says(lines, more, is_same):
    first, other = read_report(a_report("P-1", *REFUSED)), read_report(a_report("P-1", *lines, **more))
    assert (report_digest(first) == report_digest(other)) is is_same
