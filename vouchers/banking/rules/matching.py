"""Which payments a movement executes or gives back: by end-to-end id, then by batch and sum; else why it is unclear.

Money that comes in and gives back no payment may pay a recovery, whose number the debtor wrote.

A doubt is never resolved by guessing: what is left goes to people. Within one statement a payment can be executed once
and given back once, in this order, whatever the state in which the books have it. What was recorded before the bank's
statement shows it is shown once: its movement stands behind what is in the books already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from vouchers.banking.rules.charges import is_charge
from vouchers.banking.rules.incoming import Expected, KnownRecovery
from vouchers.banking.rules.movements import Movement
from vouchers.banking.states import Doubt, Effect


class Standing(Enum):
    """Where a payment stands, as far as the bank's account of it matters."""

    MADE = "made"
    """In a batch that is not authorised."""
    UNDER_WAY = "under_way"
    """Ordered from the bank."""
    PAID = "paid"
    OVER = "over"
    """Refused, given back or cancelled."""


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment of the office, as matching sees it."""

    id: int
    batch_id: int
    end_to_end_id: str
    cents: int
    currency: str
    standing: Standing
    not_shown: frozenset[Effect] = frozenset()
    """What the books have of it by hand, and no movement of the bank has shown."""


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """A batch with payments under way."""

    id: int
    number: str
    """Also the message id of its file, and how the id of its payment block begins."""
    ordered_on: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a movement does, or why that is unclear."""

    doubt: Doubt
    effect: Effect | None = None
    payment_ids: tuple[int, ...] = ()
    recovery_id: int | None = None


def _unclear(doubt: Doubt) -> Verdict:
    return Verdict(doubt)


class Matcher:
    """Judges the movements of one statement in their order."""

    def __init__(
        self,
        payments: Iterable[KnownPayment],
        batches: Iterable[KnownBatch],
        recoveries: Iterable[KnownRecovery] = (),
    ) -> None:
        self._expected = Expected(recoveries)
        self._by_reference: dict[str, KnownPayment] = {}
        self._by_batch: dict[int, list[KnownPayment]] = defaultdict(list)
        self._batches = {batch.number: batch for batch in batches}
        self._standing: dict[int, Standing] = {}
        self._not_shown: dict[int, frozenset[Effect]] = {}
        for payment in payments:
            self._by_reference[payment.end_to_end_id] = payment
            self._by_batch[payment.batch_id].append(payment)
            self._standing[payment.id] = payment.standing
            self._not_shown[payment.id] = payment.not_shown

    def judge(self, movement: Movement) -> Verdict:
        """What a booked movement does."""
        verdict = self._judge(movement)
        for payment_id in verdict.payment_ids:
            assert verdict.effect is not None
            self._take_as_done(payment_id, verdict.effect)
        return verdict

    def _take_as_done(self, payment_id: int, effect: Effect) -> None:
        if effect in self._not_shown[payment_id]:  # the books have it already
            self._not_shown[payment_id] -= {effect}
        else:
            self._standing[payment_id] = Standing.PAID if effect is Effect.EXECUTES else Standing.OVER

    def _judge(self, movement: Movement) -> Verdict:
        if movement.is_torn:
            return _unclear(Doubt.TORN)
        if movement.is_charge:
            return _unclear(Doubt.CHARGE)
        if movement.is_reversal and not movement.is_credit:
            return _unclear(Doubt.REVERSAL)
        if movement.references and any(movement.references):
            return self._judge_many(movement)
        payment = self._by_reference.get(movement.end_to_end_id) if movement.end_to_end_id else None
        if payment is not None:
            return self._judge_payments(movement, [payment])
        if movement.is_credit:
            is_back = movement.is_return or movement.is_reversal
            return _unclear(Doubt.UNKNOWN) if is_back else self._judge_incoming(movement)
        if batch := self._batch_of(movement.payment_block):
            return self._judge_batch(movement, batch)
        if movement.end_to_end_id:
            return _unclear(Doubt.UNKNOWN)
        return self._judge_sum(movement)

    def _judge_incoming(self, movement: Movement) -> Verdict:
        """How much of the recovery is owed on that day is known when it is booked."""
        recovery = self._expected.find(movement.end_to_end_id, movement.remittance)
        if recovery is None or recovery.currency != movement.currency:
            return _unclear(Doubt.INCOMING)
        return Verdict(Doubt.NONE, Effect.REPAYS, recovery_id=recovery.id)

    def _judge_many(self, movement: Movement) -> Verdict:
        payments = [self._by_reference.get(reference) for reference in movement.references]
        known = [payment for payment in payments if payment is not None]
        if len(known) < len(payments) or len({payment.id for payment in known}) < len(known):
            return _unclear(Doubt.UNKNOWN)
        return self._judge_payments(movement, known)

    def _judge_payments(self, movement: Movement, payments: Sequence[KnownPayment]) -> Verdict:
        effect = Effect.GIVES_BACK if movement.is_credit else Effect.EXECUTES
        if doubt := next((no for one in payments if (no := self._doubt_of(one, effect))), None):
            return _unclear(doubt)
        is_whole = _is_sum(movement, payments) or (
            effect is Effect.GIVES_BACK and _is_sum_less_charges(movement, payments)
        )
        if not is_whole:
            return _unclear(Doubt.OTHER_AMOUNT)
        return Verdict(Doubt.NONE, effect, tuple(payment.id for payment in payments))

    def _doubt_of(self, payment: KnownPayment, effect: Effect) -> Doubt | None:
        if effect in self._not_shown[payment.id]:
            return None
        standing = self._standing[payment.id]
        if standing is Standing.MADE:
            return Doubt.NOT_SENT
        if standing is Standing.OVER:
            return Doubt.OVER
        if effect is Effect.EXECUTES:
            return Doubt.PAID_BEFORE if standing is Standing.PAID else None
        return None if standing is Standing.PAID else Doubt.NOT_PAID

    def _batch_of(self, block: str) -> KnownBatch | None:
        """The batch that the bank names, by the id of the file or of its payment block."""
        return self._batches.get(block) or self._batches.get(block.rpartition("-")[0])

    def _judge_batch(self, movement: Movement, batch: KnownBatch) -> Verdict:
        payments = self._under_way(batch)
        if not payments or not _is_sum(movement, payments):
            return _unclear(Doubt.OTHER_SUM)
        return Verdict(Doubt.NONE, Effect.EXECUTES, tuple(payment.id for payment in payments))

    def _judge_sum(self, movement: Movement) -> Verdict:
        """The only batch under way with exactly this sum, and with as many payments as the bank says."""
        fitting = [
            batch
            for batch in self._batches.values()
            if _is_sum(movement, payments := self._under_way(batch))
            and movement.transactions in {0, len(payments)}
            and not _is_before(movement.booked_on, batch.ordered_on)
        ]
        if len(fitting) == 1:
            return self._judge_batch(movement, fitting[0])
        return _unclear(Doubt.SEVERAL_BATCHES if fitting else Doubt.NO_REFERENCE)

    def _under_way(self, batch: KnownBatch) -> list[KnownPayment]:
        return [one for one in self._by_batch[batch.id] if self._standing[one.id] is Standing.UNDER_WAY]


def _is_sum_less_charges(movement: Movement, payments: Sequence[KnownPayment]) -> bool:
    """Whether the bank has kept of what came back exactly what it says that it has taken."""
    return is_charge(movement.charges, movement.cents) and _is_sum(
        replace(movement, cents=movement.cents + movement.charges), payments
    )


def _is_sum(movement: Movement, payments: Sequence[KnownPayment]) -> bool:
    return (
        bool(payments)
        and {payment.currency for payment in payments} == {movement.currency}
        and sum(payment.cents for payment in payments) == movement.cents
    )


def _is_before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other
