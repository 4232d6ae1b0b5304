"""The money of calls: envelopes voted and raised, money received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vouchers.core import clock
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.chart import FundKind
from vouchers.ledger.models import Fund
from vouchers.ledger.queries import list_moves
from vouchers.ledger.recipes import Share
from vouchers.programmes import postings, queries
from vouchers.programmes.lifecycle import ENVELOPE
from vouchers.programmes.models import Call, Envelope, EnvelopeFund
from vouchers.programmes.rules import plan as plans
from vouchers.programmes.rules.changes import (
    ensure_only_more,
)
from vouchers.programmes.rules.fund_shares import lines_of
from vouchers.programmes.rules.receipts import ensure_receipt_fits, tidy_reference
from vouchers.regions.models import Region
from vouchers.workflow.transition import creation, transition


def appropriate_envelope(
    call: Call,
    region: Region,
    wanted: plans.Envelope,
    fund_lines: Sequence[plans.FundLine],
    *,
    by: Any,
    at: datetime,
) -> Envelope:
    """Vote a region's money for a call: one ledger fund per fund line, each with its exact share, available at once."""
    envelope = Envelope(
        call=call,
        region=region,
        instrument_code=wanted.instrument or "*",
        amount_cents=wanted.amount.cents,
        currency=wanted.amount.currency,
    )
    with creation(envelope, ENVELOPE.appropriate, by=by, at=at) as step:
        parts = [
            EnvelopeFund(envelope_id=envelope.id, fund=_fund(envelope, line), amount_cents=share.cents)
            for line, (_code, share) in zip(lines_of(wanted, fund_lines), wanted.shares, strict=True)
        ]
        db.session.add_all(parts)
        db.session.flush()
        step.post(
            postings.envelope_appropriated(
                [
                    Share(part.fund_id, part.fund.kind, share)
                    for part, (_code, share) in zip(parts, wanted.shares, strict=True)
                ],
                reference=envelope.code,
                region=region.plain_name,
                on=clock.office_day(min(at, call.opens_at)),  # a call never opens on money that is not voted
            )
        )
        return envelope


def _fund(envelope: Envelope, line: plans.FundLine) -> Fund:
    return Fund(
        programme=envelope.call.programme.code,
        call=envelope.call.code,
        region=envelope.region.code,
        instrument=envelope.instrument_code,
        line=line.code,
        kind=FundKind(line.kind.value),
        rate=line.rate,
        currency=envelope.currency,
    )


def increase_envelope(envelope: Envelope, wanted: plans.Envelope, *, by: Any, at: datetime) -> None:
    """Vote more money for an envelope: each fund line grows to its new share."""
    with transition(envelope, ENVELOPE.increase, by=by, at=at) as step:
        ensure_only_more(envelope.code, envelope.amount, wanted.amount)
        shares = []
        for part, (_code, share) in zip(envelope.funds, wanted.shares, strict=True):
            more = ensure_only_more(envelope.code, part.amount, share)
            shares.append(Share(part.fund_id, part.fund.kind, more))
            part.amount_cents = share.cents
        envelope.amount = wanted.amount
        step.post(postings.envelope_increased(shares, reference=envelope.code, region=envelope.region.plain_name))


def record_received_funds(
    envelope: Envelope,
    line: str,
    amount: Money,
    *,
    on: date,
    reference: str,
    as_correction: bool = False,
    by: Any,
    at: datetime,
) -> int:
    """Book a funder's money that arrived at the bank: against the advance, or against what the funder owes.

    Returns the journal.

    Args:
        line: code of the fund line (``ERDF``).
        on: the day on the bank statement.
        as_correction: whether it is booked today, as a correction, where the period of that day is closed.
        reference: what the bank statement says; the same money cannot be recorded twice, however it is typed.
    """
    reference = tidy_reference(reference)
    with transition(envelope, ENVELOPE.receive_funds, by=by, at=at) as step:
        part = next((part for part in envelope.funds if part.fund.line == line), None)
        if part is None:
            raise RuleBroken(_("Choose one of the fund lines."), field="line")
        ensure_receipt_fits(
            amount,
            on=on,
            today=clock.day_in(envelope.region.time_zone, at),
            first_day=queries.find_first_day(envelope.call.programme),
            appropriated=part.amount + part.transferred,
            received=queries.total_received(part.fund),
            is_known=queries.is_receipt_known(part.fund, reference),
        )
        share = Share(part.fund_id, part.fund.kind, amount)
        return step.post(
            postings.funds_received(share, reference=reference, line=part.fund.code, on=on), is_belated=as_correction
        )


def undo_received_funds(envelope: Envelope, journal_id: int, *, on: date, reason: str, by: Any, at: datetime) -> None:
    """Money booked as a funder's was not: the mirror image is booked on the same day, today where that is closed.

    Args:
        on: the day of that journal.
    """
    with transition(envelope, ENVELOPE.undo_receipt, by=by, at=at, why=reason) as step:
        moves = list_moves(journal_id)
        step.post(
            postings.funds_taken_back(journal_id, moves, reference=envelope.code, reason=reason, on=on),
            is_belated=True,
        )
