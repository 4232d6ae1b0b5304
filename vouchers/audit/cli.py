"""`flask audit`: seal the record, and prove it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from vouchers.audit import proving, queries
from vouchers.audit.actions import seal_events
from vouchers.core import clock
from vouchers.core.commands import CommandGroup

TOLD = 100
"""Faults that are printed one by one; a table that was rewritten has a million."""
OUT = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=CommandGroup)
def audit() -> None:
    """The record: seals and proof."""


@audit.command("verify")
@click.option("--size", type=click.IntRange(min=1), help="How many events a seal written down outside covered.")
@click.option("--root", help="That seal's root, 64 hexadecimal digits. Finds a record whose newest part was cut off.")
def verify(size: int | None, root: str | None) -> None:
    """Recompute every hash of the record; prints what is wrong, the first thing first, and fails if there is any."""
    if (size is None) != (root is None):
        raise click.UsageError("--size and --root belong together: give both, as the seal has them.")
    count = 0
    for count, fault in enumerate(queries.list_faults(expected=(size, root.lower()) if size and root else None), 1):
        if count <= TOLD:
            click.echo(fault)
    if count:
        raise click.ClickException(f"{count} faults in the record")
    seal, events = queries.find_last_seal(), queries.count_events()
    click.echo(f"ok: {events} events, {queries.count_sealed()} sealed; root {seal.root if seal else '-'}")


@audit.command("seal")
def seal() -> None:
    """Seal what is new now, without waiting for the timer."""
    made = seal_events(at=clock.now())
    click.echo(f"ok: {made.size} events sealed, root {made.root}" if made else "ok: nothing new to seal")


@audit.command("prove")
@click.argument("event", type=click.IntRange(min=1))
@click.option("--seal", "seal_id", type=click.IntRange(min=1), help="Number of a seal; the newest without it.")
@click.option("--with-detail", is_flag=True, help="Also what changed, which may be personal data.")
@click.option("--out", type=OUT, help="The file to write; printed without it.")
def prove(event: int, seal_id: int | None, with_detail: bool, out: Path | None) -> None:
    """Prove that EVENT (its number) stands under a seal. The proof is JSON, for verify_proof.py (docs/record.md)."""
    in_seal = queries.get_seal(seal_id) if seal_id else None
    _hand_out(proving.prove_event(event, in_seal=in_seal, with_detail=with_detail), out)


@audit.command("consistency")
@click.argument("old", type=click.IntRange(min=1))
@click.argument("new", type=click.IntRange(min=1))
@click.option("--out", type=OUT, help="The file to write; printed without it.")
def consistency(old: int, new: int, out: Path | None) -> None:
    """Prove that nothing under seal OLD (its number) was changed when seal NEW was set. JSON, for verify_proof.py."""
    _hand_out(proving.prove_consistency(queries.get_seal(old), queries.get_seal(new)), out)


def _hand_out(proof: dict[str, Any], out: Path | None) -> None:
    text = json.dumps(proof, indent=1, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(f"{text}\n", encoding="utf-8")
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from problem
    click.echo(f"ok: {out}")
