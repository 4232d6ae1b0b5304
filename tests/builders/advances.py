"""Advances, made by the steps of the office. `a_programme_with_advances` must have been loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.kept import known
from tests.builders.payments import Desk, a_confirmed_account
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme
from vouchers.advances import queries
from vouchers.advances.actions import deciding
from vouchers.advances.models import Advance
from vouchers.agreements.models import Agreement
from vouchers.core.money import EUR
from vouchers.payables.queries import find_payable_of
from vouchers.payables.states import SourceKind
from vouchers.payments.actions import batches
from vouchers.payments.models import Batch
from vouchers.payments.queries import get_batch

ASKED_AT = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
"""The agreement has been in force for a day; claims come two weeks later."""
PAID_ON = date(2026, 10, 9)


def a_programme_with_advances(part: str = "40 %") -> LoadedProgramme:
    """IN2LifeSciences, with up to this part of a voucher for collaboration (COL) paid ahead."""
    text, names = IN2_FILE.read_text(encoding="utf-8"), "      signed_by: [sme, provider]\n"
    assert text.count(names) == 1
    return a_programme(text.replace(names, f"{names}      advance: {part}\n"))


@known
def an_advance(agreement: Agreement | None = None, *, amount: str = "2000", at: datetime = ASKED_AT) -> Advance:
    """Asked for by the beneficiary."""
    agreement = agreement or an_active_agreement("COL", amount="7000")
    owner = owner_of(agreement.application)
    asked = deciding.ask_advance(agreement, EUR(amount), "The laboratory asks for a deposit.", by=owner, at=at)
    return queries.get_advance(asked.id)


@known
def an_approved_advance(
    desk: Desk, agreement: Agreement | None = None, *, amount: str = "2000", at: datetime = ASKED_AT
) -> Advance:
    """To be paid to the beneficiary's confirmed account."""
    advance = an_advance(agreement or an_active_agreement("COL", desk.region, amount="7000"), amount=amount, at=at)
    deciding.approve_advance(advance, by=desk.manager, at=at + timedelta(hours=1))
    application = queries.get_advance(advance.id).agreement.application
    a_confirmed_account(application.organisation, owner_of(application), desk.second, at=at)
    return queries.get_advance(advance.id)


@known
def an_advance_in_payment(desk: Desk, advance: Advance, *, at: datetime = ASKED_AT) -> Batch:
    """Its batch is authorised."""
    payable = find_payable_of(SourceKind.ADVANCE, advance.id)
    assert payable is not None
    made = batches.make_batch([payable.id], PAID_ON, by=desk.maker, at=at + timedelta(hours=2))
    batches.authorise_batch(get_batch(made.id), by=desk.second, at=at + timedelta(hours=3))
    return get_batch(made.id)


@known
def a_paid_advance(desk: Desk, agreement: Agreement | None = None, *, amount: str = "2000") -> Advance:
    """The beneficiary has the money."""
    advance = an_approved_advance(desk, agreement, amount=amount)
    batch = an_advance_in_payment(desk, advance)
    paid_at = datetime(PAID_ON.year, PAID_ON.month, PAID_ON.day, 15, tzinfo=UTC)
    batches.execute_batch(batch, PAID_ON, "STMT-2026-190", by=desk.maker, at=paid_at)
    return queries.get_advance(advance.id)
