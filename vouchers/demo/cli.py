"""`flask demo`: an office to try out."""

from __future__ import annotations

import click

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.errors import NotFound, Refused
from vouchers.demo.loading import CALL, PROGRAMME, USUAL, count_applications, load_demo
from vouchers.demo.lottery import load_lottery
from vouchers.demo.selection.loading import load_selection
from vouchers.jobs.actions import without_offers
from vouchers.programmes.models import Call
from vouchers.programmes.queries import get_call
from vouchers.users.queries import list_demo_users


@click.group(cls=CommandGroup)
def demo() -> None:
    """A believable office with invented people, for trying out and for measuring."""


@demo.command("load")
@click.option("--applications", default=USUAL, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
@click.option("--seed", default=2026, show_default=True, help="The same seed builds the same office.")
def load(applications: int, seed: int) -> None:
    """Fill an office in which IN2LifeSciences is loaded, and open two small programmes beside it: one that draws lots,
    and one whose calls stand at every stage of the selection. The first hundred applications are built by performing
    every step; what exceeds them is built in bulk. Loading twice changes nothing.
    """
    try:
        if any(True for _ in list_demo_users()):
            held = count_applications(PROGRAMME, CALL)
            asked = "" if held == applications else f", not {applications}"
            click.echo(f"ok: the demo is loaded already, with {held} applications{asked}; nothing to change")
            return
        with without_offers():  # hundreds of old letters must not stand before a visitor's first one
            now = clock.now()
            steps = load_demo(_call(), count=applications, seed=seed, now=now)
            load_lottery(at=now)
            load_selection(at=now)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"ok: {applications} applications, built in {steps} stages")


def _call() -> Call:
    try:
        return get_call(PROGRAMME, CALL)
    except NotFound as absent:
        shipped = "flask --app wsgi programmes load vouchers/programmes/files/in2lifesciences.yaml"
        raise click.ClickException(f"The programme {PROGRAMME} is not loaded. Run: {shipped}") from absent


@demo.command("users")
def users() -> None:
    """List the demo's people, with what each may do."""
    found = list_demo_users()
    if not found:
        raise click.ClickException("The demo is not loaded. Run: flask --app wsgi demo load")
    staff = [user for user in found if user.grants]
    shown = [*staff, *[user for user in found if not user.grants][:5]]
    width = max(len(user.email) for user in shown) + 2
    for user in shown:
        roles = ", ".join(
            " ".join(filter(None, (str(grant.role.label), grant.programme_code, grant.region_code)))
            for grant in user.grants
        )
        click.echo(f"  {user.email:<{width}}{user.name:<24}{roles or 'Applicant'}")
    left = len(found) - len(staff) - 5
    if left > 0:
        click.echo(f"  ... and {left} more applicants; the sign-in page lists all and signs in with one click")
