"""Moving money between the envelopes of a call: one person proposes it, another one approves it, and then it moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.core.money import Money, total
from vouchers.ledger.recipes import Share
from vouchers.programmes.models import Envelope
from vouchers.programmes.rules.plan import Allocation
from vouchers.transfers import letters, postings, queries, rules
from vouchers.transfers.lifecycle import ENVELOPE_TRANSFER
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.models import User
from vouchers.workflow.transition import Step, creation, transition


def propose_transfer(
    source: Envelope, target: Envelope, amount: Money, reason: str, *, by: User, at: datetime
) -> EnvelopeTransfer:
    """Ask the other side to take money of this envelope. Nothing moves yet, and nothing is set aside.

    Raises:
        RuleBroken: it is not the same call or currency, a fund line is missing there, or less is available.
    """
    with unit_of_work():
        _ensure_possible(source, target, amount)
        transfer = EnvelopeTransfer(
            source=source,
            target=target,
            currency=amount.currency,
            reason=reason,
            proposed_at=at,
            proposed_by=by,
            proposed_by_id=by.id,
        )
        transfer.amount = amount
        with creation(transfer, ENVELOPE_TRANSFER.propose, by=by, at=at, why=reason) as step:
            letters.write_to_deciders(step, transfer, "propose")
            return transfer


def _ensure_possible(source: Envelope, target: Envelope, amount: Money) -> dict[str, Money]:
    """What each fund line would give, as things are now."""
    rules.ensure_between_envelopes(source, target)
    return _parts(source, target, amount, queries.map_available(source))


def _parts(source: Envelope, target: Envelope, amount: Money, available: dict[int, Money]) -> dict[str, Money]:
    room = [available[part.fund_id] for part in source.funds]
    rules.ensure_available(amount, total(room, source.currency))
    lines = [(part.fund.line, part.fund.rate, left) for part, left in zip(source.funds, room, strict=True)]
    parts = rules.split_over_lines(amount, lines)
    rules.ensure_lines_known(parts, [part.fund.line for part in target.funds], target.region.name)
    return parts


def approve_transfer(transfer: EnvelopeTransfer, *, by: User, at: datetime) -> None:
    """The other side agrees: the money moves, fund line by fund line, from what is available and nothing else.

    What the file voted stays as it is beside what was moved, so that loading the same file again changes nothing.

    Raises:
        RuleBroken: less is available by now, or the books of the programme are closed for the day.
    """
    with unit_of_work():
        transfer = queries.get_transfer(transfer.id)
        with transition(transfer, ENVELOPE_TRANSFER.approve, by=by, at=at) as step:
            source, target = transfer.source, transfer.target
            # one order for all, so that nobody waits in a circle
            for envelope in sorted((source, target), key=lambda one: one.id):
                db.session.refresh(envelope, ["version", "transferred_cents"], with_for_update={"of": Envelope})
            available = queries.lock_available([source, target])
            parts = _parts(source, target, transfer.amount, available)
            given, received = _move(source, parts, -1), _move(target, parts, 1)
            step.post(
                postings.transfer_approved(
                    given, received, reference=transfer.reference, source=source.code, target=target.code
                )
            )
            transfer.decided_at, transfer.decided_by_id, transfer.decided_by = at, by.id, by
            letters.write_to_proposer(step, transfer, "approve")
            _offer_to_queue(step, target)


def _move(envelope: Envelope, parts: dict[str, Money], sign: int) -> list[Share]:
    """Note on an envelope and its fund lines what came or went; the shares for the books."""
    shares = []
    for line in envelope.funds:
        part = parts.get(line.fund.line)
        if part is None:
            continue
        line.transferred_cents += sign * part.cents
        rules.ensure_voted_and_moved(line.amount, line.transferred)
        shares.append(Share(line.fund_id, line.fund.kind, part))
    envelope.transferred_cents += sign * sum(part.cents for part in parts.values())
    envelope.version += 1
    return shares


def _offer_to_queue(step: Step, envelope: Envelope) -> None:
    """The next in the queue, or on the reserve list, gets what has come."""
    if envelope.call.plan.allocation is Allocation.FIRST_COME or envelope.call.plan.has_reserve_list:
        step.enqueue("decisions.walk_queue", call_id=envelope.call_id, region_id=envelope.region_id)


def refuse_transfer(transfer: EnvelopeTransfer, answer: str, *, by: User, at: datetime) -> None:
    """The other side does not want it; nothing moves."""
    with unit_of_work():
        transfer = queries.get_transfer(transfer.id)
        with transition(transfer, ENVELOPE_TRANSFER.refuse, by=by, at=at, why=answer) as step:
            transfer.decided_at, transfer.decided_by_id, transfer.decided_by = at, by.id, by
            transfer.answer = answer
            letters.write_to_proposer(step, transfer, "refuse")


def withdraw_transfer(transfer: EnvelopeTransfer, answer: str, *, by: Any, at: datetime) -> None:
    """The proposer takes it back; nothing moves."""
    with unit_of_work():
        transfer = queries.get_transfer(transfer.id)
        with transition(transfer, ENVELOPE_TRANSFER.withdraw, by=by, at=at, why=answer or None) as step:
            transfer.answer = answer
            letters.write_to_deciders(step, transfer, "withdraw")
