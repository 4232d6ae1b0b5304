"""`flask ledger verify`: the proof of the books and of the files behind them."""

from __future__ import annotations

from itertools import chain

import click

from vouchers.documents.proof import FURTHER, faults_of_files
from vouchers.ledger import queries
from vouchers.ledger.cli import ledger
from vouchers.ledger.proof import find_faults
from vouchers.ledger.proof.faults import first_wrong_line

MOST_FAULTS = 1_000
"""That are printed; all are counted."""


@ledger.command("verify")
@click.option("--files", "is_whole", is_flag=True, help="Read every file behind the books again, too.")
def verify(is_whole: bool) -> None:
    """Prove the books; prints each thing that is wrong, names the first line that is, and fails if there is one."""
    count, first = 0, None
    for fault in chain(find_faults(), faults_of_files(is_whole=is_whole), *(proof() for proof in FURTHER)):
        count += 1
        first = first_wrong_line([fault, *([first] if first else [])])
        if count <= MOST_FAULTS:
            click.echo(str(fault))
    if count:
        named = f": the first line that is wrong is line {first.line}, in journal {first.journal}" if first else ""
        raise click.ClickException(f"{count} faults in the books{named}")
    size = queries.size_of_books()
    click.echo(
        f"ok: {size.journals} journals, {size.lines} lines, {size.funds} funds; balanced, not overdrawn, as recorded"
    )
