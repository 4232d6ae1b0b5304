"""`flask users`: the first people of an office are invited from the server."""

from __future__ import annotations

import click

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.errors import Refused
from vouchers.users import queries
from vouchers.users.actions.accounts import invite_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE


@click.group("users", cls=CommandGroup)
def users_group() -> None:
    """People and their roles."""


@users_group.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do.")
@click.option("--region", help="Code of a region, for example BE-WAL; all regions without it.")
@click.option("--programme", help="Code of a programme, for example in2lifesciences; all programmes without it.")
@click.option("--name", help="The person's name; the address stands for it until they change it.")
def invite(email: str, role: str, region: str | None, programme: str | None, name: str | None) -> None:
    """Give EMAIL a role, and a letter with a link to choose a password. The link is printed too.

    Its address is BASE_URL or, where that is not set, the one at which `make run` opened the office of this DATA_DIR
    the last time. HOST and PORT stand for http://HOST:PORT.
    """
    if programme and programme not in queries.list_programme_codes():
        raise click.ClickException(f"There is no programme with the code {programme}.")
    try:
        invited = invite_user(email, name or email, Role(role), programme, region, by=OFFICE, at=clock.now())
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    scope = f"{programme or 'all programmes'}, {region or 'all regions'}"
    click.echo(f"ok: {invited.user.email} is {Role(role).label.source.lower()} ({scope})")
    if invited.link:
        click.echo(f"invitation (works once, 14 days; an earlier one works no more): {invited.link}")
    else:
        click.echo("the person has an account already and was told by letter")
