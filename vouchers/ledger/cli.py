"""`flask ledger`: balances and exports. Floors above add the proof (`documents.cli`) and closings (`periods.cli`)."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from vouchers.core.commands import CommandGroup
from vouchers.core.money import Money
from vouchers.ledger import queries
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports import FORMATS, write_ledger

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=CommandGroup)
def ledger() -> None:
    """The books: balances, exports, proof."""


@ledger.command("balances")
@click.option("--programme", help="Code of a programme; all without it.")
@click.option("--region", help="Code of a region; all without it.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def balances(programme: str | None, region: str | None, form: str) -> None:
    """Print the trial balance: debit minus credit of every account that was used; each currency by itself."""
    _ensure_known("programme", programme)
    _ensure_known("region", region)
    found = queries.trial_balances(programme=programme, region=region)
    if form == "json":
        plain = {
            currency: {account: Money(cents, currency).plain for account, cents in sums.items()}
            for currency, sums in found.items()
        }
        click.echo(json.dumps(plain if len(plain) > 1 else next(iter(plain.values()), {}), indent=1))
        return
    for currency, sums in found.items():
        for account, cents in sums.items():
            amount = f"{Money(cents, currency).plain:>16}{f' {currency}' if len(found) > 1 else ''}"
            click.echo(f"{account:<6} {NAMES[Account(account)].source:<38} {amount}")


@ledger.command("export")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
@click.option("--programme", help="Code of a programme; all without it.")
@click.option("--region", "regions", multiple=True, help="Code of a region, may be repeated; all without it.")
@click.option("--call", help="Code of a call; all without it.")
@click.option("--instrument", help="Code of the instrument that funds are for (* is for all); all without it.")
@click.option("--fund-line", help="Code of a fund line, such as ERDF.")
@click.option("--voucher-of", help="Code of an instrument: the lines of its vouchers, whatever fund carries them.")
@click.option("--account", type=click.Choice([account.value for account in Account]), help="One account.")
@click.option("--event", help="One kind of event, such as bank_debit.")
@click.option("--search", help="How the voucher or the reference begins.")
@click.option("--from", "first", type=DAY, help="First accounting day: 2026-01-01.")
@click.option("--to", "last", type=DAY, help="Last accounting day: 2026-12-31.")
def export(
    form: str,
    out: Path,
    regions: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    **narrowed: Any,
) -> None:
    """Write the lines of the books into a file: every line, or those that are asked for.

    CSV and XLSX are for a spreadsheet, JSON Lines for a program, Beancount for bean-check. However many lines there
    are, the memory that it takes stays the same.
    """
    for kind in ("programme", "call", "instrument", "fund_line", "event"):
        _ensure_known(kind, narrowed[kind])
    for region in regions:
        _ensure_known("region", region)
    if first and last and first > last:
        raise click.ClickException("The first day is after the last one.")
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            wanted = {**narrowed, "regions": regions or None, "first": _day(first), "last": _day(last)}
            count = write_ledger(form, file, **wanted)
        draft.replace(out)
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from problem
    finally:
        draft.unlink(missing_ok=True)
    click.echo(f"ok: {count} lines in {out}")


def _ensure_known(kind: str, code: str | None) -> None:
    """A mistyped code would look like a programme or a region without money."""
    if code and code not in queries.list_codes(kind):
        raise click.ClickException(f"The books know no {kind} with the code {code}.")


def _day(typed: datetime | None) -> date | None:
    return typed.date() if typed else None
