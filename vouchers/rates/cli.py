"""`flask rates`: loading the Commission's monthly rates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.database import unit_of_work
from vouchers.core.errors import Refused
from vouchers.core.text import write
from vouchers.rates import queries
from vouchers.rates.actions import load_rate_import, read_rate_import
from vouchers.rates.rules.table import decode, read_month, read_rates
from vouchers.rates.states import Effect
from vouchers.workflow.transition import OFFICE


@click.group(cls=CommandGroup)
def rates() -> None:
    """The Commission's monthly exchange rates (InforEuro)."""


@rates.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--month", help="Of which month the rates are, where the file does not say it: 2026-10.")
@click.option("--dry-run", is_flag=True, help="Say what would change or what is wrong, and change nothing.")
@click.option("--correct", "reason", default="", help="Why rates that were loaded before are replaced.")
def load(file: Path, month: str | None, dry_run: bool, reason: str) -> None:
    """Load the rates of FILE, the CSV file of InforEuro, all or nothing. The same rates again change nothing."""
    of_month = read_month(month) if month else None
    if month and of_month is None:
        raise click.ClickException(f"“{month}” is no month, such as 2026-10.")
    try:
        content = file.read_bytes()
        lines = read_rates(decode(content), month=of_month, today=clock.office_day(clock.now()))
        plans = queries.plan_lines(lines)
        for plan in plans:
            if plan.effect in (Effect.REFUSED, Effect.CHANGED):
                click.echo(f"{file}:{plan.line.number}: {_told(plan)}", err=True)
        counts = Counter(plan.effect.value for plan in plans)
        if dry_run or not (counts["new"] or counts["changed"] or counts["refused"]):
            _finish(counts, dry_run=dry_run)
            return
        with unit_of_work():
            kept = read_rate_import(content, file.name, month=of_month, by=OFFICE, at=clock.now())
            load_rate_import(kept, reason=reason, by=OFFICE, at=clock.now())
    except Refused as refused:
        raise click.ClickException(write(refused.sentence)) from refused
    _finish(counts, dry_run=False)


def _told(plan: queries.LinePlan) -> str:
    line = plan.line
    if line.fault is not None:
        return f"{line.code}: {write(line.fault)}"
    return f"{line.code} {line.month:%Y-%m}: {plan.before:f} -> {line.units:f}"


def _finish(counts: Counter[str], *, dry_run: bool) -> None:
    told = ", ".join(f"{counts[effect.value]} {effect.value}" for effect in Effect if counts[effect.value])
    click.echo(f"ok: {told}{' (dry run, nothing was saved)' if dry_run else ''}")
