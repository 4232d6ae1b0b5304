"""The books as a file: every line of every journal, at the speed of the database and in constant memory.

PostgreSQL writes the CSV itself (COPY); on SQLite journals and lines are merged here, each part quoted once. Both give
the same bytes: UTF-8, ``\\n`` at the end of a line, quotes only where needed, no cell that a spreadsheet would execute.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO, TypedDict, Unpack

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


class Narrowing(TypedDict, total=False):
    """What lines a file holds; all of them without it."""

    programme: str | None
    regions: Sequence[str] | None
    """None: all."""
    call: str | None
    instrument: str | None
    account: str | None
    event: str | None
    search: str | None
    """How the line's voucher or the journal's reference begins."""
    first: date | None
    """Accounting day."""
    last: date | None


def write_ledger_csv(out: BinaryIO, **narrowed: Unpack[Narrowing]) -> int:
    """Write the lines that are wanted. Returns how many."""
    chunks = stream_ledger_csv(**narrowed)
    while True:
        try:
            out.write(next(chunks))
        except StopIteration as end:
            return int(end.value)


def stream_ledger_csv(**narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The same, chunk by chunk, for an answer that is sent while it is read. The generator's value is the count."""
    yield HEADER
    wanted = _values(narrowed)
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            return (yield from _copied(driver, wanted))
        return (yield from _merged(driver, wanted))


def _values(narrowed: Narrowing) -> dict[str, Any]:
    """Each by its name, None where it narrows nothing; the search as a pattern that ``LIKE`` understands."""
    regions, search = narrowed.get("regions"), narrowed.get("search")
    for sign in ("/", "%", "_") if search else ():
        search = search and search.replace(sign, f"/{sign}")
    return {
        **{name: narrowed.get(name) for name in Narrowing.__annotations__},
        "regions": None if regions is None else list(regions),
        "search": f"{search}%" if search else None,
    }


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
                AND (%(call)s::text IS NULL OR call = %(call)s::text)
                AND (%(instrument)s::text IS NULL OR instrument = %(instrument)s::text)
            )
            SELECT j.id, j.booked_on, j.booked_at, j.event, j.reference, j.narrative, l.account, a.name,
                f.programme, f.call, f.region, f.instrument, f.line, {_safe("l.voucher")},
                CASE WHEN l.cents > 0 THEN l.cents * 0.01 ELSE 0.00 END,
                CASE WHEN l.cents < 0 THEN l.cents * -0.01 ELSE 0.00 END,
                f.currency, j.step_id
            FROM (
                SELECT id, booked_on, event, step_id, {_safe("reference")} AS reference,
                    {_safe("narrative")} AS narrative,
                    replace(left((at AT TIME ZONE 'UTC')::text, 19), ' ', 'T') || 'Z' AS booked_at,
                    reference LIKE %(search)s::text ESCAPE '/' AS is_found
                FROM journal
                WHERE (%(first)s::date IS NULL OR booked_on >= %(first)s::date)
                AND (%(last)s::date IS NULL OR booked_on <= %(last)s::date)
                AND (%(event)s::text IS NULL OR event = %(event)s::text)
                ORDER BY id OFFSET 0  -- once per journal, not once per line
            ) j
            JOIN journal_line l ON l.journal_id = j.id
            JOIN f ON f.id = l.fund_id
            JOIN (VALUES {names}) a (number, name) ON a.number = l.account
            WHERE (%(account)s::text IS NULL OR l.account = %(account)s::text)
            AND (%(search)s::text IS NULL OR j.is_found OR l.voucher LIKE %(search)s::text ESCAPE '/')
            ORDER BY j.id, l.id
        ) TO STDOUT (FORMAT csv)
    """  # noqa: S608  made of names that stand in this program


def _copied(connection: Any, wanted: dict[str, Any]) -> Generator[bytes, None, int]:
    statement = ClientCursor(connection).mogrify(_copy_statement(), wanted)
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


def _merged(connection: Any, wanted: dict[str, Any]) -> Generator[bytes, None, int]:
    """Journals and lines, both in the order of the journals, merged."""
    count = 0
    connection.execute("BEGIN")  # both cursors read the same books
    try:
        funds = _funds(connection, wanted)
        days = {name: wanted[name] and wanted[name].isoformat() for name in ("first", "last")}
        journals = connection.execute(
            "SELECT id, booked_on, at, event, reference, narrative, step_id, "
            "coalesce(reference LIKE :search ESCAPE '/', 1) FROM journal "
            "WHERE (:first IS NULL OR booked_on >= :first) AND (:last IS NULL OR booked_on <= :last) "
            "AND (:event IS NULL OR event = :event) ORDER BY id",
            {**wanted, **days},
        )
        lines = connection.execute(
            "SELECT journal_id, fund_id, account, voucher, cents, coalesce(voucher LIKE :search ESCAPE '/', 1) "
            "FROM journal_line WHERE (:account IS NULL OR account = :account) ORDER BY journal_id, id",
            wanted,
        )
        current: int | None = -1
        head = tail = ""
        is_found = False
        while chunk := lines.fetchmany(_CHUNK):
            written: list[str] = []
            for journal_id, fund_id, account, voucher, cents, is_line_found in chunk:
                while current is not None and current < journal_id:
                    current, head, tail, is_found = _next_journal(journals)
                if current is None:
                    break
                if current != journal_id or fund_id not in funds or not (is_found or is_line_found):
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


def _next_journal(journals: Any) -> tuple[int | None, str, str, bool]:
    row = journals.fetchone()
    if row is None:
        return None, "", "", False
    journal_id, booked_on, at, event, reference, narrative, step_id, is_found = row
    moment = f"{at[:10]}T{at[11:19]}Z"
    head = f"{journal_id},{booked_on},{moment},{event},{_quoted(reference)},{_quoted(narrative)}"
    return journal_id, head, step_id, bool(is_found)


def _funds(connection: Any, wanted: dict[str, Any]) -> dict[int, tuple[str, str]]:
    rows = connection.execute(
        "SELECT id, currency, programme, call, region, instrument, line FROM fund "
        "WHERE (:programme IS NULL OR programme = :programme) AND (:call IS NULL OR call = :call) "
        "AND (:instrument IS NULL OR instrument = :instrument)",
        {name: wanted[name] for name in ("programme", "call", "instrument")},
    )
    regions = wanted["regions"]
    return {
        fund_id: (",".join(_quoted(cell) for cell in (programme, call, region, instrument, line)), currency)
        for fund_id, currency, programme, call, region, instrument, line in rows
        if regions is None or region in regions
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
