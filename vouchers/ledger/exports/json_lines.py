"""The books as JSON Lines: one object per line, for programs. Amounts are text and whole cents, never a float."""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, Unpack

from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.narrowing import FundFacts, Narrowing
from vouchers.ledger.exports.reading import open_books


def stream_json_lines(**narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The lines that are wanted, piece by piece. The generator's value is their count."""
    count, current, head, tail = 0, None, "", ""
    with open_books(**narrowed) as books:
        funds = {fund.id: _fund(fund) for fund in books.funds.values()}
        for rows in books.lines():
            written: list[str] = []
            for (
                journal,
                line,
                on,
                at,
                event,
                ref,
                text,
                step,
                reverses,
                corrects,
                account,
                fund,
                voucher,
                cents,
            ) in rows:
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
                    f'{head}"line":{line},{_account(account)},{funds[int(fund)]},"voucher":{_word(voucher)},'
                    f"{_amounts(int(cents))},{tail}"
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
