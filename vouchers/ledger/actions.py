"""Posting: the only way into the books. Called by `workflow.transition`, so that no journal lacks its step."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError

from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.ledger import queries
from vouchers.ledger.chart import FundKind
from vouchers.ledger.digests import JOURNAL_FIELDS, Line, journal_digest
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.models import JOURNAL_IDS, Fund, Journal, JournalLine

FEES, BANK = "FEES", "BANK"
"""The lines of a region's own funds, which stand in no budget: fees and interest; what its bank moves by itself."""
_REFUSALS = {
    "not_overdrawn": _("There is not enough money left for this step. Nothing was changed."),
    "receipt is known": _("Money with this reference was recorded before, so nothing was recorded a second time."),
    "period is closed": _("The accounting period of this day is closed. Choose a later day."),
}


def post(
    draft: JournalDraft,
    *,
    step_id: str,
    position: int,
    at: datetime,
    on: date,
    tag: str,
    subject_kind: str,
    subject_id: int,
    is_belated: bool = False,
) -> tuple[int, str]:
    """Store a journal; returns its id and its digest, which the step's event carries.

    Args:
        on: the day of the step; the journal's own where the draft names none.
        is_belated: whether what belongs into a closed period is booked on the day of the step, as its correction.

    Raises:
        RuleBroken: a budget stage would be overdrawn, the day is in a closed period, or the money was booked before.
    """
    day, corrects_on = _day_of(draft, on, is_belated=is_belated)
    journal = Journal(
        id=_next_journal_id(),
        step_id=step_id,
        position=position,
        at=at,
        on=day,
        tag=tag,
        event=draft.event,
        subject_kind=subject_kind,
        subject_id=subject_id,
        reference=draft.reference,
        narrative=draft.narrative,
        reverses_id=draft.reverses_id,
        corrects_on=corrects_on,
    )
    lines = [
        {
            "journal_id": journal.id,
            "fund_id": move.fund_id,
            "account": move.account.value,
            "cents": move.amount.cents,
            "voucher": move.voucher,
        }
        for move in draft.moves
    ]
    try:
        db.session.execute(insert(JournalLine), lines)
        db.session.execute(insert(Journal).values({name: getattr(journal, name) for name in JOURNAL_FIELDS}))
    except DBAPIError as problem:
        for sign, sentence in _REFUSALS.items():
            if sign in str(problem.orig):
                raise RuleBroken(sentence) from problem
        raise
    return journal.id, journal_digest(journal, map(_line, draft.moves))


def _day_of(draft: JournalDraft, today: date, *, is_belated: bool) -> tuple[date, date | None]:
    """The accounting day, and the day in a closed period that is corrected on it. No day is closed before its end."""
    day = draft.on or today
    if day >= today:
        return day, None
    closed_through = queries.find_closed_day_of(sorted({move.fund_id for move in draft.moves}))
    if closed_through is None or day > closed_through:
        return day, None
    if is_belated:
        return today, day
    raise RuleBroken(_("The books are closed through %(day)s. Choose a later day.", day=closed_through), field="on")


def fund_of_fees(programme: str, region: str, currency: str) -> Fund:
    """The fund of a region that carries experts' fees, and interest on recoveries; made when first used."""
    return _own_fund(programme, region, currency, FEES)


def fund_of_bank(programme: str, region: str, currency: str) -> Fund:
    """The fund of a region that carries what its bank moves by itself (charges, suspense); made when first used."""
    return _own_fund(programme, region, currency, BANK)


def _own_fund(programme: str, region: str, currency: str, line: str) -> Fund:
    """A fund of a region that stands in no budget, so that its appropriation is nothing.

    Its call is ``*``, so that no budget of a call is ever split over it.
    """
    key = {"programme": programme, "call": "*", "region": region, "instrument": "*", "line": line}
    values = key | {"kind": FundKind.OWN, "rate": 1, "currency": currency}
    insert_new = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    db.session.execute(insert_new(Fund).values(values).on_conflict_do_nothing())
    return db.session.scalars(select(Fund).filter_by(**key)).one()


def _line(move: Move) -> Line:
    fund = db.session.get_one(Fund, move.fund_id)
    return fund.code, fund.currency, move.account.value, move.amount.cents, move.voucher


def _next_journal_id() -> int:
    if db.engine.dialect.name == "postgresql":
        return int(db.session.scalar(select(JOURNAL_IDS.next_value())) or 0)
    return int(db.session.scalar(select(func.coalesce(func.max(Journal.id), 0))) or 0) + 1
