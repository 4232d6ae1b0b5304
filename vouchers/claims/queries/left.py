"""What was left on a voucher before a claim was accepted."""

from __future__ import annotations

from sqlalchemy import func, select

from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal, JournalLine


def left_before(claim: Claim) -> Money:
    """What was committed to its voucher as an accepted claim was authorised, by the journals before its own."""
    own = select(func.min(Journal.id)).where(
        Journal.subject_kind == "claim", Journal.subject_id == claim.id, Journal.tag == CLAIM.authorise.tag
    )
    booked = select(func.sum(JournalLine.cents)).where(
        JournalLine.voucher == claim.agreement.application.reference,
        JournalLine.account == Account.COMMITTED.value,
        JournalLine.journal_id < own.scalar_subquery(),
    )
    return Money(abs(int(db.session.scalar(booked) or 0)), claim.currency)
