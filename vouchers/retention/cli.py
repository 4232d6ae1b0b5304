"""`flask retention`: what is due, lists of it, and carrying out what two persons approved."""

from __future__ import annotations

import click

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.errors import Refused
from vouchers.programmes.models import Programme
from vouchers.programmes.queries import get_programme
from vouchers.retention import jobs
from vouchers.retention.actions.copying import ask_copy
from vouchers.retention.actions.listing import MOST, propose_disposal, propose_forgetting
from vouchers.retention.queries import copies, due, persons, registers
from vouchers.retention.states import DisposalState
from vouchers.workflow.transition import OFFICE

PROGRAMME = click.option("--programme", help="Code of the programme; without it, persons who may be forgotten.")


@click.group(cls=CommandGroup)
def retention() -> None:
    """How long papers are kept, and their deletion."""


@retention.command("due")
@PROGRAMME
@click.option("--most", type=click.IntRange(1, MOST), default=100, show_default=True, help="Lines that are printed.")
def list_due(programme: str | None, most: int) -> None:
    """Print what may be deleted today: reference, last day, law. Nothing is changed."""
    today = clock.office_day(clock.now())
    if programme is None:
        for person in persons.list_forgettable(today=today, most=most):
            click.echo(f"{person.reference}\t{person.basis.until}\t{person.basis.law}")
        click.echo(f"ok: {persons.count_forgettable(today=today)} persons may be forgotten")
        return
    found = _programme(programme)
    for one in due.list_due(found, today=today, most=most):
        click.echo(f"{one.reference}\t{one.kept.until}\t{one.kept.law}")
    click.echo(f"ok: {due.count_due(found, today=today)} applications of {found.code} may be deleted")


@retention.command("propose")
@PROGRAMME
@click.option("--by", "email", required=True, help="Email address of the person who proposes; another one approves.")
def propose(programme: str | None, email: str) -> None:
    """Write a list of what may be deleted. It is approved on its page, by a person other than the one named here."""
    person, now = registers.find_user_by_email(email), clock.now()
    if person is None:
        raise click.ClickException(f"There is no person with the email address {email}.")
    try:
        if programme is None:
            made = propose_forgetting(by=person, at=now)
        else:
            made = propose_disposal(_programme(programme), by=person, at=now)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"ok: list {made.number} with {made.lines} lines waits for the second person")


@retention.command("carry-out")
@click.argument("number")
def carry_out(number: str) -> None:
    """Carry out list NUMBER now, if two persons approved it; what a worker has left undone is taken up."""
    try:
        disposal = registers.get_disposal_by_number(number)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    if disposal.state not in (DisposalState.APPROVED, DisposalState.CARRIED_OUT):
        raise click.ClickException(f"List {number} is not approved: it is {disposal.state.value}.")
    jobs.carry_out(disposal_id=disposal.id, at=clock.now())
    done = registers.get_disposal_by_number(number)
    click.echo(f"ok: list {number}: {done.deleted} deleted, {done.kept} kept")


@retention.command("export")
@click.argument("person")
def export(person: str) -> None:
    """Write a copy of what is kept of PERSON (an email address), who is told by letter and can fetch it."""
    found, now = registers.find_user_by_email(person), clock.now()
    if found is None:
        raise click.ClickException(f"There is no person with the email address {person}.")
    try:
        copy = ask_copy(found, by=OFFICE, at=now)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    jobs.make_copy(copy_id=copy.id, at=now)
    click.echo(f"ok: copy {copy.id} for {found.email} can be fetched until {copies.get_copy(copy.id).ends_at}")


def _programme(code: str) -> Programme:
    try:
        return get_programme(code)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
