"""Reading the books: balances, stages, and what a voucher's money is doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select, text

from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, next_step, total
from vouchers.core.text import say as _
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.digests import PeriodSum
from vouchers.ledger.drafts import Move
from vouchers.ledger.models import ClosedPeriod, Fund, Journal, JournalLine, StageBalance
from vouchers.ledger.recipes import Share


def list_funds(*, programme: str, call: str, region: str, instrument: str) -> list[Fund]:
    """The funds that carry this instrument in this region: its own, else those of all (``*``)."""
    found = db.session.scalars(
        select(Fund)
        .where(Fund.programme == programme, Fund.call == call, Fund.region == region)
        .where(Fund.instrument.in_((instrument, "*")))
        .order_by(Fund.id)
    ).all()
    own = [fund for fund in found if fund.instrument == instrument]
    return own or list(found)


def shares_of(funds: Sequence[Fund], amount: Money) -> list[Share]:
    """The amount split over the funds by their rates, to the cent."""
    parts = amount.split([fund.rate for fund in funds])
    return [Share(fund.id, fund.kind, part) for fund, part in zip(funds, parts, strict=True)]


def shares_on_stage(voucher: str, stage: Account) -> list[Share]:
    """All that stands on this stage for this voucher, fund by fund."""
    rows = db.session.execute(
        select(Fund, StageBalance.cents)
        .join(StageBalance, StageBalance.fund_id == Fund.id)
        .where(StageBalance.voucher == voucher, StageBalance.account == stage.value, StageBalance.cents > 0)
        .order_by(Fund.id)
    ).all()
    return [Share(fund.id, fund.kind, Money(cents, fund.currency)) for fund, cents in rows]


def shares_to_release(voucher: str) -> list[Share]:
    """What is committed on a voucher and becomes available when it ends, fund by fund: all but what was paid ahead and
    nothing has settled, for that money is out until it comes back."""
    ahead: dict[int, int] = {
        fund_id: int(cents)
        for fund_id, cents in db.session.execute(
            select(JournalLine.fund_id, func.sum(JournalLine.cents))
            .where(JournalLine.account == Account.ADVANCES_PAID.value, JournalLine.voucher == voucher)
            .group_by(JournalLine.fund_id)
        )
    }
    rest = ((one, one.amount.cents - ahead.get(one.fund_id, 0)) for one in shares_on_stage(voucher, Account.COMMITTED))
    return [Share(one.fund_id, one.kind, Money(cents, one.amount.currency)) for one, cents in rest if cents > 0]


def next_shares(
    voucher: str, instalment: Money, *, within: Sequence[Share] | None = None, after: Sequence[Share] = ()
) -> list[Share]:
    """How an accepted instalment is carried by the voucher's funds: within what is committed on each, and all exactly.

    Args:
        within: the most that each fund may carry of it; then as much as they may is carried, and no more.
        after: what the funds carry before it, in the same step.

    Raises:
        RuleBroken: more than what is left on the voucher.
    """
    rows = db.session.execute(
        select(Fund, StageBalance.account, StageBalance.cents)
        .join(StageBalance, StageBalance.fund_id == Fund.id)
        .where(StageBalance.voucher == voucher)
        .order_by(Fund.id)
    ).all()
    funds = {fund.id: fund for fund, *_rest in rows}
    used: dict[int, int] = defaultdict(int)
    left: dict[int, int] = defaultdict(int)
    for fund, account, cents in rows:
        if account in (Account.ACCEPTED, Account.PAID):
            used[fund.id] += cents
        elif account == Account.COMMITTED:
            left[fund.id] += cents
    for share in after:
        used[share.fund_id] += share.amount.cents
        left[share.fund_id] -= share.amount.cents
    if within is not None:
        most = {share.fund_id: share.amount.cents for share in within}
        left = defaultdict(int, {fund_id: min(cents, most.get(fund_id, 0)) for fund_id, cents in left.items()})
        instalment = min(instalment, Money(sum(left.values()), instalment.currency))
    before = [Money(used[fund_id], fund.currency) for fund_id, fund in funds.items()]
    room = [Money(left[fund_id], fund.currency) for fund_id, fund in funds.items()]
    if instalment.cents > sum(left.values()):
        raise RuleBroken(_("This is more than what is left on the voucher: %(left)s.", left=total(room)))
    parts = next_step(before, instalment, [fund.rate for fund in funds.values()], room)
    shares = zip(funds.values(), parts, strict=True)
    return [Share(fund.id, fund.kind, part) for fund, part in shares if part]


def find_last_journal(subject_kind: str, subject_id: int, event: str) -> tuple[int, list[Move]] | None:
    """The last journal of an event that a subject's steps booked, and its lines."""
    found = select(Journal.id).where(
        Journal.subject_kind == subject_kind, Journal.subject_id == subject_id, Journal.event == event
    )
    journal_id = db.session.scalar(found.order_by(Journal.id.desc()).limit(1))
    if journal_id is None:
        return None
    return journal_id, list_moves(journal_id)


def list_moves(journal_id: int) -> list[Move]:
    """The lines of a journal, as its draft had them."""
    lines = select(JournalLine, Fund.currency).join(Fund, Fund.id == JournalLine.fund_id)
    rows = db.session.execute(lines.where(JournalLine.journal_id == journal_id).order_by(JournalLine.id))
    return [
        Move(Account(line.account), line.fund_id, Money(line.cents, currency), line.voucher) for line, currency in rows
    ]


def total_on_stage(funds: Sequence[Fund], stage: Account) -> Money:
    """What stands on a stage of these funds together."""
    cents = db.session.scalar(
        select(func.coalesce(func.sum(StageBalance.cents), 0)).where(
            StageBalance.fund_id.in_([fund.id for fund in funds]), StageBalance.account == stage.value
        )
    )
    return Money(int(cents or 0), funds[0].currency if funds else "EUR")


def left_on_voucher(voucher: str) -> Money:
    """What is committed to a voucher and not yet used by an accepted claim."""
    return total([share.amount for share in shares_on_stage(voucher, Account.COMMITTED)])


def within(
    statement: Select[Any],
    *,
    programme: str | None = None,
    region: str | None = None,
    regions: Sequence[str] | None = None,
    call: str | None = None,
    instrument: str | None = None,
) -> Select[Any]:
    """Narrow a statement that has `Fund` in it."""
    if programme:
        statement = statement.where(Fund.programme == programme)
    if region:
        statement = statement.where(Fund.region == region)
    if regions is not None:
        statement = statement.where(Fund.region.in_(regions))
    if call:
        statement = statement.where(Fund.call == call)
    if instrument:
        statement = statement.where(Fund.instrument == instrument)
    return statement


def list_codes(kind: str) -> list[str]:
    """The codes of every ``programme``, ``region``, ``call``, ``instrument`` or ``fund_line`` that has a fund, or each
    ``event``."""
    columns = {
        "programme": Fund.programme,
        "region": Fund.region,
        "call": Fund.call,
        "instrument": Fund.instrument,
        "fund_line": Fund.line,
        "event": Journal.event,
    }
    return list(db.session.scalars(select(columns[kind]).distinct().order_by(columns[kind])))


def trial_balance(**narrowed: str | None) -> dict[str, int]:
    """Account -> debit minus credit in cents; `narrowed` as in `within`. Accounts that were never used are left out."""
    statement: Any = select(JournalLine.account, func.sum(JournalLine.cents)).join(Fund, Fund.id == JournalLine.fund_id)
    narrowed_to = within(statement, **narrowed).group_by(JournalLine.account).order_by(JournalLine.account)
    return {account: int(cents) for account, cents in db.session.execute(narrowed_to)}


def trial_balances(**narrowed: str | None) -> dict[str, dict[str, int]]:
    """Currency -> account -> debit minus credit in cents: amounts of two currencies never add up."""
    statement: Any = (
        select(Fund.currency, JournalLine.account, func.sum(JournalLine.cents))
        .select_from(JournalLine)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .group_by(Fund.currency, JournalLine.account)
        .order_by(Fund.currency, JournalLine.account)
    )
    found: dict[str, dict[str, int]] = {}
    for currency, account, cents in db.session.execute(within(statement, **narrowed)):
        found.setdefault(currency, {})[account] = int(cents)
    return found


def stages(**narrowed: str | None) -> dict[str, int]:
    """Stage -> cents, every stage named; with ``B100`` for the appropriation (positive)."""
    balance = trial_balance(**narrowed)
    answer = {stage.value: balance.get(stage.value, 0) for stage in STAGES}
    return {Account.APPROPRIATION.value: -balance.get(Account.APPROPRIATION.value, 0), **answer}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in the books."""

    journals: int
    lines: int
    funds: int


def size_of_books() -> Size:
    """How many journals, lines and funds there are."""
    return Size(*(db.session.scalar(select(func.count(kind.id))) or 0 for kind in (Journal, JournalLine, Fund)))


# Periods ------------------------------------------------------------------------------------------------------------

BOOKS_LOCK = 72629163
"""Postings share it, by programme; a closing holds it alone (the trigger ``journal_balances`` takes it too)."""


def find_closed_day_of(fund_ids: Sequence[int]) -> date | None:
    """The last day that is closed for one of these funds."""
    covers = (ClosedPeriod.programme == Fund.programme) & or_(
        ClosedPeriod.region == "*", ClosedPeriod.region == Fund.region
    )
    found = select(func.max(ClosedPeriod.through_on)).join(Fund, covers).where(Fund.id.in_(fund_ids))
    return db.session.scalar(found)


def find_closed_day(programme: str, region: str = "*") -> date | None:
    """The day through which the books of a programme (``*``), or of one region of it, are closed."""
    regions = {"*", region}
    return db.session.scalar(
        select(func.max(ClosedPeriod.through_on)).where(
            ClosedPeriod.programme == programme, ClosedPeriod.region.in_(regions)
        )
    )


def lock_books(programme: str) -> None:
    """Wait for the postings under way in a programme, and hold off others until the unit of work ends.

    SQLite has one writer at a time, which this unit of work is.
    """
    if db.engine.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:books, hashtext(:programme))")
        db.session.execute(lock, {"books": BOOKS_LOCK, "programme": programme})


def sum_period(programme: str, region: str, first_on: date | None, through_on: date) -> list[PeriodSum]:
    """What was booked on each account of each fund from one day through another."""
    statement = (
        select(Fund, JournalLine.account, func.sum(JournalLine.cents), func.count(JournalLine.id))
        .select_from(JournalLine)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Fund.programme == programme, Journal.on <= through_on)
        .group_by(Fund.id, JournalLine.account)
    )
    if region != "*":
        statement = statement.where(Fund.region == region)
    if first_on is not None:
        statement = statement.where(Journal.on >= first_on)
    return [
        (fund.code, fund.currency, account, int(cents), int(count))
        for fund, account, cents, count in db.session.execute(statement)
    ]
