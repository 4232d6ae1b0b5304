"""`flask audit pack`: an audit pack at the terminal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

import click

from vouchers.audit import queries as record
from vouchers.audit.cli import audit
from vouchers.core import clock
from vouchers.ledger.queries import list_codes
from vouchers.packs.actions import ask_pack
from vouchers.packs.jobs import build_now
from vouchers.packs.queries.packs import find_file
from vouchers.workflow.transition import OFFICE


@audit.command("pack")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@click.option("--since", type=click.IntRange(min=1), help="Number of a seal: only what came after it.")
@click.option("--programme", help="Code of a programme; the whole office without it.")
@click.option("--region", help="Code of a region of the programme; all of them without it.")
@click.option("--language", default="en", show_default=True, help="Of the index in it.")
def pack(out: Path, since: int | None, programme: str | None, region: str | None, language: str) -> None:
    """Write an audit pack: books, record, documents and draws in one ZIP, with the program that verifies it."""
    if region and not programme:
        raise click.UsageError("--region needs --programme.")
    for kind, code in (("programme", programme), ("region", region)):
        if code and code not in list_codes(kind):
            raise click.ClickException(f"The books know no {kind} with the code {code}.")
    seal = record.get_seal(since) if since else None
    draft = out.with_name(f".{out.name}.{os.getpid()}")

    def keep(stream: BinaryIO) -> None:
        with draft.open("wb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)

    try:
        with draft.open("wb"):
            pass  # where it cannot be written, nothing is built
        asked = ask_pack(programme=programme, region=region, since=seal, language=language, by=OFFICE, at=clock.now())
        build_now(asked, language=language, at=clock.now(), keep=keep)
        draft.replace(out)
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from problem
    finally:
        draft.unlink(missing_ok=True)
    document = find_file(asked)
    click.echo(f"ok: {out}, SHA-256 {document.sha256 if document else '-'}")
