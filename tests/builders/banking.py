"""What the bank sends about payments of a desk, taken in by its officers. ``in2()`` must be loaded."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.banking.files import a_file, a_line, a_report, a_statement, an_entry
from tests.builders.payments import Desk, an_authorised_batch, an_authorised_claim
from vouchers.banking.actions.booking import book_entry
from vouchers.banking.actions.entries import book_statement, match_entry
from vouchers.banking.actions.reports import take_in_report
from vouchers.banking.actions.statements import take_in_statements
from vouchers.banking.models import BankReport, Entry, Statement
from vouchers.banking.queries import reports as report_queries
from vouchers.banking.queries import statements as queries
from vouchers.banking.queries.booking import list_payers
from vouchers.banking.rules.booking import Booking
from vouchers.banking.states import BookedAs
from vouchers.core.tables import ListQuery
from vouchers.payments.actions.batches import execute_batch
from vouchers.payments.models import Batch
from vouchers.payments.queries import get_batch

BANK_AT = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
"""The morning on which the bank's files come."""


def a_batch_under_way(desk: Desk, *amounts: str) -> Batch:
    """A batch at the bank, a payment for each amount."""
    return an_authorised_batch(desk, [an_authorised_claim(desk, amount=amount) for amount in amounts or ("7000",)])


def entry_of(payment, **more) -> str:
    """The bank's entry that executes a payment, or gives it back with `returned`."""
    is_back = more.get("returned") is not None
    return an_entry(payment.amount.plain, **({"reference": payment.end_to_end_id, "credit": is_back} | more))


def a_statement_of(desk: Desk, *entries: str, book: bool = True, by=None, at=BANK_AT, **more) -> Statement:
    """A statement of the region's account, taken in, and booked as the job would."""
    iban = more.pop("iban", None) or iban_of(desk)
    stream = a_file(a_statement(*entries, iban=iban, **more))
    taken_in = take_in_statements(stream, "statement.xml", by=by or desk.maker, at=at)
    (statement,) = taken_in.new
    if book and statement.to_book:
        book_statement(queries.get_statement(statement.id), at=at)
    return queries.get_statement(statement.id)


def iban_of(desk: Desk) -> str:
    """The region's account."""
    from vouchers.regions.queries import find_region

    region = find_region(desk.region)
    assert region is not None
    return region.iban


def entries_of(statement: Statement) -> list[Entry]:
    """Its entries in their order."""
    return list(queries.list_entries(ListQuery(sort="position"), statement).items)


def an_open_entry(desk: Desk, *, amount: str = "12.50", credit: bool = False) -> Entry:
    """An entry that nobody has matched."""
    statement = a_statement_of(desk, an_entry(amount, credit=credit, bank_reference="B77"), number="OPEN-1")
    return queries.get_entry(entries_of(statement)[0].id)


def a_booked_entry(desk: Desk) -> Entry:
    """A charge of the bank that the officer has booked by hand."""
    statement = a_statement_of(desk, an_entry("3.10", bank_reference="CHARGE-1"), number="CHARGES")
    entry = queries.get_entry(entries_of(statement)[0].id)
    payer = next(one for one in list_payers(statement.iban) if one.region == desk.region)
    book_entry(entry, Booking(BookedAs.CHARGE, "Charge for November", payer=payer), by=desk.maker, at=BANK_AT)
    return queries.get_entry(entry.id)


def a_confirmed_entry(desk: Desk) -> Entry:
    """An entry that the officer has matched with a payment that was executed by hand before."""
    (payment,) = a_batch_under_way(desk, "900").payments
    execute_batch(get_batch(payment.batch_id), BANK_AT.date(), "BY-HAND", by=desk.maker, at=BANK_AT)
    statement = a_statement_of(desk, an_entry("900.00", bank_reference="B1"), number="CONFIRMS")  # it names none
    match_entry(queries.get_entry(entries_of(statement)[0].id), [payment.id], by=desk.maker, at=BANK_AT)
    return queries.get_entry(entries_of(statement)[0].id)


def a_report_of(desk: Desk, batch: Batch, *lines: str, by=None, at=BANK_AT, **more) -> BankReport:
    """A status report on a batch, taken in."""
    stream = a_report(batch.number, *lines, **more)
    report, _is_new = take_in_report(stream, "report.xml", by=by or desk.maker, at=at)
    return report_queries.get_report(report.id)


def an_open_report(desk: Desk, batch: Batch) -> BankReport:
    """A report that names a payment that nobody knows."""
    return a_report_of(desk, batch, a_line("NOBODY-KNOWS-IT"), message="STS-OPEN")
