"""The books as plain-text accounting that Beancount checks: opened accounts, transactions, and the balances claimed.

A journal is one transaction in each book, both under its link (``^journal-17``). An account of ours is opened once,
and below it one account for each fund: ``Assets:1000-Bank:IN2:2026-1:BE-WAL:All:ERDF``. The budget book is kept under
``Equity:Budget``. At the end stands what the database says that each account comes to, to the cent: ``bean-check``
fails where the transactions do not say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, Unpack

from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.beancount_names import OUTSIDE, account_name, fund_names
from vouchers.ledger.exports.narrowing import Narrowing
from vouchers.ledger.exports.reading import Books, Row, Sum, open_books

_OPENING = "Opening balance"
_AT_ONCE = 250
"""Journals."""
_Side = tuple[str, str]
"""Book and currency: what balances by itself."""


def stream_beancount(**narrowed: Unpack[Narrowing]) -> Generator[bytes, None, int]:
    """The lines that are wanted, piece by piece. The generator's value is their count.

    Where a first day was asked for, what lies before it is there as one opening balance in each book. Where lines were
    picked out of journals, what they lack stands on ``Equity:Outside-this-file``.
    """
    count = 0
    with open_books(**narrowed) as books:
        sums = [one for one in books.sums() if one.lines or one.before]
        draw = _Drawing(books)
        yield f'option "title" {_text(_title(narrowed))}\n'.encode()
        currencies = sorted({fund.currency for fund in books.funds.values()})
        yield "".join(f'option "operating_currency" "{currency}"\n' for currency in currencies).encode()
        if sums:
            yield draw.opened(sums, narrowed.get("first")).encode()
            yield draw.opening_balances(sums, narrowed.get("first")).encode()
        for journals in _journals(books.lines()):
            count += sum(map(len, journals))
            yield "".join(map(draw.journal, journals)).encode()
        if sums:
            yield draw.closing_balances(sums, narrowed).encode()
    return count


def _title(narrowed: Narrowing) -> str:
    asked = [f"{name} {value}" for name, value in narrowed.items() if value is not None and name != "places"]
    return f"The books of the voucher office{': ' if asked else ''}{', '.join(asked)}"


def _journals(chunks: Iterable[list[Row]]) -> Iterator[list[list[Row]]]:
    """The lines journal by journal, many journals at a time."""
    journals = (list(lines) for _journal, lines in groupby(chain.from_iterable(chunks), itemgetter(0)))
    while some := list(islice(journals, _AT_ONCE)):
        yield some


class _Drawing:
    """What draws the parts of one file; it keeps the names that come again and again."""

    def __init__(self, books: Books) -> None:
        self.funds = books.funds
        self.is_whole = books.wanted.keeps_whole_journals
        self._of_fund = fund_names(books.all_funds)
        self._posted: dict[tuple[str, Any], tuple[_Side, str, str]] = {}

    def name(self, account: str, fund: int) -> str:
        """The account of a fund."""
        return f"{account_name(account)}:{self._of_fund[fund]}"

    def opened(self, sums: Sequence[Sum], first: date | None) -> str:
        """Every account that the file uses, from the first day on."""
        day = first.isoformat() if first else min(one.first_day for one in sums)
        names = {self.name(one.account, one.fund_id): self.funds[one.fund_id].currency for one in sums}
        lines = [f"{day} open {name}\n  name: {_text(NAMES[Account(number)].source)}\n" for number, name in _tops(sums)]
        lines += [f"{day} open {name} {currency}\n" for name, currency in sorted(names.items())]
        lines += [] if self.is_whole else [f"{day} open {name}\n" for name in OUTSIDE.values()]
        return "\n" + "".join(lines)

    def opening_balances(self, sums: Sequence[Sum], first: date | None) -> str:
        """What lies before the first day, one transaction in each book."""
        before = [(one.account, one.fund_id, "", one.before) for one in sums if one.before]
        if first is None or not before:
            return ""
        return "".join(
            f'\n{first} * "{_OPENING}" {_text(f"What was booked before {first}")} #{book}\n{postings}'
            for book, postings in self._by_book(before)
        )

    def journal(self, rows: list[Row]) -> str:
        """The transactions of one journal."""
        journal, _line, on, at, event, reference, narrative, step, reverses, corrects, *_rest = rows[0]
        links = f"^journal-{journal}{f' ^journal-{reverses}' if reverses else ''}"
        facts = f'  journal: "{journal}"\n  step: {_text(step)}\n  reference: {_text(reference)}\n  booked-at: "{at}"\n'
        facts += f'  reverses: "{reverses}"\n' if reverses else ""
        facts += f"  corrects: {corrects}\n" if corrects else ""
        head = f"\n{on} * {_text(event)} {_text(narrative)} "
        moves = (row[10:14] for row in rows)
        return "".join([f"{head}#{book} {links}\n{facts}{postings}" for book, postings in self._by_book(moves)])

    def _by_book(self, moves: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
        """(book, its postings), with what they lack to balance where lines were picked out.

        Args:
            moves: account, fund, voucher, cents; the numbers may be texts.
        """
        drawn: dict[str, list[str]] = defaultdict(list)
        lacking: dict[_Side, int] = defaultdict(int)
        for account, fund, voucher, text in moves:
            side, before, after = self._posted.get((account, fund)) or self._post(account, fund)
            cents = int(text)
            of_voucher = f"    voucher: {_word(voucher)}\n" if voucher else ""
            drawn[side[0]].append(f"{before}{_amount(cents)}{after}{of_voucher}")
            lacking[side] -= cents
        for (book, currency), cents in lacking.items():
            if cents:
                drawn[book].append(f"  {OUTSIDE[book]}  {_amount(cents)} {currency}\n")
        return [(book, "".join(postings)) for book, postings in drawn.items()]

    def _post(self, account: str, fund: Any) -> tuple[_Side, str, str]:
        """Book and currency of an account of a fund, and what stands around an amount on it."""
        currency = self.funds[int(fund)].currency
        side = ("budget" if account[0] == "B" else "general", currency)
        found = self._posted[account, fund] = (side, f"  {self.name(account, int(fund))}  ", f" {currency}\n")
        return found

    def closing_balances(self, sums: Sequence[Sum], narrowed: Narrowing) -> str:
        """What the database says that every account of ours comes to, by currency; exactly."""
        asked = [day for day in (narrowed.get("first"), narrowed.get("last")) if day]
        day = max([*(date.fromisoformat(one.last_day) for one in sums), *asked])
        day = day + timedelta(days=1) if day < date.max else day
        totals: dict[tuple[str, str], int] = defaultdict(int)
        for one in sums:
            totals[account_name(one.account), self.funds[one.fund_id].currency] += one.at_the_end
        return "\n" + "".join(
            f"{day} balance {name}  {_amount(cents)} ~ 0.00 {currency}\n"
            for (name, currency), cents in sorted(totals.items())
        )


def _tops(sums: Sequence[Sum]) -> list[tuple[str, str]]:
    return sorted({(one.account, account_name(one.account)) for one in sums})


@lru_cache(maxsize=4_096)
def _amount(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _text(text: str) -> str:
    """A text in quotes, on one line."""
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" in text or "\r" in text or "\t" in text:
        text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{text}"'


_word: Any = lru_cache(maxsize=4_096)(_text)
