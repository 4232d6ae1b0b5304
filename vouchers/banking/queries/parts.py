"""The parts of an entry that does more than one thing: what it pays or gives back, and what stands beside that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from vouchers.banking.models import Entry
from vouchers.banking.states import EntryState
from vouchers.core.database import db
from vouchers.core.money import Money
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


def list_parts(entry: Entry) -> list[Part]:
    """What an entry is made of, in parts that add up to it; none where it is one thing."""
    if entry.state != EntryState.MATCHED or entry.journal_id is None:
        return []
    found = select(JournalLine.account, -func.sum(JournalLine.cents)).where(
        JournalLine.journal_id == entry.journal_id, JournalLine.account.in_([one.value for one in _BESIDE])
    )
    rows = db.session.execute(found.group_by(JournalLine.account).order_by(JournalLine.account))
    beside = [Part(NAMES[Account(code)], Money(int(cents), entry.currency), code) for code, cents in rows]
    if not beside:
        return []
    own = entry.amount - Money(sum(part.amount.cents for part in beside), entry.currency)
    names = [entry.recovery.number] if entry.recovery else [match.payment.end_to_end_id for match in entry.matches]
    return [Part(", ".join(names), own), *beside]
