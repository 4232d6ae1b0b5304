"""What is claimed back: the register says of each voucher what the books say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, literal, select, union_all

from vouchers.core.database import Base, db
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.models import JournalLine
from vouchers.ledger.proof.faults import Fault

NOT_IN_BOOKS = ("proposed", "cancelled")
"""States in which nothing is owed: not booked yet, or reversed."""


def faults_of_recoveries() -> Iterator[Fault]:
    """Each voucher of which the recoveries do not come to what stands on their account; and each split that is wrong.

    Recoveries stand on a floor above the books, so their tables are known by name.
    """
    yield from _faults_of_sums()
    yield from _faults_of_shares()


def _faults_of_sums() -> Iterator[Fault]:
    tables, nothing = Base.metadata.tables, literal(0)
    recovery, agreement, application = tables["recovery"].c, tables["agreement"].c, tables["application"].c
    principal = recovery.principal_cents - recovery.returned_cents - recovery.waived_cents
    interest = recovery.interest_cents - recovery.interest_paid_cents - recovery.interest_waived_cents
    owed = (
        select(application.reference.label("voucher"), (principal + interest).label("owed"), nothing.label("booked"))
        .select_from(tables["recovery"])
        .join(tables["agreement"], agreement.id == recovery.agreement_id)
        .join(tables["application"], application.id == agreement.application_id)
        .where(recovery.state.not_in(NOT_IN_BOOKS))
    )
    on_account = JournalLine.account == Account.RECOVERIES.value
    booked = select(JournalLine.voucher, nothing, JournalLine.cents).where(on_account)
    both = union_all(owed, booked).subquery()
    register, books = func.sum(both.c.owed), func.sum(both.c.booked)
    wrong: Any = select(both.c.voucher, register, books).group_by(both.c.voucher).having(register != books)
    for voucher, owed_cents, booked_cents in db.session.execute(wrong.order_by(both.c.voucher)).all():
        last = db.session.execute(
            select(JournalLine.id, JournalLine.journal_id)
            .where(on_account, JournalLine.voucher == voucher)
            .order_by(JournalLine.id.desc())
            .limit(1)
        ).first()
        sentence = (
            f"recoveries of voucher {voucher or '-'}: {Money(int(owed_cents)).plain} are owed by the register, and "
            f"{Money(int(booked_cents)).plain} stand in the books"
        )
        yield Fault(sentence, *(last or (None, None)))


def _faults_of_shares() -> Iterator[Fault]:
    """The parts of the funds are the whole: of the principal, of what came back, of what was waived."""
    tables = Base.metadata.tables
    recovery, share = tables["recovery"].c, tables["recovery_share"].c
    columns = ((recovery.principal_cents, share.cents), (recovery.returned_cents, share.returned_cents),
               (recovery.waived_cents, share.waived_cents))  # fmt: skip
    found: Any = (
        select(recovery.number, *(func.max(whole) - func.coalesce(func.sum(part), 0) for whole, part in columns))
        .select_from(tables["recovery"])
        .outerjoin(tables["recovery_share"], share.recovery_id == recovery.id)
        .where(recovery.ordered_at.is_not(None))
        .group_by(recovery.id, recovery.number)
        .order_by(recovery.id)
    )
    for number, *lacking in db.session.execute(found):
        if any(lacking):
            yield Fault(f"recovery {number}: the parts of the funds do not add up to it")
