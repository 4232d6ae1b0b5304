"""What the floors above this one know of debts: their tables are known by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, case, func, or_, select

from vouchers.audit.models import AuditEvent
from vouchers.core.database import Base, db
from vouchers.payables.models import Payable
from vouchers.payables.rules.refusals import Refusal
from vouchers.payables.states import SourceKind


def list_payments_of(payable_id: int) -> list[tuple[str, int]]:
    """What the record knows of the payments of a debt."""
    payment = Base.metadata.tables["payment"]
    found = select(payment.c.id).where(payment.c.payable_id == payable_id).order_by(payment.c.id)
    return [("payment", payment_id) for payment_id in db.session.scalars(found)]


def list_batches_of(payable_id: int) -> list[Row[Any]]:
    """Id and number of the batches that a debt stood in, the oldest first."""
    payment, batch = Base.metadata.tables["payment"], Base.metadata.tables["payment_batch"]
    found = select(batch.c.id, batch.c.number).join(payment, payment.c.batch_id == batch.c.id)
    return list(db.session.execute(found.where(payment.c.payable_id == payable_id).order_by(batch.c.id)))


class BankLine(NamedTuple):
    """An entry of a bank's statement that executed a payment or gave it back."""

    id: int
    payment_id: int
    bank_line: str
    """Statement, entry, the bank's own reference: as banking says it."""


def list_bank_lines(*, payable_id: int | None = None, batch_id: int | None = None) -> list[BankLine]:
    """The entries that settled payments of a debt, or of a batch, in the order of the statements."""
    payment, match, entry, statement = (
        Base.metadata.tables[name] for name in ("payment", "bank_entry_payment", "bank_entry", "bank_statement")
    )
    own = case((entry.c.bank_reference != "", entry.c.bank_reference), else_=entry.c.entry_reference).label("own")
    found = (
        select(entry.c.id, payment.c.id.label("payment_id"), statement.c.number, entry.c.entry_number, own)
        .join(match, match.c.entry_id == entry.c.id)
        .join(payment, payment.c.id == match.c.payment_id)
        .join(statement, statement.c.id == entry.c.statement_id)
        .where(entry.c.state == "matched")
        .where(payment.c.payable_id == payable_id if batch_id is None else payment.c.batch_id == batch_id)
        .order_by(entry.c.id, payment.c.id)
    )
    return [
        BankLine(row.id, row.payment_id, f"{row.number}/{row.entry_number} {row.own}".strip())
        for row in db.session.execute(found)
    ]


def map_endings(payables: Sequence[Payable]) -> dict[int, int]:
    """Payable -> the proposal to end the agreement that it is owed under, while that is not decided."""
    under = [one for one in payables if one.source_kind in (SourceKind.CLAIM, SourceKind.ADVANCE) and one.voucher]
    if not under:
        return {}
    application, agreement, termination = (
        Base.metadata.tables[name] for name in ("application", "agreement", "termination")
    )
    found = (
        select(application.c.reference, termination.c.id)
        .join(agreement, agreement.c.application_id == application.c.id)
        .join(termination, termination.c.agreement_id == agreement.c.id)
        .where(application.c.reference.in_({one.voucher for one in under}), termination.c.state == "proposed")
    )
    ending = dict(db.session.execute(found).tuples().all())
    return {one.id: ending[one.voucher] for one in under if one.voucher in ending}


def map_debits(payable_ids: Sequence[int]) -> dict[int, str]:
    """Payable -> the payment of it that has left: an unsettled movement of a bank statement says so, or it left for
    nothing and is not back."""
    if not payable_ids:
        return {}
    payment, entry = (Base.metadata.tables[name] for name in ("payment", "bank_entry"))
    unsettled = entry.c.state == "open", entry.c.is_credit.is_(False), payment.c.state.not_in(("ordered", "executed"))
    found = (
        select(payment.c.payable_id, payment.c.end_to_end_id)
        .outerjoin(entry, and_(entry.c.end_to_end_id == payment.c.end_to_end_id, *unsettled))
        .where(payment.c.payable_id.in_(payable_ids), or_(entry.c.id.is_not(None), payment.c.state == "undue"))
        .order_by(payment.c.id)
    )
    return dict(db.session.execute(found).tuples().all())


def map_refusals(ibans: Iterable[str]) -> dict[str, list[Refusal]]:
    """IBAN -> the payments to it, of any debt and payee, that the bank refused or sent back."""
    payment = Base.metadata.tables["payment"]
    known = payment.c.bank_account_id, payment.c.iban, payment.c.reason_code
    told = and_(AuditEvent.subject_kind == "payment", AuditEvent.subject_id == payment.c.id)
    found = (
        select(*known, func.max(AuditEvent.at))
        .join(AuditEvent, and_(told, AuditEvent.tag.in_(("payment.reject", "payment.give_back"))))
        .where(payment.c.iban.in_(sorted(set(ibans))), payment.c.state.in_(("rejected", "given_back")))
        .group_by(payment.c.id, *known)
        .order_by(payment.c.id)
    )
    refusals: dict[str, list[Refusal]] = {}
    for account_id, iban, code, refused_at in db.session.execute(found):
        refusals.setdefault(iban, []).append(Refusal(account_id, iban, code, refused_at))
    return refusals


def list_refused_unsent(payable_ids: Sequence[int]) -> set[int]:
    """Of these debts those whose last payment the bank refused before the money left."""
    payment = Base.metadata.tables["payment"]
    last = select(func.max(payment.c.id)).where(payment.c.payable_id.in_(payable_ids)).group_by(payment.c.payable_id)
    found = select(payment.c.payable_id).where(payment.c.id.in_(last), payment.c.state == "rejected")
    return set(db.session.scalars(found)) if payable_ids else set()
