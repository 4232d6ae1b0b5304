"""What belongs to each voucher, in the order of time: kept aside while a pack is built, then read by voucher."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import groupby
from typing import Any

_AT_ONCE = 25
"""Vouchers that are read at once."""
_WAITING = 500
"""Rows that are added at once."""
_TABLES = (
    "CREATE TABLE thread (voucher TEXT, kind INTEGER, place INTEGER, value TEXT)",
    "CREATE TABLE told (voucher TEXT PRIMARY KEY, value TEXT)",
)
_ORDER = "CREATE INDEX IF NOT EXISTS thread_order ON thread (voucher, kind, place)"
_text_of = json.JSONEncoder(ensure_ascii=False).encode


class Kind(IntEnum):
    """Of what a voucher's thread is made."""

    STAGE = 0
    EVENT = 1
    JOURNAL = 2
    DOCUMENT = 3
    ENTRY = 4


Thread = dict[Kind, list[Any]]


class Threads:
    """Tables in a file of their own, which nobody else sees and which goes with them; little of it lies in memory."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("BEGIN")
        for statement in _TABLES:
            self._store.execute(statement)
        self._waiting: list[tuple[str, int, int, str]] = []

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def add(self, vouchers: Iterable[str], kind: Kind, place: int, value: Any) -> None:
        """Add something to these vouchers' threads, at its place in time."""
        text = _text_of(value)
        self._waiting += [(voucher, int(kind), place, text) for voucher in vouchers]
        if len(self._waiting) >= _WAITING:
            self._add_waiting()

    def _add_waiting(self) -> None:
        self._store.executemany("INSERT INTO thread VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def _put_in_order(self) -> None:
        """Before it is read. What is sorted once need not be kept in order row by row."""
        self._add_waiting()
        self._store.execute(_ORDER)

    def tell(self, voucher: str, value: Any) -> None:
        """Keep what the table of vouchers says of one that has a page of its own."""
        self._store.execute("INSERT INTO told VALUES (?, ?)", (voucher, _text_of(value)))

    def count(self) -> int:
        """How many vouchers have a thread."""
        self._put_in_order()
        return int(self._store.execute("SELECT COUNT(DISTINCT voucher) FROM thread WHERE kind > 0").fetchone()[0])

    def __iter__(self) -> Iterator[dict[str, Thread]]:
        """Some vouchers at a time with their threads, in the order of the references; not those of which only the
        balance is known."""
        self._put_in_order()
        last = ""
        wanted = "SELECT DISTINCT voucher FROM thread WHERE voucher > ? AND kind > 0 ORDER BY voucher LIMIT ?"
        while some := [name for (name,) in self._store.execute(wanted, (last, _AT_ONCE))]:
            yield self._read(some)
            last = some[-1]

    def _read(self, some: Sequence[str]) -> dict[str, Thread]:
        found: dict[str, Thread] = {voucher: {kind: [] for kind in Kind} for voucher in some}
        wanted = "SELECT voucher, kind, value FROM thread WHERE voucher BETWEEN ? AND ? "
        wanted += "ORDER BY voucher, kind, place, rowid"
        for voucher, kind, value in self._store.execute(wanted, (some[0], some[-1])):
            if voucher in found:
                found[voucher][Kind(kind)].append(json.loads(value))
        return found

    def overview(self) -> Iterator[tuple[str, Any, list[Any]]]:
        """Every voucher, what was told of it (None: it has no page), and its balances on the stages."""
        self._put_in_order()
        wanted = (
            "SELECT one.voucher, told.value, thread.value FROM "
            "(SELECT DISTINCT voucher FROM thread UNION SELECT voucher FROM told) AS one "
            "LEFT JOIN told ON told.voucher = one.voucher "
            "LEFT JOIN thread ON thread.voucher = one.voucher AND thread.kind = 0 "
            "ORDER BY one.voucher, thread.place, thread.rowid"
        )
        for (voucher, told), rows in groupby(self._store.execute(wanted), key=lambda row: row[:2]):
            stages = [json.loads(row[2]) for row in rows if row[2] is not None]
            yield voucher, json.loads(told) if told else None, stages
