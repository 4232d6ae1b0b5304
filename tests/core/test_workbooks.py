"""Workbooks that are sent while they are made."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from vouchers.core.workbooks import LONGEST_TEXT, WorkbookColumn, letters, serial_of, workbook_pieces

COLUMNS = (WorkbookColumn("Name", 30), WorkbookColumn("Day", form="day"), WorkbookColumn("Amount", form="money"))


def read(rows, **options):
    pieces = b"".join(workbook_pieces("List", COLUMNS, rows, **options))
    book = load_workbook(io.BytesIO(pieces))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def test_texts_days_and_amounts_come_back_as_they_were():
    rows = [("Zoë & <Co>", date(2026, 3, 1), Decimal("7000.05")), ("", None, None), (" blank ", date(1999, 12, 31), 7)]
    assert read(rows)["List"][1:] == [
        ["Zoë & <Co>", datetime.fromisoformat("2026-03-01"), 7000.05],
        [None, None, None],
        [" blank ", datetime.fromisoformat("1999-12-31"), 7],
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_sheets_are_filled_one_after_the_other(count):
    sheets = read([(f"n{number}", None, number) for number in range(count)], rows_per_sheet=3)
    assert list(sheets) == ["List", "List 2", "List 3"][: max(1, -(-count // 2))]
    assert [row[2] for rows in sheets.values() for row in rows[1:]] == list(range(count))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("a\x00b\x1fc", "a\x00b\x1fc"),
        ("_x0041_", "_x0041_"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_text_is_a_text(text, shown):
    from openpyxl.utils.escape import unescape

    [_head, row] = read([(text, None, None)])["List"]
    assert unescape(row[0]) == shown


def test_a_text_that_no_cell_can_hold_says_that_it_was_cut():
    [_head, row] = read([("x" * 40_000, None, None)])["List"]
    assert len(row[0]) == LONGEST_TEXT
    assert row[0].endswith("a cell holds no more")


def test_pieces_come_while_rows_come():
    given = []

    def rows():
        for number in range(50_000):
            given.append(number)
            yield (f"name {number}", None, number)

    pieces = workbook_pieces("List", COLUMNS, rows())
    next(pieces)
    assert 0 < len(given) < 5_000


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_in_a_spreadsheet(place, name):
    assert letters(place) == name


def test_days_are_counted_as_in_a_spreadsheet():
    assert serial_of(date(2026, 3, 2)) == 46083
