"""A small office for the tests of the books: one budget with two funders, and a way to post single events."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from vouchers.audit.actions import record_event
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import EUR, Money
from vouchers.ledger import actions, queries
from vouchers.ledger.chart import FundKind
from vouchers.ledger.digests import step_digest
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.models import Fund
from vouchers.ledger.proof import list_faults
from vouchers.ledger.recipes import Share, appropriate

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def open_funds(
    region: str = "BE-WAL", *, rates: tuple[str, ...] = ("0.6", "0.4"), programme: str = "IN2"
) -> list[Fund]:
    """The funder's line is prefinanced, the others are the region's own."""
    funds = [
        Fund(
            programme=programme, call="2026-COLLAB", region=region, instrument="*", rate=Decimal(rate),
            line="ERDF" if position == 0 else f"REGION{position}",
            kind=FundKind.PREFINANCED if position == 0 else FundKind.OWN,
        )
        for position, rate in enumerate(rates)
    ]  # fmt: skip
    with unit_of_work():
        db.session.add_all(funds)
    return funds


def budget(amount: str, funds: list[Fund]) -> None:
    post(appropriate(shares(funds, amount), reference="BUD-1", narrative="Budget line voted"))


def shares(funds: list[Fund], amount: str | Money) -> list[Share]:
    return queries.shares_of(funds, EUR(amount) if isinstance(amount, str) else amount)


def post(*drafts: JournalDraft, on: date | None = None) -> list[int]:
    """Post these in one unit of work, as a step would."""
    step_id = uuid4().hex
    with unit_of_work():
        posted = [
            actions.post(
                draft, step_id=step_id, position=position, at=AT, on=on or AT.date(), tag="test.post",
                subject_kind="test", subject_id=1,
            )
            for position, draft in enumerate(drafts, start=1)
        ]  # fmt: skip
        record_event(
            step_id=step_id, unit_id=step_id, at=AT, actor_id=None, tag="test.post", subject_kind="test", subject_id=1,
            scope="-/-", body={}, journals_hash=step_digest([digest for _id, digest in posted]),
        )  # fmt: skip
    return [journal_id for journal_id, _digest in posted]


def books_are_proved() -> bool:
    """No fault; stages add up to the appropriation; the budget has no negative stage. These books are written by
    themselves, so the registers above them (of recoveries, of advances) are empty and have no say."""
    db.session.rollback()
    stages = queries.stages()
    appropriated = stages.pop("B100")
    faults = [fault for fault in list_faults() if "by the register" not in fault]
    return not faults and sum(stages.values()) == appropriated and min(stages.values()) >= 0
