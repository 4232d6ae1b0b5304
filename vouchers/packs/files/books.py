"""The third part of ``verify.py``: journals, balances, and what they are tied to."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

from vouchers.packs.files.opening import Pack, Report, sha256
from vouchers.packs.files.tree import Step

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
) -> Tuple[Dict[Key, int], int]:
    """Every journal: it balances, it is what its event recorded, it overdraws no stage.

    Returns the balances, and how many journals are here in part only, which no seal can vouch for.
    """
    covers = manifest["covers"]
    balances = Balances(units, report, is_in_order=covers["first_on"] is None and covers["last_on"] is None)
    for fund, currency, account, voucher, cents in pack.rows("ledger/opening.jsonl"):
        balances.now[fund, currency, account, voucher] = cents
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
    return balances.now, partial


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
