"""The books as XLSX: days are days and amounts are numbers with two decimals, drawn from whole cents."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import date
from functools import lru_cache
from typing import Any, Unpack

from vouchers.core.workbooks import (
    ROWS_PER_SHEET,
    STYLES,
    WorkbookColumn,
    cell_of,
    letters,
    serial_of,
    text_of,
    workbook_pieces,
)
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.narrowing import COLUMNS, FundFacts, Narrowing
from vouchers.ledger.exports.reading import Row, open_books

_WIDTHS = {"narrative": 50, "account_name": 32, "booked_at": 21, "step_id": 36, "reference": 20, "voucher": 20}
_FORMS = {"date": "day", "corrects": "day", "debit": "money", "credit": "money"}
SHEET = tuple(WorkbookColumn(name, _WIDTHS.get(name, 13), _FORMS.get(name, "")) for name in COLUMNS)
_AT = {name: letters(place) for place, name in enumerate(COLUMNS)}
_DAY, _MONEY = STYLES["day"], STYLES["money"]


def stream_workbook(
    *, rows_per_sheet: int = ROWS_PER_SHEET, **narrowed: Unpack[Narrowing]
) -> Generator[bytes, None, int]:
    """The lines that are wanted, piece by piece; a new sheet where one is full. The generator's value: how many."""
    with open_books(**narrowed) as books:
        rows = (row for rows in books.lines() for row in rows)
        return (yield from workbook_pieces("Ledger", SHEET, rows, _drawer(books.funds), rows_per_sheet=rows_per_sheet))


def _drawer(funds: dict[int, FundFacts]) -> Callable[[int, Row], str]:
    """What draws a row; it keeps the parts that come again and again."""
    fund_cells = {fund.id: _fund(fund) for fund in funds.values()}
    head = _Head()

    def draw(n: int, row: Row) -> str:
        journal, line, on, at, event, reference, narrative, step, reverses, corrects, account, fund, voucher, cents = (
            row
        )
        if journal != head.journal:
            head.begin(journal, event, reference, narrative)
        programme, call, region, instrument, fund_line, currency = fund_cells[int(fund)]
        number, name = _account(account)
        debit, credit = _amounts(int(cents))
        return (
            f'<row r="{n}"><c r="A{n}"><v>{journal}</v></c><c r="B{n}"{_DAY}><v>{_serial(on)}</v></c>'
            f'<c r="C{n}" t="inlineStr"><is><t>{at}</t></is></c><c r="D{n}" t="inlineStr"><is>{head.event}</is></c>'
            f'<c r="E{n}" t="inlineStr"><is>{head.reference}</is></c>'
            f'<c r="F{n}" t="inlineStr"><is>{head.narrative}</is></c><c r="G{n}" t="inlineStr"><is>{number}</is></c>'
            f'<c r="H{n}" t="inlineStr"><is>{name}</is></c><c r="I{n}" t="inlineStr"><is>{programme}</is></c>'
            f'<c r="J{n}" t="inlineStr"><is>{call}</is></c><c r="K{n}" t="inlineStr"><is>{region}</is></c>'
            f'<c r="L{n}" t="inlineStr"><is>{instrument}</is></c><c r="M{n}" t="inlineStr"><is>{fund_line}</is></c>'
            f'<c r="N{n}" t="inlineStr"><is>{_word(voucher)}</is></c><c r="O{n}"{_MONEY}><v>{debit}</v></c>'
            f'<c r="P{n}"{_MONEY}><v>{credit}</v></c><c r="Q{n}" t="inlineStr"><is>{currency}</is></c>'
            f'<c r="R{n}" t="inlineStr"><is><t>{step}</t></is></c><c r="S{n}"><v>{line}</v></c>'
            f"{_corrections(n, reverses, corrects) if reverses or corrects else ''}</row>"
        )

    return draw


class _Head:
    """What the lines of one journal have in common."""

    journal: Any = None
    event = reference = narrative = ""

    def begin(self, journal: Any, event: str, reference: str, narrative: str) -> None:
        """The next journal."""
        self.journal, self.event = journal, _word(event)
        self.reference, self.narrative = text_of(reference), text_of(narrative)


def _corrections(n: int, reverses: Any, corrects: str) -> str:
    day = date.fromisoformat(corrects) if corrects else None
    return cell_of(f"{_AT['reverses']}{n}", int(reverses) if reverses else None) + cell_of(
        f"{_AT['corrects']}{n}", day, _DAY
    )


def _fund(fund: FundFacts) -> list[str]:
    return list(map(text_of, (fund.programme, fund.call, fund.region, fund.instrument, fund.line, fund.currency)))


@lru_cache(maxsize=64)
def _account(number: str) -> tuple[str, str]:
    return text_of(number), text_of(NAMES[Account(number)].source)


@lru_cache(maxsize=4_096)
def _amounts(cents: int) -> tuple[str, str]:
    amount = f"{abs(cents) // 100}.{abs(cents) % 100:02d}"
    return (amount, "0.00") if cents > 0 else ("0.00", amount)


@lru_cache(maxsize=1_024)
def _serial(day: str) -> int:
    return serial_of(date.fromisoformat(day))


_word: Any = lru_cache(maxsize=4_096)(text_of)
