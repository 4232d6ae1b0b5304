"""Finding batches, their payments, and what is at the bank. What is to be paid stands in `payables.queries`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, JournalLine
from vouchers.payables import queries as payables
from vouchers.payables.models import Payable
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.releasing import Paid
from vouchers.payments.states import BatchState, PaymentState
from vouchers.programmes.models import Programme
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.states import RecoveryState
from vouchers.regions.models import Region
from vouchers.users.mandate import OFFICERS, Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by, list_holders, list_same_person

WHOLE_BATCH = (joinedload(Batch.programme), joinedload(Batch.region), joinedload(Batch.made_by))
WHOLE_PAYMENT = (joinedload(Payment.payable).options(*payables.WHOLE), joinedload(Payment.application))
names_of = payables.names_of


# --- batches ----------------------------------------------------------------------------------------------------------


def find_batch_of(payable_ids: Sequence[int]) -> Batch | None:
    """The batch in which all of these are under way, if it is one."""
    under_way = Payment.payable_id.in_(payable_ids), Payment.state == PaymentState.ORDERED
    payments = db.session.scalars(select(Payment).where(*under_way).options(joinedload(Payment.batch))).all()
    batches = {payment.batch_id: payment.batch for payment in payments}
    return next(iter(batches.values())) if len(batches) == 1 and len(payments) == len(set(payable_ids)) else None


def get_batch(batch_id: int) -> Batch:
    """A batch with its payments, their payables and payees. Raises `NotFound`."""
    whole = selectinload(Batch.payments).options(*WHOLE_PAYMENT)
    found = db.session.scalars(select(Batch).where(Batch.id == batch_id).options(*WHOLE_BATCH, whole)).first()
    if found is None:
        raise NotFound(_("There is no such payment batch."))
    return found


def find_batch_by_number(number: str) -> Batch | None:
    """The batch whose bank file has this message id."""
    return db.session.scalars(select(Batch).where(Batch.number == number).options(*WHOLE_BATCH)).first()


def lock_batch(batch_id: int) -> Batch:
    """A batch without its payments, held to the end of the step. Raises `NotFound`."""
    found = select(Batch).where(Batch.id == batch_id).options(*WHOLE_BATCH).with_for_update(of=Batch)
    batch = db.session.scalars(found.execution_options(populate_existing=True)).first()
    if batch is None:
        raise NotFound(_("There is no such payment batch."))
    return batch


def count_under_way(batch_id: int) -> int:
    """Of how many payments of a batch the bank has said nothing yet."""
    under_way = Payment.batch_id == batch_id, Payment.state == PaymentState.ORDERED
    return db.session.scalar(select(func.count()).where(*under_way)) or 0


def last_booking_day(batch_id: int) -> date | None:
    """The last day on which the bank paid something of a batch; None where it refused all."""
    return db.session.scalar(select(func.max(Payment.executed_on)).where(Payment.batch_id == batch_id))


def list_batches(query: ListQuery, mandate: Mandate) -> Page:
    """Batches of a mandate as rows (batch, how many payments). Filters: ``region``, ``state``; search by number."""
    count = select(func.count()).where(Payment.batch_id == Batch.id).correlate(Batch).scalar_subquery()
    statement = (
        select(Batch, count.label("payments"))
        .join(Batch.programme)
        .join(Batch.region)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(contains_eager(Batch.programme), contains_eager(Batch.region))
    )
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if state := query.filters.get("state"):
        statement = statement.where(Batch.state == state)
    if query.q:
        statement = statement.where(Batch.number.icontains(query.q, autoescape=True))
    orders = {
        "number": Batch.number,
        "region": Region.plain_name,
        "state": Batch.state,
        "made": Batch.made_at,
        "execute_on": Batch.execute_on,
        "total": Batch.total_cents,
    }
    return paginate(db.session, statement, query, orders, unique=[Batch.id])


# --- payments ---------------------------------------------------------------------------------------------------------


def get_payment(payment_id: int, **_rest_of_address: int) -> Payment:
    """A payment with its batch, payable and payee. Raises `NotFound`."""
    found = select(Payment).where(Payment.id == payment_id)
    found = found.options(joinedload(Payment.batch).options(*WHOLE_BATCH), *WHOLE_PAYMENT)
    payment = db.session.scalars(found).first()
    if payment is None:
        raise NotFound(_("There is no such payment."))
    return payment


def map_payments(end_to_end_ids: Iterable[str]) -> dict[str, Payment]:
    """End-to-end id -> the payment that bears it, with its batch; ids that we never gave are left out."""
    found = select(Payment).where(Payment.end_to_end_id.in_(list(end_to_end_ids)))
    found = found.options(joinedload(Payment.batch).options(*WHOLE_BATCH))
    return {payment.end_to_end_id: payment for payment in db.session.scalars(found)}


def list_payments_for(payable_ids: Sequence[int]) -> list[Payment]:
    """Every payment that was ever made for these, oldest first, with its batch."""
    found = select(Payment).where(Payment.payable_id.in_(payable_ids)).options(joinedload(Payment.batch))
    return list(db.session.scalars(found.order_by(Payment.id)))


def find_live_payment(payable_id: int) -> Payment | None:
    """The payment of a debt that is under way or executed, with its batch."""
    live = Payment.payable_id == payable_id, Payment.state.in_(STANDS)
    return db.session.scalars(select(Payment).where(*live).options(joinedload(Payment.batch))).first()


def find_undue_payment(payable_id: int) -> Payment | None:
    """The payment that left for a debt though nothing was owed any more, and is not back; the last of several."""
    found = select(Payment).where(Payment.payable_id == payable_id, Payment.state == PaymentState.UNDUE)
    found = found.options(joinedload(Payment.batch).options(*WHOLE_BATCH), *WHOLE_PAYMENT)
    return db.session.scalars(found.order_by(Payment.id.desc()).limit(1)).first()


def find_recovery_of(voucher: str) -> Recovery | None:
    """A recovery of what was paid on a voucher that was not cancelled; None where no voucher is paid."""
    found = select(Recovery).join(Recovery.agreement).join(Agreement.application)
    found = found.where(Application.reference == voucher, Recovery.state != RecoveryState.CANCELLED)
    return db.session.scalars(found.order_by(Recovery.id)).first() if voucher else None


def map_applications(references: Iterable[str]) -> dict[str, Application]:
    """Reference -> application, as policies need it."""
    found = select(Application).where(Application.reference.in_([one for one in references if one]))
    return {application.reference: application for application in db.session.scalars(found)}


def bank_balance(programme: Programme, region: str) -> Money:
    """What the books say is at the bank, less what is ordered and not yet booked."""
    cents = db.session.scalar(
        select(func.sum(JournalLine.cents))
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Fund.programme == programme.code, Fund.region == region)
        .where(JournalLine.account.in_((Account.BANK.value, Account.IN_EXECUTION.value)))
    )
    return Money(int(cents or 0), programme.plan.currency)


# --- people -----------------------------------------------------------------------------------------------------------


def list_officers(programme: str, region: str) -> list[User]:
    """The officers of a region, with their roles. Which of them may authorise a batch, its policy says."""
    return list_holders(OFFICERS, programme, region, with_roles=True)


def list_officers_of(programmes: Iterable[str]) -> list[User]:
    """The officers of all regions of some programmes, with their roles, each once."""
    found = {
        one.id: one for code in sorted(set(programmes)) for one in list_holders(OFFICERS, code, None, with_roles=True)
    }
    return list(found.values())


def list_waiting(batch_ids: Sequence[int]) -> list[Batch]:
    """Of these batches those that wait for a second person, with all that their policy asks."""
    found = select(Batch).where(Batch.id.in_(batch_ids), Batch.state == BatchState.MADE).order_by(Batch.id)
    whole = selectinload(Batch.payments).options(*WHOLE_PAYMENT)
    return list(db.session.scalars(found.options(*WHOLE_BATCH, whole)))


def list_people(user_ids: Sequence[int]) -> list[User]:
    """People by their ids."""
    return list(db.session.scalars(select(User).where(User.id.in_(user_ids)).order_by(User.id)))


# --- what one person has released -------------------------------------------------------------------------------------


STANDS = (PaymentState.ORDERED, PaymentState.EXECUTED)
"""A payment that was released and has not come back."""


def lock_person(person: User) -> list[int]:
    """The accounts of a person, one of them held to the end of the step: what one person releases happens one batch
    after another, under whichever account."""
    first = person.same_as_id or person.id
    db.session.execute(select(User.id).where(User.id == first).with_for_update(key_share=True))
    return [one.id for one in list_same_person([person])]


def total_released(batch: Batch, account_ids: Sequence[int], *, since: datetime) -> Money:
    """What these accounts have released in the region of a batch since then, in its currency."""
    cents = db.session.scalar(
        select(func.sum(Payment.amount_cents))
        .join(Payment.batch)
        .where(Batch.region_id == batch.region_id, *_released(batch, account_ids, since))
    )
    return Money(int(cents or 0), batch.currency)


def list_released(batch: Batch, account_ids: Sequence[int], *, since: datetime) -> list[Paid]:
    """What these accounts have released since then, in any region of the programme, payee by payee."""
    payee = (Payable.organisation_id, Payable.provider_id, Payable.expert_id)
    found = (
        select(Payment.iban, *payee, func.sum(Payment.amount_cents))
        .join(Payment.batch)
        .join(Payable, Payable.id == Payment.payable_id)
        .where(*_released(batch, account_ids, since))
        .group_by(Payment.iban, *payee)
    )
    return [Paid(row[0], (row[1], row[2], row[3]), "", int(row[4])) for row in db.session.execute(found)]


def list_sums_released(account_ids: Sequence[int], *, since: datetime) -> list[Row[Any]]:
    """What these accounts have released since then, batch by batch: ``authorised_by_id``, ``programme_id``,
    ``region_id``, ``currency``, ``authorised_at`` and ``cents``."""
    batch = (Batch.authorised_by_id, Batch.programme_id, Batch.region_id, Batch.currency, Batch.authorised_at)
    found = select(*batch, func.sum(Payment.amount_cents).label("cents")).join(Payment.batch)
    found = found.where(
        Batch.authorised_by_id.in_(account_ids), Batch.authorised_at >= since, Payment.state.in_(STANDS)
    )
    return list(db.session.execute(found.group_by(Batch.id, *batch)))


def list_released_alike(batch_ids: Sequence[int], account_ids: Sequence[int], *, since: datetime) -> list[Row[Any]]:
    """What these accounts have released since then to those whom the batches pay, as `list_sums_released` with
    ``iban``, ``organisation_id``, ``provider_id`` and ``expert_id``."""
    waiting = Payment.batch_id.in_(batch_ids)
    payee = (Payable.organisation_id, Payable.provider_id, Payable.expert_id)
    alike = [
        column.in_(select(column).join(Payment, Payment.payable_id == Payable.id).where(waiting)) for column in payee
    ]
    same_iban = Payment.iban.in_(select(Payment.iban).where(waiting))
    batch = (Batch.authorised_by_id, Batch.programme_id, Batch.currency, Batch.authorised_at)
    found = (
        select(*batch, Payment.iban, *payee, func.sum(Payment.amount_cents).label("cents"))
        .join(Payment.batch)
        .join(Payable, Payable.id == Payment.payable_id)
        .where(Batch.authorised_by_id.in_(account_ids), Batch.authorised_at >= since, Payment.state.in_(STANDS))
        .where(or_(same_iban, *alike))
        .group_by(*batch, Payment.iban, *payee)
    )
    return list(db.session.execute(found))


def list_paid_by(batch: Batch) -> list[Paid]:
    """What a batch pays, payment by payment."""
    return [
        Paid(
            one.iban,
            (one.payable.organisation_id, one.payable.provider_id, one.payable.expert_id),
            one.creditor_name,
            one.amount_cents,
        )
        for one in batch.payments
    ]


def _released(batch: Batch, account_ids: Sequence[int], since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Batch.programme_id == batch.programme_id,
        Batch.id != batch.id,
        Batch.authorised_by_id.in_(account_ids),
        Batch.authorised_at >= since,
        Payment.state.in_(STANDS),
        Payment.currency == batch.currency,
    )
