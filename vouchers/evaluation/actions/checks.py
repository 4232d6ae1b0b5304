"""Closing the formal check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vouchers.applications.actions.deciding import find_eligible_application, find_ineligible_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.eligibility.rules.formal import read_all
from vouchers.enquiries.queries import find_open_clarification
from vouchers.evaluation import letters
from vouchers.evaluation.models import Finding
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.rules.findings import (
    Settled,
    Verdict,
    ensure_eligible,
    ensure_ineligible,
    ensure_nothing_is_asked,
    settle,
)
from vouchers.users.models import User

Verdicts = Mapping[str, Verdict]
"""By the rule's code; a rule that is not named stands as it was found."""


def find_eligible(application: Application, verdicts: Verdicts, *, by: Any, at: datetime) -> None:
    """Every rule is met, or was overruled with a reason: the application may be evaluated.

    Raises:
        RuleBroken: a rule is unclear or not met, or overruled without a reason, or a clarification is awaited.
    """
    with unit_of_work():
        application = get_application(application.id)
        facts = gather_facts(application, at=at)
        settled = settle(read_all(facts), verdicts)
        ensure_eligible(settled)
        step_id = find_eligible_application(application, size=facts.terms.size, by=by, at=at)
        ensure_nothing_is_asked(find_open_clarification(application.id) is not None)  # the step holds the lock by now
        _record(application, settled, by=by, at=at)
        letters.write_outcome_of_check(application, "find_eligible", step_id=step_id, at=at)


def find_ineligible(application: Application, verdicts: Verdicts, *, by: User, at: datetime) -> None:
    """At least one rule is not met: the applicant reads each of them with its reason.

    Raises:
        RuleBroken: a rule is unclear or overruled without a reason, or all are met, or a clarification is awaited.
    """
    with unit_of_work():
        application = get_application(application.id)
        settled = settle(read_all(gather_facts(application, at=at)), verdicts)
        grounds = ensure_ineligible(settled)
        why = "; ".join(str(one.reading.rule.name.source) for one in grounds)
        step_id = find_ineligible_application(application, by=by, at=at, why=why)
        ensure_nothing_is_asked(find_open_clarification(application.id) is not None)
        _record(application, settled, by=by, at=at)
        letters.write_outcome_of_check(application, "find_ineligible", step_id=step_id, at=at, grounds=grounds)


def read_open_rules(application: Application, *, at: datetime) -> list[Any]:
    """The rules that are not met, or unclear, as they read the application at this moment; none where all are met."""
    return [one for one in read_all(gather_facts(application, at=at)) if one.outcome != "met"]


def _record(application: Application, settled: Sequence[Settled], *, by: Any, at: datetime) -> None:
    db.session.add_all(
        Finding(
            application_id=application.id,
            rule=one.reading.rule.code,
            outcome=one.outcome,
            evidence=str(one.evidence),
            reason=one.reason,
            found_at=at,
            found_by_id=by.id,
        )
        for one in settled
    )
    db.session.flush()
