"""`flask ledger close`: closing the books from the server."""

from __future__ import annotations

from datetime import datetime

import click

from vouchers.core import clock
from vouchers.core.errors import Refused
from vouchers.ledger.cli import DAY, ledger
from vouchers.periods.actions import close_period
from vouchers.workflow.transition import OFFICE


@ledger.command("close")
@click.option("--programme", required=True, help="Code of the programme.")
@click.option("--region", default="-", help="Code of a region; all regions without it.")
@click.option("--from", "first", type=DAY, help="First day of the period; without it, all that is still open.")
@click.option("--through", type=DAY, required=True, help="Last day of the period: 2026-12-31.")
def close(programme: str, region: str, first: datetime | None, through: datetime) -> None:
    """Close the books of a programme, or of one region, through a day; nothing can be posted on or before it any more.

    What is closed is never opened again, and no period is closed while an earlier one is open.
    """
    try:
        close_period(
            programme, region, through.date(), first_on=first.date() if first else None, by=OFFICE, at=clock.now()
        )
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    where = programme if region == "-" else f"{programme} {region}"
    click.echo(f"ok: {where} is closed through {through.date().isoformat()}")
