"""Journals of steps, and what the books came to under a seal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from vouchers.audit.merkle import WIDTH
from vouchers.audit.models import AuditEvent, AuditRun
from vouchers.core.database import db
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.digests import JOURNAL_FIELDS, Line, journal_bytes
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.packs.rules import Cover

_STEPS_AT_ONCE = 400


class JournalText(NamedTuple):
    """A journal as it was hashed, or as much of it as is covered."""

    id: int
    content: str
    is_whole: bool
    """Whether all is here that its step booked."""
    moves_bank: bool


def list_fund_ids(cover: Cover) -> frozenset[int]:
    """The funds that are covered."""
    return frozenset(db.session.scalars(select(Fund.id).where(_of_funds(cover))))


def _of_funds(cover: Cover) -> ColumnElement[bool]:
    of = true() if cover.programme is None else Fund.programme == cover.programme
    return and_(of, Fund.region.in_(cover.regions)) if cover.regions else of


def map_journals(step_ids: Sequence[str], cover: Cover, fund_ids: frozenset[int]) -> dict[str, list[JournalText]]:
    """Step -> its journals in their order, as far as they touch these funds on days that are covered."""
    found: dict[str, list[JournalText]] = {}
    for start in range(0, len(step_ids), _STEPS_AT_ONCE):
        rows = _list_lines(step_ids[start : start + _STEPS_AT_ONCE])
        for step_id, of_step in groupby(rows, key=lambda row: row.journal_step_id):
            if texts := _texts(list(of_step), cover, fund_ids):
                found[step_id] = texts
    return found


def _texts(rows: Sequence[Any], cover: Cover, fund_ids: frozenset[int]) -> list[JournalText]:
    by_journal: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row.fund_id in fund_ids and cover.covers_day(row.journal_on):
            by_journal[row.journal_id].append(row)
    is_whole = sum(map(len, by_journal.values())) == len(rows)
    return [
        JournalText(
            lines[0].journal_id,
            journal_bytes(_Named(lines[0]), map(_line, lines)).decode(),
            is_whole,
            any(row.account == Account.BANK for row in lines),
        )
        for lines in by_journal.values()
    ]


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


def list_opening(first: int, end: int, cover: Cover) -> Iterator[tuple[str, str, str, str, int]]:
    """What stood before all that the pack holds: fund, currency, account, voucher (of a stage), cents.

    That is what was booked by the first events of the tree, and by later ones for days before the period.
    """
    is_before = AuditRun.first_position < first
    if cover.first_on is not None:
        is_before = or_(is_before, Journal.on < cover.first_on)
    return _list_balances(end, cover, is_before)


def list_closing(end: int, cover: Cover) -> Iterator[tuple[str, str, str, str, int]]:
    """What stands at the end of the period, of all that the first `end` events booked."""
    return _list_balances(end, cover, true())


def list_stages(end: int, cover: Cover) -> Iterator[tuple[str, str, str, int]]:
    """Voucher, currency, stage and cents of every voucher, in the order of the vouchers."""
    keys = (JournalLine.voucher, Fund.currency, JournalLine.account)
    is_stage = JournalLine.account.in_([stage.value for stage in STAGES])
    for row in _summed(keys, end, cover, and_(is_stage, JournalLine.voucher != "")):
        yield row.voucher, row.currency, row.account, int(row.cents)


def _list_balances(end: int, cover: Cover, which: ColumnElement[bool]) -> Iterator[tuple[str, str, str, str, int]]:
    is_stage = JournalLine.account.in_([stage.value for stage in STAGES])
    voucher = case((is_stage, JournalLine.voucher), else_="").label("voucher")
    fund = (Fund.programme, Fund.call, Fund.region, Fund.instrument, Fund.line, Fund.currency)
    for row in _summed((*fund, JournalLine.account, voucher), end, cover, which):
        yield _code(row), row.currency, row.account, row.voucher, int(row.cents)


def _summed(keys: Sequence[Any], end: int, cover: Cover, which: ColumnElement[bool]) -> Iterator[Any]:
    """Sums by these columns, other than zero, of what the first `end` events booked up to the end of the period."""
    found = (
        select(*keys, func.sum(JournalLine.cents).label("cents"))
        .select_from(JournalLine)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(AuditEvent, AuditEvent.step_id == Journal.step_id)
        .join(AuditRun, holds_event())
        .where(AuditRun.first_position < end)  # a seal ends where a run ends
        .where(which, _of_funds(cover))
        .where(true() if cover.last_on is None else Journal.on <= cover.last_on)
        .group_by(*keys)
        .having(func.sum(JournalLine.cents) != 0)
        .order_by(*keys)
    )
    return iter(db.session.execute(found.execution_options(yield_per=2_000)))


def holds_event() -> ColumnElement[bool]:
    """Whether a run of the tree holds an event."""
    return and_(
        AuditRun.first_event_id <= AuditEvent.id,
        AuditRun.first_event_id > AuditEvent.id - WIDTH,
        AuditEvent.id < AuditRun.first_event_id + AuditRun.size,
    )
