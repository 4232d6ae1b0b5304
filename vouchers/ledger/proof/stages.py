"""The stages of the budget: what is kept for each fund and voucher is what was booked, and none is overdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all

from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.chart import STAGES
from vouchers.ledger.models import JournalLine, StageBalance
from vouchers.ledger.proof.faults import Fault


def faults_of_stages() -> Iterator[Fault]:
    """Added up and compared by the database; only what is wrong comes here."""
    nothing = literal(0)
    line, kept = JournalLine, StageBalance
    both = union_all(
        select(line.fund_id, line.account, line.voucher, line.cents.label("booked"), nothing.label("kept")).where(
            line.account.in_([stage.value for stage in STAGES])
        ),
        select(kept.fund_id, kept.account, kept.voucher, nothing, kept.cents),
    ).subquery()
    booked, standing = func.sum(both.c.booked), func.sum(both.c.kept)
    wrong: Any = (
        select(both.c.fund_id, both.c.account, both.c.voucher, booked, standing)
        .group_by(both.c.fund_id, both.c.account, both.c.voucher)
        .having(or_(booked != standing, booked < 0))
        .order_by(both.c.fund_id, both.c.account, both.c.voucher)
    )
    for fund_id, account, voucher, booked_cents, kept_cents in db.session.execute(wrong).all():
        named = f"fund {fund_id}, stage {account}, voucher {voucher or '-'}"
        line_id, journal_id = line_below_nothing(fund_id, account, voucher)
        if booked_cents != kept_cents:
            yield Fault(f"{named}: the balance kept is not what was booked")
        if booked_cents < 0:
            sentence = (
                f"{named}: overdrawn by {Money(-int(booked_cents)).plain}, by line {line_id} of journal {journal_id}"
            )
            yield Fault(sentence, line_id, journal_id)


def line_below_nothing(fund_id: int, account: str, voucher: str) -> tuple[int | None, int | None]:
    """The line after which an account of a voucher was below nothing and stayed there, and its journal."""
    rows = db.session.execute(
        select(JournalLine.id, JournalLine.journal_id, JournalLine.cents)
        .where(JournalLine.fund_id == fund_id, JournalLine.account == account, JournalLine.voucher == voucher)
        .order_by(JournalLine.journal_id, JournalLine.id)
        .execution_options(yield_per=2_000)
    )
    standing = 0
    found: tuple[int | None, int | None] = (None, None)
    for line_id, journal_id, cents in rows:
        was_below, standing = standing < 0, standing + cents
        if standing < 0 and not was_below:
            found = line_id, journal_id
    return found
