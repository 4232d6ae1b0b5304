"""Proving the books: each journal balances, the stages kept are the stages booked, and all of it is what was sealed.

The record holds a hash of what each step booked (`digests`), so that not even the database's owner can rewrite a
journal, its lines and the stages together without a fault here or in ``audit verify``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.chart import STAGES
from vouchers.ledger.digests import JOURNAL_FIELDS, Line, journal_digest, step_digest
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance


def list_faults() -> Iterator[str]:
    """Prove the books; yields a line for each thing that is wrong."""
    yield from _faults_of_balance()
    yield from _faults_of_wholeness()
    yield from _faults_of_stages()
    yield from _faults_of_the_tie()


def _faults_of_balance() -> Iterator[str]:
    unbalanced = (
        select(JournalLine.journal_id, Fund.line, func.sum(JournalLine.cents))
        .join(Fund, Fund.id == JournalLine.fund_id)
        .group_by(JournalLine.journal_id, JournalLine.fund_id, Fund.line, JournalLine.account.like("B%"))
        .having(func.sum(JournalLine.cents) != 0)
        .order_by(JournalLine.journal_id)
    )
    for journal_id, line, cents in db.session.execute(unbalanced):
        yield f"journal {journal_id}: fund line {line} is out of balance by {Money(int(cents)).plain}"


def _faults_of_wholeness() -> Iterator[str]:
    orphans = (
        select(JournalLine.id).outerjoin(Journal, Journal.id == JournalLine.journal_id).where(Journal.id.is_(None))
    )
    for (line_id,) in db.session.execute(orphans):
        yield f"line {line_id}: its journal is missing"
    empty = (
        select(Journal.id).outerjoin(JournalLine, JournalLine.journal_id == Journal.id).where(JournalLine.id.is_(None))
    )
    for (journal_id,) in db.session.execute(empty):
        yield f"journal {journal_id}: it has no lines"


def _faults_of_stages() -> Iterator[str]:
    booked = (
        select(JournalLine.fund_id, JournalLine.account, JournalLine.voucher, func.sum(JournalLine.cents))
        .where(JournalLine.account.in_([stage.value for stage in STAGES]))
        .group_by(JournalLine.fund_id, JournalLine.account, JournalLine.voucher)
    )
    expected = {(fund, account, voucher): int(cents) for fund, account, voucher, cents in db.session.execute(booked)}
    kept = {
        (row.fund_id, row.account, row.voucher): row.cents
        for row in db.session.execute(
            select(StageBalance.fund_id, StageBalance.account, StageBalance.voucher, StageBalance.cents)
        )
    }
    for key in sorted(expected.keys() | kept.keys()):
        fund, account, voucher = key
        if expected.get(key, 0) != kept.get(key, 0):
            yield f"fund {fund}, stage {account}, voucher {voucher or '-'}: the balance kept is not what was booked"
        if expected.get(key, 0) < 0:
            yield f"fund {fund}, stage {account}, voucher {voucher or '-'}: overdrawn"


def _faults_of_the_tie() -> Iterator[str]:
    """Step by step: what is booked against what its event says was booked."""
    journals: list[Any] = [getattr(Journal, name).label(f"journal_{name}") for name in JOURNAL_FIELDS]
    rows = db.session.execute(
        select(
            *journals, AuditEvent.id.label("event_id"), AuditEvent.journals_hash,
            Fund.programme, Fund.call, Fund.region, Fund.instrument, Fund.line, Fund.currency,
            JournalLine.account, JournalLine.cents, JournalLine.voucher,
        )
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .outerjoin(AuditEvent, AuditEvent.step_id == Journal.step_id)
        .order_by(Journal.step_id, Journal.position, Journal.id)
        .execution_options(yield_per=2_000)
    )  # fmt: skip
    for _step_id, of_step in groupby(rows, key=lambda row: row.journal_step_id):
        yield from _faults_of_step(of_step)
    bare = (
        select(AuditEvent.id)
        .outerjoin(Journal, Journal.step_id == AuditEvent.step_id)
        .where(AuditEvent.journals_hash != "", Journal.id.is_(None))
        .order_by(AuditEvent.id)
    )
    for (event_id,) in db.session.execute(bare):
        yield f"event {event_id}: what its step booked is missing"


def _faults_of_step(rows: Iterator[Any]) -> Iterator[str]:
    digests, ids, first = [], [], None
    for journal_id, of_journal in groupby(rows, key=lambda row: row.journal_id):
        lines = list(of_journal)
        first = first or lines[0]
        ids.append(str(journal_id))
        digests.append(journal_digest(_Named(lines[0]), map(_line, lines)))
    named = f"journal {', '.join(ids)}"
    if first is None or first.event_id is None:
        yield f"{named}: no step of the record booked it"
    elif step_digest(digests) != first.journals_hash:
        yield f"{named}: it is not what event {first.event_id} recorded"


class _Named:
    """A row's journal columns under their own names."""

    def __init__(self, row: Any) -> None:
        for name in JOURNAL_FIELDS:
            setattr(self, name, getattr(row, f"journal_{name}"))


def _line(row: Any) -> Line:
    code = "/".join((row.programme, row.call, row.region, row.instrument, row.line))
    return code, row.currency, row.account, row.cents, row.voucher
