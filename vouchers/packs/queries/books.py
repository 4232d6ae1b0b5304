"""Journals of steps, and what the books came to under a seal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select, true

from vouchers.audit.merkle import WIDTH
from vouchers.audit.models import AuditEvent, AuditRun
from vouchers.core.database import db
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.digests import JOURNAL_FIELDS, Line, journal_bytes
from vouchers.ledger.models import Fund, Journal, JournalLine

_STEPS_AT_ONCE = 400


class JournalText(NamedTuple):
    """A journal as it was hashed, or as much of it as is covered."""

    content: str
    is_whole: bool
    moves_bank: bool


def list_fund_ids(programme: str | None, region: str | None) -> frozenset[int]:
    """The funds that are covered."""
    of = true() if programme is None else Fund.programme == programme
    where = true() if region is None else Fund.region == region
    return frozenset(db.session.scalars(select(Fund.id).where(of, where)))


def map_journals(step_ids: Sequence[str], fund_ids: frozenset[int]) -> dict[str, list[JournalText]]:
    """Step -> its journals in their order, as far as they touch these funds."""
    found: dict[str, list[JournalText]] = defaultdict(list)
    for start in range(0, len(step_ids), _STEPS_AT_ONCE):
        rows = _list_lines(step_ids[start : start + _STEPS_AT_ONCE])
        for _journal_id, of_journal in groupby(rows, key=lambda row: row.journal_id):
            lines = list(of_journal)
            covered = [row for row in lines if row.fund_id in fund_ids]
            if covered:
                content = journal_bytes(_Named(lines[0]), map(_line, covered)).decode()
                moves_bank = any(row.account == Account.BANK for row in covered)
                text = JournalText(content, len(covered) == len(lines), moves_bank)
                found[lines[0].journal_step_id].append(text)
    return found


def _list_lines(step_ids: Sequence[str]) -> Sequence[Any]:
    journals: list[Any] = [getattr(Journal, name).label(f"journal_{name}") for name in JOURNAL_FIELDS]
    return db.session.execute(
        select(
            *journals, JournalLine.fund_id, JournalLine.account, JournalLine.cents, JournalLine.voucher,
            Fund.programme, Fund.call, Fund.region, Fund.instrument, Fund.line, Fund.currency,
        )
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.step_id.in_(step_ids))
        .order_by(Journal.step_id, Journal.position, Journal.id)
    ).all()  # fmt: skip


class _Named:
    """A row's journal columns under their own names."""

    def __init__(self, row: Any) -> None:
        for name in JOURNAL_FIELDS:
            setattr(self, name, getattr(row, f"journal_{name}"))


def _code(row: Any) -> str:
    return "/".join((row.programme, row.call, row.region, row.instrument, row.line))


def _line(row: Any) -> Line:
    return _code(row), row.currency, row.account, row.cents, row.voucher


def list_balances(size: int, programme: str | None, region: str | None) -> Iterator[tuple[str, str, str, str, int]]:
    """Fund, currency, account, voucher (of a stage) and cents of all that was booked by the first `size` events."""
    is_stage = JournalLine.account.in_([stage.value for stage in STAGES])
    voucher = case((is_stage, JournalLine.voucher), else_="").label("voucher")
    keys = (Fund.programme, Fund.call, Fund.region, Fund.instrument, Fund.line, Fund.currency, JournalLine.account)
    rows = db.session.execute(
        select(*keys, voucher, func.sum(JournalLine.cents).label("cents"))
        .join(JournalLine, JournalLine.fund_id == Fund.id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(AuditEvent, AuditEvent.step_id == Journal.step_id)
        .join(AuditRun, _holds_event())
        .where(AuditRun.first_position < size)  # a seal ends where a run ends
        .where(true() if programme is None else Fund.programme == programme)
        .where(true() if region is None else Fund.region == region)
        .group_by(*keys, voucher)
        .having(func.sum(JournalLine.cents) != 0)
        .order_by(*keys, voucher)
        .execution_options(yield_per=2_000)
    )
    for row in rows:
        yield _code(row), row.currency, row.account, row.voucher, int(row.cents)


def _holds_event() -> ColumnElement[bool]:
    return (
        (AuditRun.first_event_id <= AuditEvent.id)
        & (AuditRun.first_event_id > AuditEvent.id - WIDTH)
        & (AuditEvent.id < AuditRun.first_event_id + AuditRun.size)
    )
