"""What our accounts and funds are called in a Beancount file, where a name has letters, digits and dashes only."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.exports.narrowing import FundFacts

_ROOTS = {"1": "Assets", "2": "Liabilities", "4": "Income", "5": "Expenses"}
OUTSIDE = {"general": "Equity:Outside-this-file", "budget": "Equity:Budget:Outside-this-file"}
"""Where the rest of a journal stands of which the file has some lines only."""


@lru_cache(maxsize=64)
def account_name(number: str) -> str:
    """``Assets:1000-Bank``; the accounts of the budget book are equity, so that they never mix with a balance sheet."""
    root = "Equity:Budget" if Account(number).book == "budget" else _ROOTS.get(number[0], "Equity")
    return f"{root}:{number}-{_tidied(NAMES[Account(number)].source)}"


def fund_names(funds: Iterable[FundFacts]) -> dict[int, str]:
    """Fund id -> ``IN2:2026-1:BE-WAL:All:ERDF``. No two funds share a name, whatever signs their codes are made of;
    the same funds always get the same names, because an older fund never gives way to a newer one."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for fund in sorted(funds, key=lambda one: one.id):
        codes = (fund.programme, fund.call, fund.region, fund.instrument, fund.line)
        name = ":".join("All" if code == "*" else component(code) for code in codes)
        while name in taken:
            name += f"-F{fund.id}"
        taken.add(name)
        names[fund.id] = name
    return names


def component(text: str) -> str:
    """One part of a name: it begins with a capital letter or a digit."""
    tidied = _tidied(text)
    if not tidied:
        return "X"
    return tidied[0].upper() + tidied[1:]


def _tidied(text: str) -> str:
    """Letters without their accents, digits, and one dash for all that lies between."""
    ascii_text = normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in ascii_text).split()
    return "-".join(words)
