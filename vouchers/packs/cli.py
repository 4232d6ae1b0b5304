"""`flask audit pack`: an audit pack at the terminal."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from vouchers.audit import queries as record
from vouchers.audit.cli import audit
from vouchers.audits.models import Mandate
from vouchers.audits.queries.mandates import find_mandate
from vouchers.core import clock
from vouchers.core.errors import Refused
from vouchers.core.languages import LANGUAGES
from vouchers.ledger.cli import DAY
from vouchers.ledger.queries import list_codes
from vouchers.packs.actions import ask_pack, fail_pack
from vouchers.packs.jobs import build_into
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack
from vouchers.packs.rules import Cover, cover_of_mandate
from vouchers.workflow.transition import OFFICE


@audit.command("pack")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write; it must not be there yet.",
)
@click.option("--since", type=click.IntRange(min=1), help="Number of a seal: only what came after it.")
@click.option("--mandate", help="Number of a mandate: what it covers.")
@click.option("--programme", help="Code of a programme; the whole office without it.")
@click.option("--region", "regions", multiple=True, help="Code of a region, may be repeated; all without it.")
@click.option("--from", "first", type=DAY, help="First accounting day; from the beginning without it.")
@click.option("--to", "last", type=DAY, help="Last accounting day; to the end without it.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True, help="Of its page.")
def pack(
    out: Path,
    since: int | None,
    mandate: str | None,
    programme: str | None,
    regions: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    language: str,
) -> None:
    """Write an audit pack: books, record, documents and draws in one ZIP, with the program that verifies it.

    Whoever runs this on the server takes what is asked for; on the pages, auditors take what their mandate covers.
    """
    _ensure_new(out)
    under = _mandate(mandate) if mandate else None
    cover = _cover(under, programme, regions, first, last)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        seal = record.get_seal(since) if since else None
        with draft.open("w+b") as file:
            asked = ask_pack(None, cover, since=seal, language=language, by=OFFICE, at=clock.now())
            try:
                build_into(asked, file, at=clock.now(), is_kept=False, mandate=under)
            except (Refused, OSError) as problem:
                fail_pack(get_pack(asked.id), str(problem), by=OFFICE, at=clock.now())
                raise
        _ensure_new(out)
        draft.replace(out)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from problem
    finally:
        draft.unlink(missing_ok=True)
    _tell(out, get_pack(asked.id))


def _ensure_new(out: Path) -> None:
    """A pack that somebody keeps is never written over."""
    if out.exists() or out.is_symlink():
        raise click.ClickException(f"{out} is there already, and is not written over. Name another file.")


def _cover(
    mandate: Mandate | None,
    programme: str | None,
    regions: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
) -> Cover:
    """What is asked for. A mistyped code would look like a programme or a region without money."""
    if mandate:
        if programme or regions or first or last:
            raise click.UsageError("--mandate says it all: leave the programme, the regions and the days away.")
        return cover_of_mandate(mandate)
    if regions and not programme:
        raise click.UsageError("--region needs --programme.")
    for kind, codes in (("programme", (programme,)), ("region", regions)):
        for code in codes:
            if code and code not in list_codes(kind):
                raise click.ClickException(f"The books know no {kind} with the code {code}.")
    if first and last and first > last:
        raise click.ClickException("The first day is after the last one.")
    return Cover(programme, tuple(sorted(regions)), first.date() if first else None, last.date() if last else None)


def _mandate(number: str) -> Mandate:
    found = find_mandate(number)
    if found is None:
        raise click.ClickException(f"There is no mandate {number}.")
    return found


def _tell(out: Path, built: Pack) -> None:
    assert built.seal is not None  # it is built
    click.echo(f"ok: {out}, {built.size} bytes, SHA-256 {built.sha256}")
    noted = f"--size {built.seal.size} --root {built.seal.root} --sha256 {built.sha256}"
    click.echo(f"python3 -I verify.py {out.name} {noted}")
