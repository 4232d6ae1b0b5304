"""`flask audit`: seal the record, and prove it."""

from __future__ import annotations

import click

from vouchers.audit import queries
from vouchers.audit.actions import seal_events
from vouchers.core import clock
from vouchers.core.commands import CommandGroup


@click.group(cls=CommandGroup)
def audit() -> None:
    """The record: seals and proof."""


@audit.command("verify")
@click.option("--size", type=click.IntRange(min=1), help="How many events a seal written down outside covered.")
@click.option("--root", help="That seal's root, 64 hexadecimal digits. Finds a record whose newest part was cut off.")
def verify(size: int | None, root: str | None) -> None:
    """Recompute every hash of the record; prints each thing that is wrong and fails if there is one."""
    if (size is None) != (root is None):
        raise click.UsageError("--size and --root belong together: give both, as the seal has them.")
    faults = list(queries.list_faults(expected=(size, root.lower()) if size and root else None))
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"{len(faults)} faults in the record")
    seal = queries.find_last_seal()
    sealed = seal.size if seal else 0
    click.echo(f"ok: {queries.count_events()} events, {sealed} sealed; root {seal.root if seal else '-'}")


@audit.command("seal")
def seal() -> None:
    """Seal what is new now, without waiting for the timer."""
    made = seal_events(at=clock.now())
    click.echo(f"ok: {made.size} events sealed, root {made.root}" if made else "ok: nothing new to seal")
