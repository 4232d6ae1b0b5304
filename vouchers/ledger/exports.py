"""The books as a file: every line of every journal, at the speed of the database and in constant memory.

PostgreSQL writes the CSV itself (COPY); on SQLite journals and lines are merged here, each part quoted once. Both give
the same bytes: UTF-8, ``\\n`` at the end of a line, quotes only where needed, no cell that a spreadsheet would execute.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO

from psycopg import ClientCursor, OperationalError
from psycopg.pq import ExecStatus

from vouchers.core.database import db
from vouchers.ledger.chart import NAMES, Account

COLUMNS = (
    "journal", "date", "booked_at", "event", "reference", "narrative", "account", "account_name", "programme", "call",
    "region", "instrument", "fund_line", "voucher", "debit", "credit", "currency", "step_id",
)  # fmt: skip
HEADER = ",".join(COLUMNS).encode() + b"\n"
EXECUTED = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is a formula to a spreadsheet; an apostrophe before it makes it text."""
_CHUNK = 4_000


def write_ledger_csv(
    out: BinaryIO,
    *,
    programme: str | None = None,
    regions: Sequence[str] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> int:
    """Write the lines of these regions (None: all) with accounting days from `first` to `last`. Returns how many."""
    chunks = stream_ledger_csv(programme=programme, regions=regions, first=first, last=last)
    while True:
        try:
            out.write(next(chunks))
        except StopIteration as end:
            return int(end.value)


def stream_ledger_csv(
    *,
    programme: str | None = None,
    regions: Sequence[str] | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Generator[bytes, None, int]:
    """The same, chunk by chunk, for an answer that is sent while it is read. The generator's value is the count."""
    yield HEADER
    narrowed = (programme, None if regions is None else list(regions), first, last)
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            return (yield from _copied(driver, *narrowed))
        return (yield from _merged(driver, *narrowed))


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _safe(column: str) -> str:
    """The column as a cell that is never executed; empty rather than a quoted nothing."""
    executed = ", ".join(f"chr({ord(sign)})" for sign in EXECUTED)
    return f"CASE WHEN left({column}, 1) IN ({executed}) THEN '''' || {column} ELSE NULLIF({column}, '') END"


def _copy_statement() -> str:
    names = ", ".join(f"('{account.value}', '{NAMES[account].source}')" for account in Account)
    codes = ("programme", "call", "region", "instrument", "line")
    fund = ", ".join(f"{_safe(code)} AS {code}" for code in codes)
    return f"""
        COPY (
            WITH f AS MATERIALIZED (
                SELECT id, {fund}, currency FROM fund
                WHERE (%(programme)s::text IS NULL OR programme = %(programme)s::text)
                AND (%(regions)s::text[] IS NULL OR region = ANY(%(regions)s::text[]))
            )
            SELECT j.id, j.booked_on, j.booked_at, j.event, j.reference, j.narrative, l.account, a.name,
                f.programme, f.call, f.region, f.instrument, f.line, {_safe("l.voucher")},
                CASE WHEN l.cents > 0 THEN l.cents * 0.01 ELSE 0.00 END,
                CASE WHEN l.cents < 0 THEN l.cents * -0.01 ELSE 0.00 END,
                f.currency, j.step_id
            FROM (
                SELECT id, booked_on, event, step_id, {_safe("reference")} AS reference,
                    {_safe("narrative")} AS narrative,
                    replace(left((at AT TIME ZONE 'UTC')::text, 19), ' ', 'T') || 'Z' AS booked_at
                FROM journal
                WHERE (%(first)s::date IS NULL OR booked_on >= %(first)s::date)
                AND (%(last)s::date IS NULL OR booked_on <= %(last)s::date)
                ORDER BY id OFFSET 0  -- once per journal, not once per line
            ) j
            JOIN journal_line l ON l.journal_id = j.id
            JOIN f ON f.id = l.fund_id
            JOIN (VALUES {names}) a (number, name) ON a.number = l.account
            ORDER BY j.id, l.id
        ) TO STDOUT (FORMAT csv)
    """  # noqa: S608  made of names that stand in this program


def _copied(
    connection: Any, programme: str | None, regions: list[str] | None, first: date | None, last: date | None
) -> Generator[bytes, None, int]:
    values = {"programme": programme, "regions": regions, "first": first, "last": last}
    statement = ClientCursor(connection).mogrify(_copy_statement(), values)
    link = connection.pgconn  # one call per row rather than one turn of the driver's machinery: twice as fast
    connection.execute("SELECT 1")  # opens the transaction
    _ensure(link.exec_(statement.encode()), ExecStatus.COPY_OUT)
    finished = False
    try:
        gathered: list[bytes] = []
        while (row := link.get_copy_data(0))[0] > 0:
            gathered.append(bytes(row[1]))
            if len(gathered) >= _CHUNK:
                yield b"".join(gathered)
                gathered.clear()
        yield b"".join(gathered)
        ended = _ensure(link.get_result(), ExecStatus.COMMAND_OK)
        link.get_result()
        finished = True
        return int(ended.command_tuples or 0)
    finally:
        if finished:
            connection.rollback()
        else:
            connection.close()  # somebody stopped reading half-way: nothing of it may reach the next reader


def _ensure(result: Any, expected: ExecStatus) -> Any:
    if result is None or result.status != expected:
        raise OperationalError(result.error_message.decode() if result else "the database broke off")
    return result


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _merged(
    connection: Any, programme: str | None, regions: list[str] | None, first: date | None, last: date | None
) -> Generator[bytes, None, int]:
    """Journals and lines, both in the order of the journals, merged."""
    count = 0
    connection.execute("BEGIN")  # both cursors read the same books
    try:
        funds = _funds(connection, programme, regions)
        journals = connection.execute(
            "SELECT id, booked_on, at, event, reference, narrative, step_id FROM journal "
            "WHERE (?1 IS NULL OR booked_on >= ?1) AND (?2 IS NULL OR booked_on <= ?2) ORDER BY id",
            (first and first.isoformat(), last and last.isoformat()),
        )
        lines = connection.execute(
            "SELECT journal_id, fund_id, account, voucher, cents FROM journal_line ORDER BY journal_id, id"
        )
        current: int | None = -1
        head = tail = ""
        while chunk := lines.fetchmany(_CHUNK):
            written: list[str] = []
            for journal_id, fund_id, account, voucher, cents in chunk:
                while current is not None and current < journal_id:
                    current, head, tail = _next_journal(journals)
                if current is None:
                    break
                if current != journal_id or fund_id not in funds:
                    continue
                fund, currency = funds[fund_id]
                written.append(
                    f"{head},{_account(account)},{fund},{_cell(voucher)},{_amounts(cents)},{currency},{tail}\n"
                )
            count += len(written)
            yield "".join(written).encode()
            if current is None:
                break
    finally:
        connection.rollback()
    return count


def _next_journal(journals: Any) -> tuple[int | None, str, str]:
    row = journals.fetchone()
    if row is None:
        return None, "", ""
    journal_id, booked_on, at, event, reference, narrative, step_id = row
    moment = f"{at[:10]}T{at[11:19]}Z"
    return journal_id, f"{journal_id},{booked_on},{moment},{event},{_quoted(reference)},{_quoted(narrative)}", step_id


def _funds(connection: Any, programme: str | None, regions: list[str] | None) -> dict[int, tuple[str, str]]:
    rows = connection.execute("SELECT id, currency, programme, call, region, instrument, line FROM fund")
    return {
        fund_id: (",".join(_quoted(cell) for cell in (of_programme, call, region, instrument, line)), currency)
        for fund_id, currency, of_programme, call, region, instrument, line in rows
        if programme in (None, of_programme) and (regions is None or region in regions)
    }


@lru_cache(maxsize=64)
def _account(number: str) -> str:
    return f"{number},{_quoted(NAMES[Account(number)].source)}"


@lru_cache(maxsize=4_096)
def _amounts(cents: int) -> str:
    """Debit and credit."""
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return f"{amount},0.00" if cents > 0 else f"0.00,{amount}"


def _quoted(text: str) -> str:
    if text.startswith(EXECUTED):
        text = f"'{text}"
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


_cell = lru_cache(maxsize=4_096)(_quoted)
