"""`flask banking import`."""

from __future__ import annotations

import pytest

from tests.banking.files import a_file, a_line, a_report, a_statement, an_entry
from tests.banking.test_rules_bank_xml import BOMB
from tests.builders.banking import BANK_AT, a_batch_under_way, entry_of, iban_of
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import in2
from vouchers.banking import cli
from vouchers.banking.actions import entries
from vouchers.banking.cli import banking
from vouchers.banking.jobs import book
from vouchers.banking.queries import statements as queries
from vouchers.payments import queries as payments
from vouchers.payments.states import PaymentState


@pytest.fixture
def desk(app, clock):
    in2()
    clock.stop(PAID_AT)
    return Desk()


@pytest.fixture
def run(app, tmp_path):
    def run(content):
        file = tmp_path / "bank.xml"
        file.write_bytes(content)
        return app.test_cli_runner().invoke(banking, ["import", str(file)])

    return run


def test_import_books_and_says_what_is_left(desk, run, clock):
    batch = a_batch_under_way(desk)
    clock.stop(BANK_AT)
    content = a_file(
        a_statement(entry_of(batch.payments[0]), an_entry("1.00"), iban=iban_of(desk), opening="1.00", closing="1.00")
    ).read()
    told = run(content)
    assert told.exit_code == 0
    assert "1 matched, 1 not matched, 0 for information, 0 known before" in told.output
    assert "warning: The entries lead from" in told.output
    assert [one.state for one in payments.get_batch(batch.id).payments] == [PaymentState.EXECUTED]

    again = run(content)
    assert (again.exit_code, "was taken in before, nothing changed" in again.output) == (0, True)


def test_import_of_a_report(desk, run, clock):
    batch = a_batch_under_way(desk)
    clock.stop(BANK_AT)
    content = a_report(batch.number, a_line(batch.payments[0].end_to_end_id), a_line("WHO")).read()
    told = run(content)
    assert "1 payments refused" in told.output
    assert "warning: WHO: The office knows no payment with this reference." in told.output
    assert "was taken in before" in run(content).output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB.encode(), "document type"),
        (a_file(a_statement()).read().replace(b"NL91", b"NL92"), "belongs to no region"),
    ],
)
def test_import_refuses_in_a_sentence(desk, run, content, says):
    told = run(content)
    assert told.exit_code == 1
    assert says in told.output


@pytest.mark.parametrize("when", ["before", "while"])
def test_import_beside_a_worker_that_is_faster_is_told_and_succeeds(desk, run, clock, monkeypatch, when):
    (payment,) = a_batch_under_way(desk).payments
    clock.stop(BANK_AT)
    if when == "before":
        book_first(monkeypatch, cli, "book_statement")
    else:  # between the entries and the end
        book_first(monkeypatch, entries, "finish_statement")
    told = run(a_file(a_statement(entry_of(payment), iban=iban_of(desk))).read())
    assert (told.exit_code, "Someone was faster" in told.output) == (0, False)
    assert "booked by the running office meanwhile" in told.output
    assert "1 matched, 0 not matched" in told.output
    assert payments.get_payment(payment.id).state == PaymentState.EXECUTED


def book_first(monkeypatch, module, name):
    """Let the job do all of it just before a function of the command is called."""
    late = getattr(module, name)

    def worker_then_late(statement, **more):
        monkeypatch.setattr(module, name, late)
        book(statement_id=statement.id, at=BANK_AT)
        return late(queries.get_statement(statement.id), **more)

    monkeypatch.setattr(module, name, worker_then_late)


def test_import_of_a_statement_of_which_nothing_is_recognised_succeeds(desk, run, clock):
    clock.stop(BANK_AT)
    told = run(a_file(a_statement(an_entry("1.00"), iban=iban_of(desk))).read())
    assert (told.exit_code, "0 matched, 1 not matched" in told.output, "meanwhile" in told.output) == (0, True, False)
