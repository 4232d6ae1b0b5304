"""The books of a pack: journals as they were hashed, balances, and the lines in the forms in which the books leave the
house."""

from __future__ import annotations

from vouchers.ledger.exports import FORMATS
from vouchers.ledger.exports.narrowing import Narrowing
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.record import Cut, Found
from vouchers.packs.queries.books import list_closing, list_opening

FORMS = {"ledger/lines.csv": "csv", "ledger/lines.xlsx": "xlsx", "ledger/lines.beancount": "beancount"}


def write_books(archive: Archive, cut: Cut, found: Found) -> None:
    """Everything on money."""
    with archive.file("ledger/journals.jsonl") as entry:
        found.journals_aside.file.seek(0)
        entry.write_from(found.journals_aside.file)
    for name, form in FORMS.items():
        with archive.file(name, is_packed=form != "xlsx") as entry:
            for piece in FORMATS[form](**_narrowing(cut)):
                entry.write(piece)
    with archive.file("ledger/opening.jsonl") as entry:
        entry.write_rows(list_opening(cut.first, cut.end, cut.cover))
    with archive.file("ledger/closing.jsonl") as entry:
        for balance in list_closing(cut.end, cut.cover):
            entry.write_row(balance)
            _fund, currency, account, _voucher, cents = balance
            found.closing[account, currency] += cents


def _narrowing(cut: Cut) -> Narrowing:
    cover = cut.cover
    return {
        "programme": cover.programme,
        "regions": cover.regions or None,
        "first": cover.first_on,
        "last": cover.last_on,
        "places": (cut.first, cut.end),
    }
