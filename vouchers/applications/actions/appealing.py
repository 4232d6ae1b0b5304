"""The office's steps after an appeal, taken by the later packages inside their own units of work."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.actions.queueing import promise_walk
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.core.money import Money
from vouchers.organisations.states import Size
from vouchers.programmes.rules.digest import as_json
from vouchers.workflow.transition import OFFICE, transition


def reinstate_application(application: Application, *, size: Size | None, at: datetime, why: str) -> None:
    """It meets the rules after all; `size` as at the formal check."""
    with transition(application, APPLICATION.reinstate, by=OFFICE, at=at, why=why) as step:
        application.size, application.decided_at = size, None
        promise_walk(step, application)


def reopen_application(application: Application, *, at: datetime, why: str) -> None:
    """It was rejected, and is on the list again."""
    with transition(application, APPLICATION.reopen, by=OFFICE, at=at, why=why):
        application.decided_at = None


def mark_again_application(application: Application, *, at: datetime, why: str) -> None:
    """Its marks fell; other experts mark it."""
    with transition(application, APPLICATION.mark_again, by=OFFICE, at=at, why=why):
        application.score, application.decided_at = None, None


def award_on_appeal_application(application: Application, amount: Money, *, at: datetime, why: str) -> None:
    """Grant a voucher of this amount from the reserve list, on the terms that hold for it now."""
    with transition(application, APPLICATION.award_on_appeal, by=OFFICE, at=at, why=why):
        application.awarded, application.decided_at = amount, at
        application.granted_terms = as_json(application.grant)


def raise_award_application(application: Application, amount: Money, *, at: datetime, why: str) -> None:
    """The award is of this higher amount from now on; its terms stay."""
    with transition(application, APPLICATION.raise_award, by=OFFICE, at=at, why=why):
        application.awarded = amount
