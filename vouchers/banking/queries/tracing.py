"""From a journal or a payment to the movement of the bank behind it, and from a movement to its journals.

An entry names the journal that was booked of it (`Entry.journal_id`, `EntryDebt.journal_id`), or settles payments: then
the journals of their execution or return are its own, unless they were taken back. Whoever follows sees what the
mandate covers, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union
from sqlalchemy.orm import aliased, contains_eager

from vouchers.banking.models import Entry, EntryDebt, EntryPayment
from vouchers.banking.queries.statements import told_to
from vouchers.banking.states import Effect, EntryState
from vouchers.core.database import db
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.payments.models import Payment
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

_LEFT = ("bank_debit", "undue_payment")
_CAME_BACK = ("payment_returned", "return_reopen", "undue_returned")
AT_MOST = 100
"""Entries behind one journal that are named: a batch that was executed by hand may have thousands."""


def list_journals_of(entry: Entry, mandate: Mandate) -> list[Journal]:
    """What an entry has in the books, in the order of the books, as far as a mandate covers all that a journal moves.
    One query."""
    if entry.state not in (EntryState.MATCHED, EntryState.BOOKED):
        return []
    named = [entry.journal_id, *(debt.journal_id for debt in entry.debts)]
    ids = [match.payment_id for match in entry.matches]
    batches = {match.payment.batch_id for match in entry.matches}
    events = _CAME_BACK if entry.effect == Effect.GIVES_BACK else _LEFT
    of_payment = and_(Journal.subject_kind == "payment", Journal.subject_id.in_(ids), Journal.event.in_(events))
    ways = [Journal.id.in_([one for one in named if one is not None]), and_(of_payment, ~_is_reversed(Journal.id))]
    if entry.effect == Effect.EXECUTES:
        mine = Payment.id.in_(ids), Payment.batch_id == Journal.subject_id, ~_has_own_debit()
        of_batch = and_(Journal.subject_kind == "batch", Journal.subject_id.in_(batches), Journal.event == "bank_debit")
        ways.append(and_(of_batch, ~_is_reversed(Journal.id), select(Payment.id).where(*mine).exists()))
    outside = select(JournalLine.id).join(Fund, Fund.id == JournalLine.fund_id)
    outside = outside.where(JournalLine.journal_id == Journal.id, ~covered_by(mandate, Fund.programme, Fund.region))
    return list(db.session.scalars(select(Journal).where(or_(*ways), ~outside.exists()).order_by(Journal.id)))


def map_entries(
    journal_ids: Iterable[int], mandate: Mandate | None, *, voucher: str | None = None, at_most: int = AT_MOST
) -> dict[int, list[Entry]]:
    """Journal -> the entries that it was booked of, with their statements. Two queries.

    Args:
        mandate: as far as it covers them; None: all.
        voucher: of a journal of a whole batch, those that pay this voucher only.
        at_most: of one journal.
    """
    behind = union(*(way.where(Journal.id.in_(list(journal_ids))) for way in _ways(voucher))).subquery()
    place = func.row_number().over(partition_by=behind.c.journal_id, order_by=behind.c.entry_id).label("place")
    pairs = select(behind.c.journal_id, behind.c.entry_id, place).join(Entry, Entry.id == behind.c.entry_id)
    numbered = pairs.where(told_to(mandate)).subquery()
    found = select(numbered.c.journal_id, numbered.c.entry_id).where(numbered.c.place <= at_most)
    rows = db.session.execute(found.order_by(numbered.c.journal_id, numbered.c.entry_id)).tuples().all()
    entries = _get_entries({entry_id for _journal_id, entry_id in rows})
    by_journal: dict[int, list[Entry]] = defaultdict(list)
    for journal_id, entry_id in rows:
        by_journal[journal_id].append(entries[entry_id])
    return by_journal


def map_journals_at_bank(entry_ids: Iterable[int]) -> dict[int, set[int]]:
    """Entry -> all the journals that were booked of it and move the bank; one query."""
    ids, moves_none = list(entry_ids), "return_reopen"
    pairs = union(*(way.where(Entry.id.in_(ids), Journal.event != moves_none) for way in _ways(None))).subquery()
    found: dict[int, set[int]] = defaultdict(set)
    for journal_id, entry_id in db.session.execute(select(pairs.c.journal_id, pairs.c.entry_id)):
        found[entry_id].add(journal_id)
    return found


def map_entries_of_payments(payment_ids: Sequence[int], mandate: Mandate | None) -> dict[int, list[Entry]]:
    """Payment -> the entries that executed it or gave it back, with their statements; one query."""
    found = select(EntryPayment.payment_id, Entry).join(EntryPayment.entry).join(Entry.statement)
    found = found.where(EntryPayment.payment_id.in_(payment_ids), Entry.state == EntryState.MATCHED, told_to(mandate))
    by_payment: dict[int, list[Entry]] = defaultdict(list)
    for payment_id, entry in db.session.execute(
        found.options(contains_eager(Entry.statement)).order_by(EntryPayment.payment_id, Entry.id)
    ):
        by_payment[payment_id].append(entry)
    return by_payment


def _get_entries(ids: Iterable[int]) -> dict[int, Entry]:
    found = select(Entry).join(Entry.statement).where(Entry.id.in_(ids)).options(contains_eager(Entry.statement))
    return {entry.id: entry for entry in db.session.scalars(found)}


def _ways(voucher: str | None) -> list[Any]:
    """How an entry stands behind a journal, each as pairs of journal and entry."""
    columns = Journal.id.label("journal_id"), Entry.id.label("entry_id")
    named = select(*columns).join(Entry, Entry.journal_id == Journal.id)
    part = select(*columns).join(EntryDebt, EntryDebt.journal_id == Journal.id).join(EntryDebt.entry)
    settled = select(*columns).select_from(Journal).join(EntryPayment, true()).join(EntryPayment.entry)
    settled = settled.join(Payment, Payment.id == EntryPayment.payment_id)
    settled = settled.where(Entry.state == EntryState.MATCHED, ~_is_reversed(Journal.id))
    executes = and_(Entry.effect == Effect.EXECUTES, Journal.event.in_(_LEFT))
    gives_back = and_(Entry.effect == Effect.GIVES_BACK, Journal.event.in_(_CAME_BACK))
    single = settled.where(Journal.subject_kind == "payment", Journal.subject_id == EntryPayment.payment_id)
    whole = settled.where(Journal.subject_kind == "batch", Journal.subject_id == Payment.batch_id)
    whole = whole.where(Journal.event == "bank_debit", Entry.effect == Effect.EXECUTES, ~_has_own_debit())
    if voucher is not None:
        whole = whole.where(Payment.voucher == voucher)
    return [named, part, single.where(or_(executes, gives_back)), whole]


def _has_own_debit() -> ColumnElement[bool]:
    """Whether a payment was executed by itself, and not with its batch."""
    own = aliased(Journal)
    found = select(own.id).where(own.subject_kind == "payment", own.subject_id == Payment.id)
    return found.where(own.event == "bank_debit", ~_is_reversed(own.id)).correlate(Payment).exists()


def _is_reversed(journal_id: Any) -> ColumnElement[bool]:
    mirror = aliased(Journal)
    return select(mirror.id).where(mirror.reverses_id == journal_id).exists()
