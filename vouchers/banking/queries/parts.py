"""The parts of an entry that does more than one thing: what it pays or gives back, and what stands beside that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from vouchers.banking.models import Entry
from vouchers.banking.states import EntryState
from vouchers.core.database import db
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.ledger.chart import NAMES, Account
from vouchers.ledger.models import JournalLine

_BESIDE = (Account.SUSPENSE, Account.BANK_CHARGES)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of an entry's amount."""

    words: str | Sentence
    amount: Money
    """Below zero what the bank has kept."""
    account: str = ""
    """Where it stands, beside what the entry pays."""
    recovery_id: int | None = None
    """Of an entry that is split: which debt this pays."""
    journal_id: int | None = None


def list_parts(entry: Entry) -> list[Part]:
    """What an entry is made of, in parts that add up to it; none where it is one thing."""
    if entry.state != EntryState.MATCHED:
        return []
    if entry.debts:
        return _list_debts(entry)
    if entry.journal_id is None:
        return []
    beside = _list_beside(entry, [entry.journal_id])
    if not beside:
        return []
    own = entry.amount - _sum_of(entry, beside)
    names = [entry.recovery.number] if entry.recovery else [match.payment.end_to_end_id for match in entry.matches]
    return [Part(", ".join(names), own), *beside]


def _list_debts(entry: Entry) -> list[Part]:
    """Debt by debt; what lies in suspense is in the journal of the last one."""
    beside = _list_beside(entry, [debt.journal_id for debt in entry.debts])
    rest, last = _sum_of(entry, beside), entry.debts[-1]
    parts = []
    for debt in entry.debts:
        whole = Money(debt.cents, entry.currency)
        own = whole - rest if debt is last else whole
        parts.append(Part(debt.recovery.number, own, recovery_id=debt.recovery_id, journal_id=debt.journal_id))
    return [*parts, *beside]


def _list_beside(entry: Entry, journal_ids: Sequence[int]) -> list[Part]:
    """What these journals have of it beside what it pays."""
    found = select(JournalLine.account, -func.sum(JournalLine.cents)).where(
        JournalLine.journal_id.in_(journal_ids), JournalLine.account.in_([one.value for one in _BESIDE])
    )
    rows = db.session.execute(found.group_by(JournalLine.account).order_by(JournalLine.account))
    return [Part(NAMES[Account(code)], Money(int(cents), entry.currency), code) for code, cents in rows]


def _sum_of(entry: Entry, parts: Sequence[Part]) -> Money:
    return total([part.amount for part in parts], entry.currency)
