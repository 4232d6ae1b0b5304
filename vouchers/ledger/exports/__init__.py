"""The books as a file, in four forms, at the speed of the database and in constant memory.

Each form says the same of the same lines: CSV and XLSX for a spreadsheet, JSON Lines for a program, Beancount for an
accountant. `narrowing` says what lines a file holds, `reading` brings them, the other modules draw one form each.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import BinaryIO, Unpack

from vouchers.ledger.exports.beancount_file import stream_beancount
from vouchers.ledger.exports.csv_file import stream_ledger_csv
from vouchers.ledger.exports.json_lines import stream_json_lines
from vouchers.ledger.exports.narrowing import COLUMNS, Narrowing
from vouchers.ledger.exports.workbook import stream_workbook

__all__ = [
    "COLUMNS",
    "FORMATS",
    "MEDIA_TYPES",
    "Narrowing",
    "stream_ledger",
    "stream_ledger_csv",
    "write_ledger",
    "write_ledger_csv",
]

FORMATS: dict[str, Callable[..., Generator[bytes, None, int]]] = {
    "csv": stream_ledger_csv,
    "xlsx": stream_workbook,
    "jsonl": stream_json_lines,
    "beancount": stream_beancount,
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
    "beancount": "text/plain",
}


def stream_ledger(form: str, **narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The file in pieces, for an answer that is sent while it is read. The generator's value is the count of lines."""
    return FORMATS[form](**narrowed)


def write_ledger(form: str, out: BinaryIO, **narrowed: Unpack[Narrowing]) -> int:
    """Write the lines that are wanted in one of `FORMATS`. Returns how many."""
    pieces = stream_ledger(form, **narrowed)
    while True:
        try:
            out.write(next(pieces))
        except StopIteration as end:
            return int(end.value)


def write_ledger_csv(out: BinaryIO, **narrowed: Unpack[Narrowing]) -> int:
    """The same as CSV."""
    return write_ledger("csv", out, **narrowed)
