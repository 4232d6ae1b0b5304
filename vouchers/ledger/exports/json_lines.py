"""The books as JSON Lines: one object per line, for programs. Amounts are text and whole cents, never a float.

PostgreSQL writes the objects itself (COPY), on a processor of its own; on SQLite they are drawn here. Both give the
same bytes.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, Unpack

from vouchers.core.database import db
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.copying import copy_rows
from vouchers.ledger.exports.narrowing import Conditions, FundFacts, Narrowing
from vouchers.ledger.exports.reading import Books, journals_once, open_books, percented


def stream_json_lines(**narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The lines that are wanted, piece by piece. The generator's value is their count."""
    with open_books(**narrowed) as books:
        drawn = _copied if db.engine.dialect.name == "postgresql" else _drawn
        return (yield from drawn(books))


def _copied(books: Books) -> Generator[bytes, None, int]:
    count, funds = 0, books.wanted.funds
    words = {
        "funds": list(funds),
        "fund_words": list(map(_fund, funds.values())),
        "accounts": [account.value for account in Account],
        "account_words": [_account(account.value) for account in Account],
    }
    for rows in copy_rows(books.connection, percented(_copy_statement(books.wanted)), books.wanted.values | words):
        count += len(rows)
        yield b"".join(rows)
    return count


def _copy_statement(wanted: Conditions) -> str:
    """What lines have in common is written once for each journal, account and fund. No sign of JSON parts cells, so
    the one column comes as it is."""
    return f"""
        COPY (
            SELECT j.head || l.id || ',' || a.words || ',' || f.words || ',"voucher":' || to_json(l.voucher)
                || CASE WHEN l.cents > 0 THEN ',"debit":"' || l.cents * 0.01 || '","credit":"0.00","cents":'
                    ELSE ',"debit":"0.00","credit":"' || l.cents * -0.01 || '","cents":' END
                || l.cents || j.tail
            FROM (
                SELECT id, is_found, '{{"journal":' || id || ',"date":"' || booked_on || '","booked_at":"' || moment
                    || '","event":' || to_json(event) || ',"reference":' || to_json(reference) || ',"narrative":'
                    || to_json(narrative) || ',"line":' AS head,
                    ',"step_id":' || to_json(step_id) || ',"reverses":' || coalesce(NULLIF(reverses, ''), 'null')
                    || ',"corrects":' || coalesce('"' || NULLIF(corrects, '') || '"', 'null') || '}}' AS tail
                FROM ({journals_once(wanted)}) j ORDER BY id OFFSET 0
            ) j
            JOIN journal_line l ON l.journal_id = j.id
            JOIN unnest(CAST(:funds AS integer[]), CAST(:fund_words AS text[])) f (id, words) ON f.id = l.fund_id
            JOIN unnest(CAST(:accounts AS text[]), CAST(:account_words AS text[])) a (number, words)
                ON a.number = l.account
            WHERE {wanted.of_lines()} AND (j.is_found OR {wanted.is_found("l.voucher")})
            ORDER BY j.id, l.id
        ) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')
    """  # noqa: S608  made of names that stand in this program


def _drawn(books: Books) -> Generator[bytes, None, int]:
    count, current, head, tail = 0, None, "", ""
    funds = {fund.id: _fund(fund) for fund in books.funds.values()}
    for rows in books.lines():
        written: list[str] = []
        for journal, line, on, at, event, ref, text, step, reverses, corrects, account, fund, voucher, cents in rows:
            if journal != current:
                current = journal
                head = (
                    f'{{"journal":{journal},"date":"{on}","booked_at":"{at}","event":{quoted(event)},'
                    f'"reference":{quoted(ref)},"narrative":{quoted(text)},'
                )
                tail = (
                    f'"step_id":{quoted(step)},"reverses":{reverses or "null"},'
                    f'"corrects":{quoted(corrects) if corrects else "null"}}}\n'
                )
            written.append(
                f'{head}"line":{line},{_account(account)},{funds[fund]},"voucher":{_word(voucher)},'
                f"{_amounts(cents)},{tail}"
            )
        count += len(written)
        yield "".join(written).encode()
    return count


def _fund(fund: FundFacts) -> str:
    return (
        f'"programme":{quoted(fund.programme)},"call":{quoted(fund.call)},"region":{quoted(fund.region)},'
        f'"instrument":{quoted(fund.instrument)},"fund_line":{quoted(fund.line)},"currency":{quoted(fund.currency)}'
    )


@lru_cache(maxsize=64)
def _account(number: str) -> str:
    return f'"account":{quoted(number)},"account_name":{quoted(NAMES[Account(number)].source)}'


@lru_cache(maxsize=4_096)
def _amounts(cents: int) -> str:
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    debit, credit = (amount, "0.00") if cents > 0 else ("0.00", amount)
    return f'"debit":"{debit}","credit":"{credit}","cents":{cents}'


_word: Any = lru_cache(maxsize=4_096)(quoted)
