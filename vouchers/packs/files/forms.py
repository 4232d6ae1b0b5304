"""The fourth part of ``verify.py``: the books as CSV and XLSX, column by column against the journals."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
import zipfile
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, BinaryIO, Dict, Iterator, List, Sequence

from vouchers.packs.files.opening import Pack, Report
from vouchers.packs.files.wrapping import CHUNK

ACCOUNTS: Dict[str, str] = {}

# --- The books as CSV and XLSX: every column of every line against the journals ---------------------------------------

COLUMNS = (
    "journal", "date", "booked_at", "event", "reference", "narrative", "account", "account_name", "programme", "call",
    "region", "instrument", "fund_line", "voucher", "debit", "credit", "currency", "step_id", "line", "reverses",
    "corrects",
)  # fmt: skip
OF_JOURNAL = (0, 1, 2, 3, 4, 5, 17, 19, 20)
OF_LINE = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
"""``line`` (18) is the number of a row at the office, which no seal covers: it is a number, and each has its own."""
EXECUTED = ("=", "+", "-", "@", "\t", "\r")
MOST_FAULTS = 20
LONGEST_CELL, CUT = 32767, " [...] cut here: a cell holds no more"


class Journals:
    """The journals that are tied to the record, by number. They come nearly in the order of the forms, so that few
    wait at a time."""

    def __init__(self, pack: Pack) -> None:
        self._rows = pack.rows("ledger/journals.jsonl")
        self._waiting: Dict[int, Any] = {}

    def take(self, number: int) -> Any:
        """The journal with this number; None where there is none, or where it was taken before."""
        while number not in self._waiting:
            row = next(self._rows, None)
            if row is None:
                return None
            value = json.loads(row["content"])
            self._waiting[value["journal"]["id"]] = value
        return self._waiting.pop(number)

    def count_left(self) -> int:
        """How many nobody took."""
        return len(self._waiting) + sum(1 for _row in self._rows)


class Faults:
    """What is wrong in one form; after some the rest is only counted."""

    def __init__(self, name: str, report: Report) -> None:
        self._name, self._report, self.count = name, report, 0

    def wrong(self, words: str) -> None:
        """One more."""
        self.count += 1
        if self.count <= MOST_FAULTS:
            self._report.wrong("{}: {}".format(self._name, words))

    def end(self) -> None:
        """Tell of those that were not named."""
        if self.count > MOST_FAULTS:
            self._report.wrong("{}: {} more differ from the journals.".format(self._name, self.count - MOST_FAULTS))


def check_tables(pack: Pack, report: Report) -> None:
    """CSV and XLSX, each column of each line."""
    for name, read in (("ledger/lines.csv", rows_of_csv), ("ledger/lines.xlsx", rows_of_workbook)):
        faults, journals = Faults(name, report), Journals(pack)
        with pack.open(name) as stream:
            for rows in by_journal(read(stream, faults)):
                value = journals.take(int(rows[0][0])) if rows[0][0].isdigit() else None
                if value is None:
                    faults.wrong("journal {} is not one of the record, or stands there twice.".format(rows[0][0]))
                else:
                    compare_table(rows, value, faults, is_sheet=name.endswith(".xlsx"))
        left = journals.count_left()
        if left:
            faults.wrong("{} journals of the record are missing.".format(left))
        faults.end()


def by_journal(rows: Iterator[List[str]]) -> Iterator[List[List[str]]]:
    """The rows that stand together and name one journal."""
    some: List[List[str]] = []
    for row in rows:
        if some and some[-1][0] != row[0]:
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def compare_table(rows: List[List[str]], value: Any, faults: Faults, *, is_sheet: bool) -> None:
    """The rows of one journal, and what the record says of it."""
    must = rows_of_journal(value, is_sheet=is_sheet)
    number, lines = rows[0][0], [row[18] for row in rows]
    if len(set(lines)) != len(lines) or not all(line.isdigit() for line in lines):
        faults.wrong("journal {}: its lines are not numbered, each with a number of its own.".format(number))
    for row in rows:
        row[18] = ""
    if sorted(rows) == sorted(must):
        return
    for row in rows:
        for place in OF_JOURNAL:
            if row[place] != must[0][place]:
                faults.wrong("journal {}: {} is {!r}, and the journals say {!r}.".format(
                    number, COLUMNS[place], row[place], must[0][place]))  # fmt: skip
    found = sorted([row[place] for place in OF_LINE] for row in rows)
    wanted = sorted([row[place] for place in OF_LINE] for row in must)
    if len(found) != len(wanted):
        faults.wrong("journal {}: it has {} lines, and the journals have {}.".format(number, len(found), len(wanted)))
        return
    for others, own in zip(without(wanted, found), without(found, wanted)):  # noqa: B905  an older Python
        for place, said, one in zip(OF_LINE, own, others):  # noqa: B905
            if said != one:
                faults.wrong("journal {}, account {}: {} is {!r}, and the journals say {!r}.".format(
                    number, others[0], COLUMNS[place], said, one))  # fmt: skip


def without(some: Sequence[List[str]], others: Sequence[List[str]]) -> List[List[str]]:
    """Those of some that the others lack, each as often as it is more."""
    rest = list(others)
    left = []
    for one in some:
        if one in rest:
            rest.remove(one)
        else:
            left.append(one)
    return left


def rows_of_journal(value: Any, *, is_sheet: bool) -> List[List[str]]:
    """What the lines of a journal look like in a table."""
    journal, rows = value["journal"], []
    for fund, currency, account, cents, voucher in value["lines"]:
        amount = "{}.{:02d}".format(abs(cents) // 100, abs(cents) % 100)
        row = [
            str(journal["id"]), journal["on"], journal["at"][:19] + "Z", journal["event"], journal["reference"],
            journal["narrative"], account, ACCOUNTS.get(account, ""), *fund_codes(fund), voucher,
            amount if cents > 0 else "0.00", "0.00" if cents > 0 else amount, currency, journal["step_id"], "",
            str(journal["reverses_id"] or ""), journal.get("corrects_on") or "",
        ]  # fmt: skip
        for place in (4, 5, 8, 9, 10, 11, 12, 13):
            row[place] = as_cell(row[place], is_sheet)
        rows.append(row)
    return rows


def fund_codes(fund: str) -> List[str]:
    """Programme, call, region, instrument and line."""
    codes = fund.split("/")
    return codes if len(codes) == 5 else [fund] + [""] * 4


def as_cell(text: str, is_sheet: bool) -> str:
    """A text as a spreadsheet does not execute it; in a sheet no longer than a cell."""
    text = "'" + text if text.startswith(EXECUTED) else text
    if is_sheet and len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)] + CUT
    return text


def rows_of_csv(stream: BinaryIO, faults: Faults) -> Iterator[List[str]]:
    """The rows of the CSV."""
    rows = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""), strict=True)
    if next(rows, []) != list(COLUMNS):
        faults.wrong("its headings are others.")
    for row in rows:
        if len(row) == len(COLUMNS):
            yield row
        else:
            faults.wrong("a row has {} cells instead of {}: {!r}.".format(len(row), len(COLUMNS), row[:3]))


DAYS, AMOUNTS, NUMBERS, NOT_ALWAYS = "BU", "OP", "AST", "TU"


def _cell(letter: str) -> str:
    """How the office draws the cells of a column."""
    if letter in NUMBERS:
        text = r'<c r="{}\1"><v>(\d+)</v></c>'
    elif letter in DAYS:
        text = r'<c r="{}\1" s="1"><v>(\d+)</v></c>'
    elif letter in AMOUNTS:
        text = r'<c r="{}\1" s="2"><v>(\d+\.\d\d)</v></c>'
    else:
        text = r'<c r="{}\1" t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>'
    return ("(?:" + text + ")?" if letter in NOT_ALWAYS else text).format(letter)


ROW = re.compile(r'<row r="(\d+)">' + "".join(_cell(chr(65 + place)) for place in range(len(COLUMNS))))
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
PARTS_OF_BOOK = {
    "docProps/app.xml", "docProps/core.xml", "[Content_Types].xml", "_rels/.rels", "xl/sharedStrings.xml",
    "xl/styles.xml", "xl/workbook.xml", "xl/theme/theme1.xml", "xl/_rels/workbook.xml.rels",
}  # fmt: skip


def rows_of_workbook(stream: BinaryIO, faults: Faults) -> Iterator[List[str]]:
    """The rows of the workbook, of all its sheets."""
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(stream, file)
        with zipfile.ZipFile(file) as book:
            names = book.namelist()
            sheets = [one for one in names if SHEET.fullmatch(one)]
            if set(names) != PARTS_OF_BOOK | set(sheets) or len(names) != len(set(names)):
                faults.wrong("it has other parts than a workbook of the office.")
            check_frame(book, len(sheets), faults)
            for number in range(1, len(sheets) + 1):
                with book.open("xl/worksheets/sheet{}.xml".format(number)) as sheet:
                    yield from rows_of_sheet(sheet, faults)


def check_frame(book: zipfile.ZipFile, count: int, faults: Faults) -> None:
    """Headings, how days and amounts are shown, and which sheets are shown: all that the rows lean on."""
    shared = book.read("xl/sharedStrings.xml").decode("utf-8")
    if re.findall(r"<si>(.*?)</si>", shared) != ["<t>{}</t>".format(name) for name in COLUMNS]:
        faults.wrong("its headings are others.")
    styles = book.read("xl/styles.xml").decode("utf-8")
    if re.findall(r'formatCode="([^"]*)"', styles) != ["yyyy-mm-dd", "#,##0.00"]:
        faults.wrong("days or amounts are shown in another way.")
    shown = re.findall(r"<sheet [^>]*>", book.read("xl/workbook.xml").decode("utf-8"))
    if len(shown) != count or any("state=" in one for one in shown):
        faults.wrong("its list of sheets is another.")


def rows_of_sheet(sheet: Any, faults: Faults) -> Iterator[List[str]]:
    """The rows of a sheet but its headings; what is not drawn as the office draws it is a fault."""
    number, rest, chunk = 1, b"", sheet.read(CHUNK)
    begun = False
    while chunk:
        pieces = (rest + chunk).split(b"</row>")
        rest = pieces.pop()
        for piece in pieces:
            text = piece.decode("utf-8")
            if not begun:
                begun = True
                check_headings(text, faults)
                continue
            number += 1
            row = row_of_mark(text, number)
            if row is None:
                faults.wrong("row {} is not drawn as the office draws it.".format(number))
            else:
                yield row
        chunk = sheet.read(CHUNK)
    if re.fullmatch(r"</sheetData><pageMargins[^<>]*/></worksheet>\s*", rest.decode("utf-8")) is None:
        faults.wrong("something stands after its last row that does not belong there.")


def check_headings(text: str, faults: Faults) -> None:
    """What stands before the first row of lines."""
    head, _mark, row = text.partition("<sheetData>")
    cells = "".join('<c r="{}1" s="3" t="s"><v>{}</v></c>'.format(chr(65 + place), place) for place in range(21))
    if not re.fullmatch(r'<row r="1" spans="1:21">' + re.escape(cells), row):
        faults.wrong("its headings are others.")
    if "hidden" in head or "<f" in head:
        faults.wrong("columns are hidden.")


def row_of_mark(text: str, number: int) -> Any:
    """The cells of a row; None where it is not drawn as the office draws it."""
    found = ROW.fullmatch(text)
    if found is None or found.group(1) != str(number):
        return None
    row = [plain_text(one) if one else "" for one in found.groups()[1:]]
    for place in (1, 20):
        row[place] = day_of(row[place])
    return row


def plain_text(words: str) -> str:
    """A cell's text as it is read."""
    if "&" not in words and "_x" not in words:
        return words
    text = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


@lru_cache(maxsize=4096)
def day_of(value: str) -> str:
    """A day as a spreadsheet counts it."""
    return value and (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()
