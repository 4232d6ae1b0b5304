"""What is known already: accounts, statements, movements, and the payments as matching sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from vouchers.banking.models import Entry, EntryPayment, Statement
from vouchers.banking.rules.confirming import LEFT, recorded_of
from vouchers.banking.rules.incoming import KnownRecovery
from vouchers.banking.rules.matching import KnownBatch, KnownPayment, Standing
from vouchers.banking.states import Effect, EntryState
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.ledger.models import Fund
from vouchers.payments.models import Batch, Payment
from vouchers.payments.states import BatchState, PaymentState
from vouchers.recoveries.queries import list_expected
from vouchers.regions.models import Region

_MOST_BOUND = 5_000
"""Values in one question to the database."""
MOST_TO_CHOOSE = 100
_LEFT = (PaymentState.EXECUTED, PaymentState.UNDUE)
"""The money of these is out: it may come back."""
T = TypeVar("T")


def _slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(values), _MOST_BOUND):
        yield values[first : first + _MOST_BOUND]


def list_regions_with_account(iban: str) -> list[Region]:
    """The regions that are paid from an account."""
    return list(db.session.scalars(select(Region).where(Region.iban == iban).order_by(Region.code)))


def list_currencies_of_account(iban: str) -> set[str]:
    """The currencies of the money that is paid from an account."""
    found = select(Fund.currency).join(Region, Region.code == Fund.region).where(Region.iban == iban).distinct()
    return set(db.session.scalars(found))


def find_statement(key: str) -> Statement | None:
    """The statement with this key, if it was taken in."""
    return db.session.scalars(select(Statement).where(Statement.key == key)).first()


def list_known_keys(keys: Sequence[str]) -> set[str]:
    """Which of these movements are known."""
    found: set[str] = set()
    for some in _slices(keys):
        found |= set(db.session.scalars(select(Entry.key).where(Entry.key.in_(some))))
    return found


def list_known_payments(iban: str, references: Collection[str]) -> list[KnownPayment]:
    """The payments from an account that are under way, and those with these end-to-end ids, wherever they stand.

    What an entry does that is recognised and not booked yet is taken as done.
    """
    waiting = dict(_effects_to_come(iban))
    columns = (Payment.id, Payment.batch_id, Payment.end_to_end_id, Payment.amount_cents, Payment.currency)
    asked = select(*columns, Payment.state, Batch.state, Payment.executed_on).join(Payment.batch).join(Batch.region)
    asked = asked.where(Region.iban == iban)
    rows = list(db.session.execute(asked.where(Payment.state == PaymentState.ORDERED)))
    missing = sorted(set(references) - {row[2] for row in rows})
    for some in _slices(missing):
        rows += db.session.execute(
            asked.where(Payment.end_to_end_id.in_(some), Payment.state != PaymentState.ORDERED)
        ).all()
    recorded = {row[0]: recorded_of(row[5], row[7]) for row in rows}
    shown = _shown_of([payment_id for payment_id, effects in recorded.items() if effects])
    return [
        KnownPayment(
            *row[:5],
            _standing(row[5], row[6], waiting.get(row[0])),
            recorded[row[0]] - shown.get(row[0], frozenset()),
        )
        for row in rows
    ]


def _shown_of(payment_ids: Sequence[int]) -> dict[int, frozenset[Effect]]:
    """Payment -> what entries have shown of it, or will when they are booked."""
    found: dict[int, frozenset[Effect]] = {}
    asked = select(EntryPayment.payment_id, Entry.effect).join(EntryPayment.entry)
    asked = asked.where(Entry.state.in_((EntryState.MATCHED, EntryState.RECOGNISED)), Entry.effect.is_not(None))
    for some in _slices(payment_ids):
        for payment_id, effect in db.session.execute(asked.where(EntryPayment.payment_id.in_(some))).tuples():
            if effect is not None:
                found[payment_id] = found.get(payment_id, frozenset()) | {effect}
    return found


def _effects_to_come(iban: str) -> Iterator[tuple[int, Standing]]:
    found = select(EntryPayment.payment_id, Entry.effect).join(EntryPayment.entry).join(Entry.statement)
    found = found.where(Statement.iban == iban, Entry.state == EntryState.RECOGNISED).order_by(Entry.id)
    for payment_id, effect in db.session.execute(found):
        yield payment_id, Standing.PAID if effect == Effect.EXECUTES else Standing.OVER


def _standing(payment: PaymentState, batch: BatchState, to_come: Standing | None) -> Standing:
    if payment == PaymentState.ORDERED:
        return to_come or (Standing.MADE if batch == BatchState.MADE else Standing.UNDER_WAY)
    return to_come or Standing.PAID if payment in _LEFT else Standing.OVER


def list_known_batches(iban: str) -> list[KnownBatch]:
    """The batches from an account that are authorised."""
    found = select(Batch.id, Batch.number, Batch.authorised_at, Region.time_zone).join(Batch.region)
    rows = db.session.execute(found.where(Region.iban == iban, Batch.state == BatchState.AUTHORISED))
    return [
        KnownBatch(row.id, row.number, day_in(row.time_zone, row.authorised_at) if row.authorised_at else None)
        for row in rows
    ]


def list_known_recoveries(iban: str) -> list[KnownRecovery]:
    """What is claimed back and owed to the account."""
    return [KnownRecovery(*row) for row in list_expected(iban)]


def find_entry_of_journal(journal_id: int) -> Entry | None:
    """The movement that a journal has in the books."""
    return db.session.scalars(select(Entry).where(Entry.journal_id == journal_id)).first()


def list_payments(payment_ids: Sequence[int]) -> list[Payment]:
    """These payments with their batches, in the order of their ids (locks are taken in it)."""
    whole = joinedload(Payment.batch)
    found = select(Payment).where(Payment.id.in_(payment_ids)).order_by(Payment.id)
    found = found.options(whole.joinedload(Batch.programme), whole.joinedload(Batch.region))
    return list(db.session.scalars(found))


def is_shown(payment_id: int, effect: Effect) -> bool:
    """Whether a movement of a statement stands behind what the books have of a payment. Its batch is locked."""
    return db.session.scalar(select(_entry_behind(payment_id, effect).exists())) or False


def _entry_behind(payment_id: Any, effect: Effect) -> Select[int]:
    found = select(EntryPayment.id).join(EntryPayment.entry).where(EntryPayment.payment_id == payment_id)
    return found.where(Entry.state == EntryState.MATCHED, Entry.effect == effect)


def _is_recorded_only(effect: Effect) -> ColumnElement[bool]:
    """Whether the books have it of a payment by hand, and no entry shows it: as `recorded_of` says it."""
    states = LEFT if effect is Effect.EXECUTES else (PaymentState.GIVEN_BACK,)
    return and_(
        Payment.state.in_(states), Payment.executed_on.is_not(None), ~_entry_behind(Payment.id, effect).exists()
    )


def list_to_choose(entry: Entry, words: str = "") -> list[Payment]:
    """The payments that an entry could be about, the likeliest first: those under way; for a credit also those whose
    money has left, for a debit those that the bank had refused; and those of which this was recorded without an entry.

    `words` narrows by end-to-end id, payee or batch.
    """
    by_hand = _is_recorded_only(Effect.GIVES_BACK if entry.is_credit else Effect.EXECUTES)
    others = Payment.state.in_(_LEFT) if entry.is_credit else Payment.state == PaymentState.REJECTED
    found = select(Payment).join(Payment.batch).join(Batch.region)
    found = found.where(
        Region.iban == entry.statement.iban,
        or_(Payment.state == PaymentState.ORDERED, others, by_hand),
        Payment.currency == entry.currency,
    )
    found = found.where(Batch.state != BatchState.MADE)
    if words:
        columns = (Payment.end_to_end_id, Payment.creditor_name, Batch.number)
        found = found.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    nearness = (Payment.end_to_end_id != entry.end_to_end_id, func.abs(Payment.amount_cents - entry.cents))
    whole = contains_eager(Payment.batch).contains_eager(Batch.region)
    return list(db.session.scalars(found.order_by(*nearness, Payment.id).limit(MOST_TO_CHOOSE).options(whole)))
