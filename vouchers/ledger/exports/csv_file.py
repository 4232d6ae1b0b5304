"""The books as CSV. PostgreSQL writes the rows itself (COPY); on SQLite they are drawn here, each part quoted once.

Both give the same bytes: UTF-8, ``\\n`` at the end of a line, quotes only where needed, no cell that a spreadsheet
would execute.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from typing import Any, Unpack

from vouchers.core.database import db
from vouchers.core.spreadsheets import EXECUTED, harmless
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.copying import copy_rows
from vouchers.ledger.exports.narrowing import COLUMNS, FundFacts, Narrowing
from vouchers.ledger.exports.reading import Books, journals_once, open_books, percented

HEADER = ",".join(COLUMNS).encode() + b"\n"


def stream_ledger_csv(**narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The lines that are wanted, piece by piece. The generator's value is their count."""
    yield HEADER
    with open_books(**narrowed) as books:
        drawn = _copied if db.engine.dialect.name == "postgresql" else _drawn
        return (yield from drawn(books))


def _copied(books: Books) -> Generator[bytes, None, int]:
    count = 0
    for rows in copy_rows(books.connection, percented(_copy_statement(books)), books.wanted.values):
        count += len(rows)
        yield b"".join(rows)
    return count


def _copy_statement(books: Books) -> str:
    wanted = books.wanted
    names = ", ".join(f"('{account.value}', {_literal(NAMES[account].source)})" for account in Account)
    fund = ", ".join(f"{_safe(code)} AS {code}" for code in ("programme", "call", "region", "instrument", "line"))
    return f"""
        COPY (
            WITH f AS MATERIALIZED (SELECT id, {fund}, currency FROM fund WHERE {wanted.of_funds("id")})
            SELECT j.id, j.booked_on, j.moment, j.event, j.reference, j.narrative, l.account, a.name,
                f.programme, f.call, f.region, f.instrument, f.line, {_safe("l.voucher")},
                CASE WHEN l.cents > 0 THEN l.cents * 0.01 ELSE 0.00 END,
                CASE WHEN l.cents < 0 THEN l.cents * -0.01 ELSE 0.00 END,
                f.currency, j.step_id, l.id, j.reverses, j.corrects
            FROM (
                SELECT id, booked_on, moment, event, step_id, is_found, NULLIF(reverses, '') AS reverses,
                    NULLIF(corrects, '') AS corrects, {_safe("reference")} AS reference,
                    {_safe("narrative")} AS narrative
                FROM ({journals_once(wanted)}) j ORDER BY id OFFSET 0
            ) j
            JOIN journal_line l ON l.journal_id = j.id
            JOIN f ON f.id = l.fund_id
            JOIN (VALUES {names}) a (number, name) ON a.number = l.account
            WHERE {wanted.of_lines()} AND (j.is_found OR {wanted.is_found("l.voucher")})
            ORDER BY j.id, l.id
        ) TO STDOUT (FORMAT csv)
    """  # noqa: S608  made of names that stand in this program


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _safe(column: str) -> str:
    """The column as a cell that is never executed; empty rather than a quoted nothing."""
    executed = ", ".join(f"chr({ord(sign)})" for sign in EXECUTED)
    return f"CASE WHEN left({column}, 1) IN ({executed}) THEN '''' || {column} ELSE NULLIF({column}, '') END"


def _drawn(books: Books) -> Generator[bytes, None, int]:
    funds = {fund.id: (_codes(fund), fund.currency) for fund in books.funds.values()}
    count, current, head, end = 0, None, "", ""
    for rows in books.lines():
        written: list[str] = []
        for journal, line, on, at, event, ref, text, step, reverses, corrects, account, fund, voucher, cents in rows:
            if journal != current:
                current = journal
                head = f"{journal},{on},{at},{event},{_quoted(ref)},{_quoted(text)}"
                end = f"{reverses},{corrects}\n"
            codes, currency = funds[fund]
            written.append(
                f"{head},{_account(account)},{codes},{_cell(voucher)},{_amounts(cents)},{currency},{step},{line},{end}"
            )
        count += len(written)
        yield "".join(written).encode()
    return count


def _codes(fund: FundFacts) -> str:
    return ",".join(map(_quoted, (fund.programme, fund.call, fund.region, fund.instrument, fund.line)))


@lru_cache(maxsize=64)
def _account(number: str) -> str:
    return f"{number},{_quoted(NAMES[Account(number)].source)}"


@lru_cache(maxsize=4_096)
def _amounts(cents: int) -> str:
    """Debit and credit."""
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return f"{amount},0.00" if cents > 0 else f"0.00,{amount}"


def _quoted(text: str) -> str:
    text = harmless(text)
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


_cell: Any = lru_cache(maxsize=4_096)(_quoted)
