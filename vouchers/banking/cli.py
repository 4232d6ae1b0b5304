"""`flask banking`: what the bank sends."""

from __future__ import annotations

from pathlib import Path

import click

from vouchers.banking.actions.entries import book_statement
from vouchers.banking.actions.importing import import_bank_file
from vouchers.banking.actions.statements import TakenIn
from vouchers.banking.models import BankReport, Statement
from vouchers.banking.queries import statements as queries
from vouchers.banking.states import EntryState, StatementState
from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.errors import Busy, Refused, WrongState
from vouchers.workflow.transition import OFFICE


@click.group(cls=CommandGroup)
def banking() -> None:
    """What the bank sends: statements (camt.053) and status reports (pain.002)."""


@banking.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take in a FILE of the bank and book what is recognised. The same file again changes nothing."""
    try:
        with file.open("rb") as stream:
            done = import_bank_file(stream, file.name, by=OFFICE, at=clock.now())
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be read: {problem.strerror}.") from problem
    except Refused as refused:
        raise click.ClickException(f"{file}: {refused}") from refused
    if isinstance(done, TakenIn):
        _tell_statements(done)
    else:
        _tell_report(*done)


def _tell_statements(done: TakenIn) -> None:
    for statement in done.known:
        click.echo(f"ok: statement {statement.number} of {statement.iban} was taken in before, nothing changed")
    for statement in done.new:
        _book(statement)
        _tell_statement(queries.get_statement(statement.id))


def _book(statement: Statement) -> None:
    """Book it, unless the job of the office is faster: then it is booked all the same."""
    if statement.state == StatementState.BOOKED:  # nothing of it was recognised
        return
    told = f"statement {statement.number} of {statement.iban}"
    try:
        book_statement(queries.get_statement(statement.id), at=clock.now())
    except WrongState:
        if queries.get_statement(statement.id).state != StatementState.BOOKED:
            raise
        click.echo(f"ok: {told} was booked by the running office meanwhile")
    except Busy:
        click.echo(f"ok: {told} is being booked by the running office at this moment")


def _tell_statement(statement: Statement) -> None:
    counts = queries.count_entries(statement.id)
    for finding in queries.list_findings_of(statement):
        click.echo(f"warning: {finding}", err=True)
    click.echo(
        f"ok: statement {statement.number} of {statement.iban}: {counts.get(EntryState.MATCHED, 0)} matched, "
        f"{counts.get(EntryState.OPEN, 0)} not matched, {counts.get(EntryState.NOTED, 0)} for information, "
        f"{statement.repeated} known before"
    )


def _tell_report(report: BankReport, is_new: bool) -> None:
    if not is_new:
        click.echo(f"ok: report {report.message_id} was taken in before, nothing changed")
        return
    click.echo(f"ok: report {report.message_id} on {report.batch.number}: {report.refused} payments refused")
    for line in report.lines:
        if line.is_question:
            click.echo(f"warning: {line.end_to_end_id}: {line.doubt.label}", err=True)
