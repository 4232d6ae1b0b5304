"""Reading exports back, as somebody else's program would."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from beancount import loader
from beancount.core import realization
from openpyxl import load_workbook

from vouchers.ledger.exports import write_ledger


def written(form: str, **narrowed) -> tuple[bytes, int]:
    out = io.BytesIO()
    count = write_ledger(form, out, **narrowed)
    return out.getvalue(), count


def as_csv(**narrowed) -> list[dict[str, str]]:
    text, count = written("csv", **narrowed)
    rows = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    assert len(rows) == count
    return rows


def as_json(**narrowed) -> list[dict]:
    text, count = written("jsonl", **narrowed)
    rows = [json.loads(line) for line in text.decode().split("\n")[:-1]]
    assert len(rows) == count
    return rows


def as_beancount(folder: Path, **narrowed):
    """(entries, errors) as Beancount's own loader has them, which is what ``bean-check`` prints."""
    text, _count = written("beancount", **narrowed)
    file = folder / "books.beancount"
    file.write_bytes(text)
    entries, errors, _options = loader.load_file(str(file))
    return entries, errors


def balances_of(entries) -> dict[tuple[str, str], int]:
    """(our account's number, currency) -> cents, added up by Beancount."""
    found: dict[tuple[str, str], int] = {}
    for account in realization.iter_children(realization.realize(entries)):
        number = next((part.split("-")[0] for part in account.account.split(":") if part[:4].strip("B").isdigit()), "")
        for position in account.balance:
            key = number, position.units.currency
            found[key] = found.get(key, 0) + int(position.units.number * 100)
    return found


def as_sheets(**narrowed) -> list[list[list]]:
    """Sheet -> row -> cell, headings included."""
    text, _count = written("xlsx", **narrowed)
    book = load_workbook(io.BytesIO(text))
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets]
