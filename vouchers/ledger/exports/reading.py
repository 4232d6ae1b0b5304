"""The lines of the books from either database, in the order of the journals, while other people go on posting.

Everything that one file says comes from one look at the books (a snapshot), on a connection of its own.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Unpack

from vouchers.core.database import db
from vouchers.ledger.exports.copying import COPIED_AT_ONCE, copy_rows, end_reading, plain_fields
from vouchers.ledger.exports.narrowing import Conditions, FundFacts, Narrowing

Row = Any
"""(journal, line, day, moment, event, reference, narrative, step, reverses, corrects, account, fund, voucher, cents):
plain values or their text; "" for none. A tuple with names would take half as long again."""

_FUNDS = "SELECT id, programme, call, region, instrument, line, currency FROM fund ORDER BY id"
_NAMED = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Sum:
    """What the lines of a file add up to on one account of one fund."""

    account: str
    fund_id: int
    before: int
    """Cents, of the lines that lie before the file's first day."""
    at_the_end: int
    first_day: str
    last_day: str
    lines: int
    """Of the file."""


class _Text(NamedTuple):
    sql: str
    values: dict[str, Any]


class Books(ABC):
    """The books as one look shows them."""

    def __init__(self, connection: Any, narrowed: Narrowing) -> None:
        self.connection = connection
        self.all_funds = [FundFacts(*row) for row in self._rows(_Text(_FUNDS, {}))]
        self.wanted = Conditions(narrowed, self.all_funds)

    @property
    def funds(self) -> dict[int, FundFacts]:
        """The funds that the file may speak of."""
        return self.wanted.funds

    def sums(self) -> list[Sum]:
        """What every account of every fund comes to, by account and fund."""
        first = "j.booked_on < :first" if self.wanted.values["first"] else "1 = 0"
        statement = f"""
            SELECT l.account, l.fund_id, coalesce(sum(CASE WHEN {first} THEN l.cents END), 0), sum(l.cents),
                min(j.booked_on), max(j.booked_on), count(CASE WHEN {first} THEN NULL ELSE 1 END)
            FROM journal_line l JOIN (
                SELECT id, booked_on, reference FROM journal WHERE {self.wanted.of_journals(with_first=False)}
            ) j ON j.id = l.journal_id
            WHERE {self.wanted.of_lines()}
            AND ({self.wanted.is_found("j.reference")} OR {self.wanted.is_found("l.voucher")})
            GROUP BY l.account, l.fund_id ORDER BY l.account, l.fund_id
        """  # noqa: S608  made of names that stand in this program
        return [
            Sum(account, int(fund), int(before), int(end), str(first_day), str(last_day), int(lines))
            for account, fund, before, end, first_day, last_day, lines in self._rows(
                _Text(statement, self.wanted.values)
            )
        ]

    @abstractmethod
    def _rows(self, text: _Text) -> list[Any]: ...

    @abstractmethod
    def lines(self) -> Iterator[list[Row]]:
        """The lines that are wanted, some thousands at a time, ordered by journal and line."""


@contextmanager
def open_books(**narrowed: Unpack[Narrowing]) -> Iterator[Books]:
    """A look at the books that does not change while it lasts."""
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            driver.rollback()
            driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        else:
            driver.execute("BEGIN")
        try:
            yield (_Postgresql if db.engine.dialect.name == "postgresql" else _Sqlite)(driver, narrowed)
        finally:
            end_reading(driver)


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


class _Postgresql(Books):
    def _rows(self, text: _Text) -> list[Any]:
        from psycopg import ClientCursor

        return list(ClientCursor(self.connection).execute(percented(text.sql), text.values))

    def lines(self) -> Iterator[list[Row]]:
        statement = f"""
            COPY (
                SELECT j.id, l.id, j.booked_on, j.moment, j.event, j.reference, j.narrative, j.step_id, j.reverses,
                    j.corrects, l.account, l.fund_id, l.voucher, l.cents
                FROM ({journals_once(self.wanted)}) j
                JOIN journal_line l ON l.journal_id = j.id
                WHERE {self.wanted.of_lines()} AND (j.is_found OR {self.wanted.is_found("l.voucher")})
                ORDER BY j.id, l.id
            ) TO STDOUT
        """  # noqa: S608  made of names that stand in this program
        for rows in copy_rows(self.connection, percented(statement), self.wanted.values):
            text = b"".join(rows).decode()[:-1]
            split = [row.split("\t") for row in text.split("\n")]
            yield [plain_fields(row) for row in split] if "\\" in text else split


def journals_once(wanted: Conditions) -> str:
    """The journals that are wanted as a sub-query, each worked out once and not once per line."""
    return f"""
        SELECT id, booked_on, event, step_id, reference, narrative,
            replace(left((at AT TIME ZONE 'UTC')::text, 19), ' ', 'T') || 'Z' AS moment,
            coalesce(reverses_id::text, '') AS reverses, coalesce(corrects_on::text, '') AS corrects,
            {wanted.is_found("reference")} AS is_found
        FROM journal WHERE {wanted.of_journals()} ORDER BY id OFFSET 0
    """  # noqa: S608  made of names that stand in this program


def percented(sql: str) -> str:
    """The statement with its named values as PostgreSQL's driver writes them."""
    return _NAMED.sub(r"%(\1)s", sql)


# --- SQLite -----------------------------------------------------------------------------------------------------------


class _Sqlite(Books):
    def _rows(self, text: _Text) -> list[Any]:
        return list(self.connection.execute(text.sql, text.values))

    def lines(self) -> Iterator[list[Row]]:
        """Journals and lines, both in the order of the journals, merged: a journal's words are read once."""
        wanted = self.wanted
        of_journals = f"""
            SELECT id, booked_on, at, event, reference, narrative, step_id, reverses_id, corrects_on,
                {wanted.is_found("reference")}
            FROM journal WHERE {wanted.of_journals()} ORDER BY id
        """  # noqa: S608  made of names that stand in this program
        of_lines = f"""
            SELECT journal_id, id, account, fund_id, voucher, cents, {wanted.is_found("l.voucher")}
            FROM journal_line l WHERE {wanted.of_lines()} ORDER BY journal_id, id
        """  # noqa: S608  made of names that stand in this program
        journals = self.connection.execute(of_journals, wanted.values)
        lines = self.connection.execute(of_lines, wanted.values)
        current, head, is_journal_found = self._next(journals)
        while chunk := lines.fetchmany(COPIED_AT_ONCE):
            found: list[Row] = []
            for journal_id, line_id, account, fund_id, voucher, cents, is_line_found in chunk:
                while current is not None and current < journal_id:
                    current, head, is_journal_found = self._next(journals)
                if current is None:
                    break
                if current == journal_id and (is_journal_found or is_line_found):
                    found.append((journal_id, line_id, *head, account, fund_id, voucher, cents))
            if found:
                yield found
            if current is None:
                break

    @staticmethod
    def _next(journals: Any) -> tuple[int | None, tuple[Any, ...], bool]:
        row = journals.fetchone()
        if row is None:
            return None, (), False
        journal_id, on, at, event, reference, narrative, step_id, reverses, corrects, is_found = row
        moment = f"{at[:10]}T{at[11:19]}Z"
        head = (on, moment, event, reference, narrative, step_id, reverses or "", corrects or "")
        return journal_id, head, bool(is_found)
