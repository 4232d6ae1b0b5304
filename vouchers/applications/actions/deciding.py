"""The office's steps at the end, taken by the later packages inside their own units of work: the money and the letters
are theirs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications.actions.queueing import promise_walk
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.lifecycle import Transition
from vouchers.core.money import Money
from vouchers.organisations.states import Size
from vouchers.programmes.rules.digest import as_json
from vouchers.workflow.transition import transition


def _move(application: Application, move: Transition, *, by: Any, at: datetime, why: str | None) -> None:
    with transition(application, move, by=by, at=at, why=why):
        pass


def find_eligible_application(
    application: Application, *, size: Size | None = None, by: Any, at: datetime, why: str | None = None
) -> str:
    """The formal check is passed; `size` is given where what the voucher pays depends on it.

    Returns the step's id, for the letter that goes with it.
    """
    with transition(application, APPLICATION.find_eligible, by=by, at=at, why=why) as step:
        application.size = size
        if by.id is not None:  # the office finds it eligible while it walks
            promise_walk(step, application)
        return step.id


def find_ineligible_application(application: Application, *, by: Any, at: datetime, why: str) -> str:
    """The formal check is failed; `why` names the rules. Returns the step's id, for the letter that goes with it."""
    with transition(application, APPLICATION.find_ineligible, by=by, at=at, why=why) as step:
        application.decided_at = at
        promise_walk(step, application)
        return step.id


def start_evaluation_application(application: Application, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Experts begin to read."""
    _move(application, APPLICATION.start_evaluation, by=by, at=at, why=why)


def finish_evaluation_application(
    application: Application, score: str, *, by: Any, at: datetime, why: str | None = None
) -> None:
    """The marks are complete; `score` (decimal text) ranks the application from now on."""
    with transition(application, APPLICATION.finish_evaluation, by=by, at=at, why=why) as step:
        application.score = score
        promise_walk(step, application)


def reopen_evaluation_application(application: Application, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Marks fell away after the evaluation was finished: it needs another expert."""
    with transition(application, APPLICATION.reopen_evaluation, by=by, at=at, why=why):
        application.score = None


def award_application(
    application: Application, amount: Money, *, is_told: bool = True, by: Any, at: datetime, why: str | None = None
) -> None:
    """Grant a voucher of this amount, on the terms that hold for it now."""
    with transition(application, APPLICATION.award, by=by, at=at, why=why):
        application.awarded, application.decided_at, application.is_told = amount, at, is_told
        application.granted_terms = as_json(application.grant)


def reserve_application(
    application: Application, *, is_told: bool = True, by: Any, at: datetime, why: str | None = None
) -> None:
    """Put it on the reserve list."""
    with transition(application, APPLICATION.reserve, by=by, at=at, why=why):
        application.is_told = is_told


def reject_application(application: Application, *, is_told: bool = True, by: Any, at: datetime, why: str) -> None:
    """Decide not to support it; `why` is the reason that the applicant reads."""
    with transition(application, APPLICATION.reject, by=by, at=at, why=why) as step:
        application.decided_at, application.is_told = at, is_told
        promise_walk(step, application, frees=application.state == ApplicationState.RESERVED)


def tell_application(application: Application, *, by: Any, at: datetime) -> None:
    """The letter on the decision is written: from now on the applicant's pages show it."""
    with transition(application, APPLICATION.tell, by=by, at=at):
        application.is_told = True


def agree_application(application: Application, *, by: Any, at: datetime, why: str | None = None) -> None:
    """Its agreement came into force."""
    _move(application, APPLICATION.agree, by=by, at=at, why=why)


def lapse_application(application: Application, *, by: Any, at: datetime, why: str | None = None) -> None:
    """The award was not taken up in time: what it held is there for the next in the queue."""
    with transition(application, APPLICATION.lapse, by=by, at=at, why=why) as step:
        promise_walk(step, application, frees=True)


def complete_application(application: Application, *, by: Any, at: datetime, why: str | None = None) -> None:
    """The voucher is paid and closed: what was not claimed of it is there for the next."""
    with transition(application, APPLICATION.complete, by=by, at=at, why=why) as step:
        promise_walk(step, application, frees=True)
