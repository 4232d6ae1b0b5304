"""The fifth part of ``verify.py``: the Beancount file, every line of it against journals and balances."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, BinaryIO, Dict, Iterator, List, Set, Tuple

from vouchers.packs.files.forms import ACCOUNTS, Faults, Journals
from vouchers.packs.files.opening import Pack, Report

# --- The books as Beancount: every line -------------------------------------------------------------------------------

ROOTS = {"1": "Assets", "2": "Liabilities", "4": "Income", "5": "Expenses", "B": "Equity:Budget"}
OPENING = ' * "Opening balance" "What was booked before '
HEAD = re.compile(r".* #(budget|general)(?: \^journal-(\d+)(?: \^journal-\d+)?)?")
POSTING = re.compile(r"  ([A-Z]\S*)  (-?\d+\.\d\d) ([A-Z]{3})")
OPENED = re.compile(r"(\d{4}-\d\d-\d\d) open (\S+)(?: ([A-Z]{3}))?")
APART = re.compile(r"(?:-F\d+)+$")
"""What is added to the name of a fund that would be called like another."""
Posting = Tuple[str, str, str, str]
"""Name, amount, currency, and the voucher's line."""


def check_beancount(pack: Pack, manifest: Any, report: Report) -> None:
    """Every line of the Beancount file: nothing may stand there that the journals and the balances do not say."""
    faults = Faults("ledger/lines.beancount", report)
    file = BeanFile(Journals(pack), manifest, faults)
    with pack.open("ledger/lines.beancount") as stream:
        some: List[List[str]] = []
        for block in blocks_of(stream):
            number = number_of(block)
            if some and number_of(some[0]) != number:
                file.take(number_of(some[0]), some)
                some = []
            some.append(block)
            if not number:
                file.take("", some)
                some = []
        if some:
            file.take(number_of(some[0]), some)
    file.end(pack)
    faults.end()


def blocks_of(stream: BinaryIO) -> Iterator[List[str]]:
    """What stands between empty lines."""
    some: List[str] = []
    for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
        if line != "\n":
            some.append(line.rstrip("\n"))
        elif some:
            yield some
            some = []
    if some:
        yield some


def number_of(block: List[str]) -> str:
    """The number of the journal of which a block is a transaction; nothing of any other block."""
    found = HEAD.fullmatch(block[0])
    return found.group(2) or "" if found else ""


class BeanFile:
    """What was read so far."""

    def __init__(self, journals: Journals, manifest: Any, faults: Faults) -> None:
        self._journals, self._covers, self._faults = journals, manifest["covers"], faults
        self._is_first = not manifest["since"]
        self._days: List[str] = []
        self._used: Set[str] = set()
        self._opened: List[str] = []
        self._balances: List[str] = []
        self._opening: Dict[Tuple[str, str], int] = {}
        self._sums: Dict[Tuple[str, str], int] = {}
        self._order = "options"

    def take(self, number: str, some: List[List[str]]) -> None:
        """The transactions of a journal, or one other block."""
        head = some[0][0]
        if number:
            value = self._journals.take(int(number))
            if value is None:
                self._faults.wrong("journal {} is not one of the record, or stands there twice.".format(number))
            else:
                self._compare(number, some, value)
        elif self._order == "options":
            self._check_options(some[0])
        elif OPENED.fullmatch(head) and not self._opened:
            self._opened = some[0]
        elif head.startswith("{}{}".format(self._covers["first_on"], OPENING)):
            self._take_opening(some[0])
        elif " balance " in head[10:19] and not self._balances:
            self._balances = some[0]
        else:
            self._faults.wrong("{!r} does not belong there.".format(head))
        if self._order == "balances":
            self._faults.wrong("something stands after the balances.")
        self._order = "balances" if self._balances else "rest"

    def _check_options(self, lines: List[str]) -> None:
        covers = self._covers
        asked = (("programme", covers["programme"]), ("regions", tuple(covers["regions"]) or None),
                 ("first", covers["first_on"]), ("last", covers["last_on"]))  # fmt: skip
        words = ", ".join("{} {}".format(name, value) for name, value in asked if value is not None)
        title = "The books of the voucher office{}{}".format(": " if words else "", words)
        if lines[0] != 'option "title" {}'.format(quoted(title)):
            self._faults.wrong("its title is another.")
        for line in lines[1:]:
            if not re.fullmatch(r'option "operating_currency" "[A-Z]{3}"', line):
                self._faults.wrong("{!r} does not belong there.".format(line))

    def _compare(self, number: str, some: List[List[str]], value: Any) -> None:
        """The transactions of one journal, and what the record says of it."""
        must = transactions_of(value)
        self._days.append(value["journal"]["on"])
        self._days = [min(self._days), max(self._days)]
        said: Dict[str, Tuple[List[str], List[Posting]]] = {}
        for block in some:
            heads, postings = self._parted(block)
            said[heads[0]] = (heads[1:], postings)
        if set(said) != set(must) or len(said) != len(some):
            self._faults.wrong("journal {}: what it says first is {!r}, and the journals say {!r}.".format(
                number, sorted(said), sorted(must)))  # fmt: skip
            return
        for head, (facts, postings) in must.items():
            if said[head][0] != facts:
                self._faults.wrong("journal {}: it says {!r}, and the journals say {!r}.".format(
                    number, said[head][0], facts))  # fmt: skip
            found, wanted = sorted(said[head][1]), sorted(postings)
            if found == wanted:
                continue
            found, wanted = [sorted((APART.sub("", one[0]), *one[1:]) for one in some) for some in (found, wanted)]
            if found != wanted:
                self._faults.wrong("journal {}: it books {!r}, and the journals say {!r}.".format(
                    number, [one for one in found if one not in wanted],
                    [one for one in wanted if one not in found]))  # fmt: skip
        for _fund, currency, account, cents, _voucher in value["lines"]:
            key = (account, currency)
            self._sums[key] = self._sums.get(key, 0) + cents

    def _parted(self, block: List[str]) -> Tuple[List[str], List[Posting]]:
        """What a transaction says first, and its postings."""
        heads: List[str] = []
        postings: List[Posting] = []
        for line in block:
            found = POSTING.fullmatch(line)
            if found:
                self._used.add("{} {}".format(found.group(1), found.group(3)))
                postings.append((found.group(1), found.group(2), found.group(3), ""))
            elif postings and line.startswith("    voucher: ") and not postings[-1][3]:
                postings[-1] = postings[-1][:3] + (line,)
            else:
                heads.append(line)
        return heads, postings

    def _take_opening(self, block: List[str]) -> None:
        """What was booked before the first day, in one book."""
        heads, postings = self._parted(block)
        first = self._covers["first_on"]
        if len(heads) != 1 or not re.fullmatch(re.escape(first + OPENING + first) + '" #(budget|general)', heads[0]):
            self._faults.wrong("{!r} does not belong there.".format(heads))
        for name, amount, currency, voucher in postings:
            key = (APART.sub("", name), currency)
            self._opening[key] = self._opening.get(key, 0) + cents_of_amount(amount)
            account = next((one for one in ACCOUNTS if name.startswith(account_name(one) + ":")), "")
            self._sums[account, currency] = self._sums.get((account, currency), 0) + cents_of_amount(amount)
            if voucher or not account:
                self._faults.wrong("the opening balances say {!r}.".format((name, voucher)))

    def end(self, pack: Pack) -> None:
        """What stands there once: the accounts, the opening balances, the closing ones."""
        left = self._journals.count_left()
        if left:
            self._faults.wrong("{} journals of the record are missing.".format(left))
        self._check_opening(pack)
        days = self._days + [one for one in (self._covers["first_on"], self._covers["last_on"]) if one]
        if not self._sums:
            if self._opened or self._balances:
                self._faults.wrong("it opens accounts, and books nothing on them.")
            return
        day = self._covers["first_on"] or min(self._days)
        accounts = sorted({account for account, _currency in self._sums if account})
        opened = []
        for account in accounts:
            opened += ["{} open {}".format(day, account_name(account)),
                       "  name: {}".format(quoted(ACCOUNTS.get(account, "")))]  # fmt: skip
        opened += ["{} open {}".format(day, one) for one in self._used]
        last = date.fromisoformat(max(days))
        after = last + timedelta(days=1) if last < date.max else last
        balances = ["{} balance {}  {} ~ 0.00 {}".format(after, account_name(account), amount_of(cents), currency)
                    for (account, currency), cents in self._sums.items()]  # fmt: skip
        for said, must in ((self._opened, opened), (self._balances, balances)):
            for line in sorted(set(said) ^ set(must)):
                self._faults.wrong("{!r} {}.".format(line, "is missing" if line in must else "is not what was booked"))
            if len(said) != len(must):
                self._faults.wrong("an account is opened, or its balance told, not once.")
        for place in range(0, 2 * len(accounts), 2):
            one, two = opened[place : place + 2]
            if one in self._opened and self._opened[self._opened.index(one) + 1 :][:1] != [two]:
                self._faults.wrong("{!r} has another name than {!r}.".format(one, two))

    def _check_opening(self, pack: Pack) -> None:
        """What it begins with is what ``opening.jsonl`` says; of a pack that continues another that holds more."""
        if not self._is_first or self._covers["first_on"] is None:
            return
        sums: Dict[Tuple[str, str], int] = {}
        for fund, currency, account, _voucher, cents in pack.rows("ledger/opening.jsonl"):
            key = (APART.sub("", "{}:{}".format(account_name(account), fund_name(fund))), currency)
            sums[key] = sums.get(key, 0) + cents
        for key in sorted(set(sums) | set(self._opening)):
            if sums.get(key, 0) != self._opening.get(key, 0):
                self._faults.wrong("{} begins with {} cents, and ledger/opening.jsonl says {}.".format(
                    key[0], self._opening.get(key, 0), sums.get(key, 0)))  # fmt: skip


def transactions_of(value: Any) -> Dict[str, Tuple[List[str], List[Posting]]]:
    """What the transactions of a journal must say, by their first lines."""
    journal, found = value["journal"], {}  # type: ignore[var-annotated]
    reverses, corrects = journal["reverses_id"], journal.get("corrects_on")
    links = "^journal-{}{}".format(journal["id"], " ^journal-{}".format(reverses) if reverses else "")
    facts = [
        '  journal: "{}"'.format(journal["id"]), "  step: {}".format(quoted(journal["step_id"])),
        "  reference: {}".format(quoted(journal["reference"])), '  booked-at: "{}Z"'.format(journal["at"][:19]),
    ]  # fmt: skip
    facts += ['  reverses: "{}"'.format(reverses)] if reverses else []
    facts += ["  corrects: {}".format(corrects)] if corrects else []
    for fund, currency, account, cents, voucher in value["lines"]:
        head = "{} * {} {} #{} {}".format(
            journal["on"], quoted(journal["event"]), quoted(journal["narrative"]),
            "budget" if account.startswith("B") else "general", links)  # fmt: skip
        name = "{}:{}".format(account_name(account), fund_name(fund))
        of_voucher = "    voucher: {}".format(quoted(voucher)) if voucher else ""
        found.setdefault(head, (facts, []))[1].append((name, amount_of(cents), currency, of_voucher))
    return found


@lru_cache(maxsize=4096)
def account_name(number: str) -> str:
    """What an account is called."""
    return "{}:{}-{}".format(ROOTS.get(number[0], "Equity"), number, tidied(ACCOUNTS.get(number, "")))


@lru_cache(maxsize=4096)
def fund_name(fund: str) -> str:
    """What a fund is called below an account."""
    parts = []
    for code in fund.split("/"):
        text = tidied(code) or "X"
        parts.append("All" if code == "*" else text[0].upper() + text[1:])
    return ":".join(parts)


def tidied(text: str) -> str:
    """Letters without their accents, digits, and one dash for all that lies between."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def quoted(text: str) -> str:
    """A text in quotes, on one line."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"{}"'.format(text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"))


def amount_of(cents: int) -> str:
    """A decimal amount."""
    return "{}{}.{:02d}".format("-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100)


def cents_of_amount(amount: str) -> int:
    """Whole cents of a decimal amount."""
    return int(amount.replace(".", ""))
