"""The third part of ``verify.py``: journals, balances, what they are tied to, and the same books as CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
import zipfile
from typing import Any, BinaryIO, Dict, Iterator, List, Sequence, Tuple

from vouchers.packs.files.opening import Pack, Report, sha256
from vouchers.packs.files.tree import Step
from vouchers.packs.files.wrapping import CHUNK

# --- The books: journals, balances ------------------------------------------------------------------------------------

STAGES = ("B110", "B120", "B130", "B140", "B150")
Key = Tuple[str, str, str, str]
"""Fund, currency, account, voucher (of a stage; else nothing)."""


def key_of(line: Sequence[Any]) -> Key:
    """Where a line is added up."""
    fund, currency, account, _cents, voucher = line
    return fund, currency, account, voucher if account in STAGES else ""


class Balances:
    """The balances while the journals are read; a unit of work counts as a whole, when its last event is reached."""

    def __init__(self, units: Dict[str, int], report: Report, *, is_in_order: bool) -> None:
        self.now: Dict[Key, int] = {}
        self._units, self._report, self._is_in_order = units, report, is_in_order
        self._open: Dict[str, Dict[Key, int]] = {}

    def book(self, unit: str, lines: Sequence[Any]) -> None:
        """Take the lines of a journal."""
        sums = self._open.setdefault(unit, {})
        for line in lines:
            key = key_of(line)
            sums[key] = sums.get(key, 0) + line[3]

    def reach(self, position: int) -> None:
        """Close every unit whose last event stands before this place."""
        for unit in [one for one in self._open if self._units.get(one, -1) < position]:
            self._close(self._open.pop(unit))

    def _close(self, sums: Dict[Key, int]) -> None:
        for key, cents in sums.items():
            total = self.now.get(key, 0) + cents
            if total < 0 and key[2] in STAGES and self._is_in_order:
                self._report.wrong("Fund {}, stage {}, voucher {}: overdrawn by {} cents.".format(
                    key[0], key[2], key[3] or "-", -total))  # fmt: skip
            if total:
                self.now[key] = total
            else:
                self.now.pop(key, None)

    def end(self) -> None:
        """Close what is still open; no stage may end below nothing."""
        self.reach(1 << 62)
        for key, cents in sorted(self.now.items()):
            if cents < 0 and key[2] in STAGES and not self._is_in_order:
                self._report.wrong("Fund {}, stage {}, voucher {}: overdrawn by {} cents at the end.".format(
                    key[0], key[2], key[3] or "-", -cents))  # fmt: skip


def check_journals(
    pack: Pack, manifest: Any, steps: Dict[str, Step], units: Dict[str, int], report: Report
) -> Tuple[Dict[Key, int], Dict[Tuple[str, str], int], int]:
    """Every journal: it balances, it is what its event recorded, it overdraws no stage.

    Returns the balances, what was booked on each account in each currency, and the count of lines.
    """
    covers = manifest["covers"]
    balances = Balances(units, report, is_in_order=covers["first_on"] is None and covers["last_on"] is None)
    for fund, currency, account, voucher, cents in pack.rows("ledger/opening.jsonl"):
        balances.now[fund, currency, account, voucher] = cents
    booked: Dict[Tuple[str, str], int] = {}
    digests: Dict[str, List[str]] = {}
    journals, lines, partial, last = 0, 0, 0, -1
    for row in pack.rows("ledger/journals.jsonl"):
        content, whole = row["content"], row["whole"]
        value = json.loads(content)
        journal, step = value["journal"], steps.get(value["journal"]["step_id"])
        named = "Journal {}".format(journal["id"])
        _check_balance(named, value["lines"], report)
        if step is None:
            report.wrong("{}: no event of this pack booked it.".format(named))
        else:
            if step.position < last:
                report.wrong("{}: it does not stand in the order of the record.".format(named))
            last = step.position
            balances.reach(last)
        balances.book(step.unit if step else "", value["lines"])
        for line in value["lines"]:
            booked[line[2], line[1]] = booked.get((line[2], line[1]), 0) + line[3]
        digests.setdefault(journal["step_id"], []).append(
            sha256(content.encode("utf-8")).hex() if whole else "")  # fmt: skip
        journals, lines, partial = journals + 1, lines + len(value["lines"]), partial + (not whole)
    balances.end()
    _check_tie(steps, digests, manifest, report)
    if partial and covers["is_all"]:
        report.wrong("{} journals lack lines, though the pack covers all.".format(partial))
    report.tell("journals", "{} journals, {} lines; balanced, not overdrawn, as recorded{}".format(
        journals, lines,
        "" if not partial else "; {} also moved money outside of what this pack covers".format(partial)))  # fmt: skip
    return balances.now, booked, lines


def _check_balance(named: str, lines: Sequence[Any], report: Report) -> None:
    sums: Dict[Tuple[str, bool], int] = {}
    for fund, _currency, account, cents, _voucher in lines:
        book = (fund, account.startswith("B"))
        sums[book] = sums.get(book, 0) + cents
    for (fund, is_budget), cents in sums.items():
        if cents:
            book_name = "budget" if is_budget else "general"
            report.wrong("{}: the {} book of fund {} is out of balance by {} cents.".format(
                named, book_name, fund, cents))  # fmt: skip
    if not lines:
        report.wrong("{}: it has no lines.".format(named))


def _check_tie(steps: Dict[str, Step], digests: Dict[str, List[str]], manifest: Any, report: Report) -> None:
    for step_id, step in steps.items():
        found = digests.get(step_id)
        if found is None:
            if manifest["covers"]["is_all"]:
                report.wrong("The event at leaf {}: what its step booked is missing.".format(step.position))
        elif all(found) and sha256("".join(found).encode("ascii")).hex() != step.journals_hash:
            report.wrong("The event at leaf {}: its journals are not what it recorded.".format(step.position))


def check_balances(pack: Pack, found: Dict[Key, int], report: Report) -> None:
    """What the office says that the balances come to, and that each budget's stages add up to its appropriation."""
    said = {(fund, currency, account, voucher): cents
            for fund, currency, account, voucher, cents in pack.rows("ledger/closing.jsonl")}  # fmt: skip
    for key in sorted(set(said) | set(found)):
        if said.get(key, 0) != found.get(key, 0):
            report.wrong("Fund {}, account {}, voucher {}: the balance is said to be {} cents, and is {}.".format(
                key[0], key[2], key[3] or "-", said.get(key, 0), found.get(key, 0)))  # fmt: skip
    sums: Dict[Tuple[str, bool], int] = {}
    for (fund, _currency, account, _voucher), cents in found.items():
        sums[fund, account.startswith("B")] = sums.get((fund, account.startswith("B")), 0) + cents
    for (fund, is_budget), cents in sorted(sums.items()):
        if cents:
            report.wrong("Fund {}: {} by {} cents.".format(
                fund, "the stages do not add up to the appropriation" if is_budget else "the accounts do not balance",
                cents))  # fmt: skip
    report.tell("balances", "{} balances on {} funds, in both books".format(len(found), len({key[0] for key in found})))


Said = Iterator[Tuple[str, str, int]]
"""Account, currency and cents of each line of a form of the books."""


def check_forms(pack: Pack, booked: Dict[Tuple[str, str], int], lines: int, report: Report) -> None:
    """Each form of the books says what the journals say: as many lines, the same sum on each account."""
    for name, read in (
        ("ledger/lines.csv", lines_of_csv),
        ("ledger/lines.xlsx", lines_of_workbook),
        ("ledger/lines.beancount", lines_of_beancount),
    ):
        count, sums = 0, {}  # type: ignore[var-annotated]
        with pack.open(name) as stream:
            for account, currency, cents in read(stream):
                sums[account, currency] = sums.get((account, currency), 0) + cents
                count += 1
        if count != lines:
            report.wrong("{}: it has {} lines, and the journals have {}.".format(name, count, lines))
        for account, currency in sorted(set(sums) | set(booked)):
            if sums.get((account, currency), 0) != booked.get((account, currency), 0):
                report.wrong("{}: account {} in {} is not what the journals say.".format(name, account, currency))
    report.tell("forms", "CSV, XLSX and Beancount say the same")


def lines_of_csv(stream: BinaryIO) -> Said:
    """What the CSV says."""
    for row in csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline="")):
        yield row["account"], row["currency"], cents_of(row["debit"]) - cents_of(row["credit"])


ROW = re.compile(
    rb'<row r="(\d+)">.*?<c r="G\1"[^>]*><is><t>([^<]+)</t>.*?<c r="O\1"[^>]*><v>([^<]+)</v>.*?'
    rb'<c r="P\1"[^>]*><v>([^<]+)</v>.*?<c r="Q\1"[^>]*><is><t>([^<]+)</t>',
    re.DOTALL,
)


def lines_of_workbook(stream: BinaryIO) -> Said:
    """What the workbook says: of each row but the headings the account, debit, credit and currency."""
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(stream, file)
        with zipfile.ZipFile(file) as book:
            for name in sorted(one for one in book.namelist() if one.startswith("xl/worksheets/sheet")):
                with book.open(name) as sheet:
                    for row in _rows_of_sheet(sheet):
                        found = ROW.search(row)
                        if found:
                            _row, account, debit, credit, currency = (part.decode("ascii") for part in found.groups())
                            yield account, currency, cents_of(debit) - cents_of(credit)


def _rows_of_sheet(sheet: Any) -> Iterator[bytes]:
    rest, chunk = b"", sheet.read(CHUNK)
    while chunk:
        rows = (rest + chunk).split(b"</row>")
        rest = rows.pop()
        for row in rows:
            begin = row.find(b'<row r="')
            if not row.startswith(b'<row r="1"', begin):
                yield row[begin:]
        chunk = sheet.read(CHUNK)


POSTING = re.compile(r"  [A-Z][A-Za-z]*(?::Budget)?:(B?\d+)-\S*  (-?[\d.]+) ([A-Z]{3})\n")


def lines_of_beancount(stream: BinaryIO) -> Said:
    """What the Beancount file says, but for the balances with which it opens and ends."""
    is_opening = False
    for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
        if line[:1].isdigit():
            is_opening = line[10:].startswith(' * "Opening balance" ')
        found = None if is_opening else POSTING.fullmatch(line)
        if found:
            yield found.group(1), found.group(3), cents_of(found.group(2))


def cents_of(amount: str) -> int:
    """Whole cents of a decimal amount."""
    whole, _dot, rest = amount.lstrip("-").partition(".")
    cents = int(whole) * 100 + int((rest + "00")[:2])
    return -cents if amount.startswith("-") else cents
