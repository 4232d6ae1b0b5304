"""`flask programmes`: loading programme files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.core.database import unit_of_work
from vouchers.core.errors import Refused
from vouchers.programmes.actions import Change, complete, is_loaded, load_programme, source_of
from vouchers.programmes.queries import get_programme
from vouchers.programmes.rules.changes import PublishedChanged
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.oddities import list_oddities
from vouchers.programmes.rules.plain import Plain, as_plain
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import Mapping, read_source
from vouchers.programmes.rules.whereabouts import find_place
from vouchers.programmes.rules.writing import write_programme_file
from vouchers.workflow.transition import OFFICE


@click.group(cls=CommandGroup)
def programmes() -> None:
    """Programmes: their regions, instruments, calls and money, from a programme file."""


@programmes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what is wrong or what would change, and change nothing.")
def load(file: Path, dry_run: bool) -> None:
    """Load a programme FILE (see docs/programme-file.md), all or nothing, and list what it changed, each value before
    and after. The same content again changes nothing; what the file no longer says, payment limits for instance, no
    longer holds: try it with --dry-run before.
    """
    tree = _complete(_read(file))
    if is_loaded(as_plain(tree)):
        click.echo(f"ok: {file.name} is loaded already, nothing to change")
        return
    plan = _examine(file, tree)
    try:
        changes = _load(plan, as_plain(tree), dry_run=dry_run)
    except PublishedChanged as refused:
        for difference in refused.differences:
            spot = find_place(tree, difference.path)
            click.echo(f"{file}:{spot.line}:{spot.column}: {spot.path}: {difference.told}", err=True)
        raise click.ClickException(str(refused.advice)) from refused
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    for change in changes:
        click.echo(f"{'would be ' * dry_run}{change.verb}: {change.kind} {change.code}")
        for difference in change.differences:
            click.echo(f"  {difference}")
    new_calls = {change.code for change in changes if (change.verb, change.kind) == ("added", "call")}
    for oddity in list_oddities(plan, new_calls=new_calls, at=clock.now()):
        click.echo(f"warning: {oddity}", err=True)
    counts = Counter((change.kind, change.verb) for change in changes)
    told = ", ".join(f"{count} {kind}{'s' * (count > 1)} {verb}" for (kind, verb), count in counts.items())
    click.echo(f"ok: {plan.code}, {told or 'nothing to change'}{' (dry run, nothing was saved)' if dry_run else ''}")


@programmes.command("export")
@click.argument("code")
def export(code: str) -> None:
    """Write a programme as it stands to the output, as a programme file: what was published in the browser is in it."""
    try:
        source = source_of(get_programme(code))
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(write_programme_file(source), nl=False)


def _complete(tree: Mapping) -> Mapping:
    """The file with what it leaves out of what was published."""
    head = as_plain(tree).get("programme")
    tree, kept = complete(tree, head.get("code") if isinstance(head, dict) else None)
    for kind, code in kept:
        click.echo(f"{kind} {code} is not in the file; it stays as it was published.")
    return tree


def _read(file: Path) -> Mapping:
    try:
        return read_source(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        sentence = f"{file}:{line}: this is not a text in UTF-8 ({problem.reason}). Save it as UTF-8."
        raise click.ClickException(f"{sentence} Nothing was loaded.") from problem
    except ProgrammeFileFaults as refused:
        raise _told(file, refused) from refused


def _examine(file: Path, tree: Mapping) -> ProgrammePlan:
    try:
        return read_programme_tree(tree)
    except ProgrammeFileFaults as refused:
        raise _told(file, refused) from refused


def _told(file: Path, refused: ProgrammeFileFaults) -> click.ClickException:
    for fault in refused.faults:
        where = f"{file}:{fault.line}:{fault.column}" if fault.line else file
        click.echo(f"{where}: {fault.path}: {fault.sentence}", err=True)
    return click.ClickException(f"{len(refused.faults)} fault(s) in {file}. Nothing was loaded.")


class _RolledBack(Exception):
    """Ends a dry run."""


def _load(plan: ProgrammePlan, source: Plain, *, dry_run: bool) -> list[Change]:
    changes: list[Change] = []
    try:
        with unit_of_work():
            changes = load_programme(plan, source=source, by=OFFICE, at=clock.now())
            if dry_run:
                raise _RolledBack
    except _RolledBack:
        pass
    return changes
