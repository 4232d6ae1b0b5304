"""What the steps of single payments share: the batch that is locked first, and the day on which the bank can pay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.payments import queries
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.batches import ensure_sent
from vouchers.payments.rules.execution_day import ensure_booking_day
from vouchers.payments.states import BatchState
from vouchers.workflow.transition import OFFICE, transition


@contextmanager
def settled(payment: Payment, *, at: datetime) -> Iterator[tuple[Batch, Payment]]:
    """The batch, locked, and the payment in it; after the step the batch is done when nothing is under way."""
    with unit_of_work():
        batch = queries.lock_batch(payment.batch_id)
        payment = queries.get_payment(payment.id)
        yield batch, payment
        if batch.state == BatchState.AUTHORISED and not queries.count_under_way(batch.id):
            with transition(batch, BATCH.finish, by=OFFICE, at=at):
                batch.executed_on = queries.last_booking_day(batch.id)


def ensure_booked_after_sent(batch: Batch, booked_on: date, *, at: datetime) -> None:
    """The bank books what it was sent, not before that and not in the future. Raises `RuleBroken`."""
    ensure_sent(batch)
    assert batch.authorised_at is not None  # it was sent
    zone = batch.region.time_zone
    ensure_booking_day(booked_on, authorised=day_in(zone, batch.authorised_at), today=day_in(zone, at))
