"""At the end: a hold on a file, and the token of a region's finance system."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vouchers.agreements.queries import get_agreement
from vouchers.api.actions import issue_token
from vouchers.api.states import READING
from vouchers.demo.finance import texts
from vouchers.demo.plan import Story
from vouchers.retention.actions.holding import set_hold
from vouchers.users.states import Role

if TYPE_CHECKING:
    from vouchers.demo.walking import Walker


def keep_a_file(walker: Walker, *, at: datetime) -> None:
    """A file is on hold for a court."""
    if agreement_id := walker.agreements.get(Story.RECOVERY):
        reference, coordinator = (
            get_agreement(agreement_id).application.reference,
            walker.settled.staff[Role.COORDINATOR],
        )
        set_hold(walker.call.programme, reference, texts.COURT, by=coordinator, at=at)


def let_system_read(walker: Walker, *, at: datetime) -> None:
    """The finance system of the region reads the books and the payments for half a year."""
    if walker.bank is not None:
        region, officer, until = walker.bank.region, walker.bank.officer, at.date() + timedelta(days=180)
        issue_token(texts.SYSTEM, region, walker.call.programme.code, READING, until, by=officer, at=at)
