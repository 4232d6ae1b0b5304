"""Applications in evaluation and decided, by the steps that lead there.

``in2()`` must have been loaded. Every builder stands at a moment while the call 2026-1 is open, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.builders.applications import IN2, a_submitted_application
from tests.builders.experts import an_expert
from tests.builders.kept import kept
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.money import Money
from vouchers.decisions.actions.deciding import award_decision, reject_decision, reserve_decision
from vouchers.decisions.models import Decision
from vouchers.evaluation.actions.assignments import Sheet, assign_expert, declare_no_conflict, submit_marks
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.actions.consensus import open_consensus
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.queries.assignments import get_assignment, list_submitted
from vouchers.evaluation.queries.consensus import get_consensus
from vouchers.experts.models import Expert
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.users.states import Role

GOOD = {"novelty": "4", "benefit": "4", "partnership": "4"}
"""Above every threshold of IN2LifeSciences 2026-1."""


@kept
def a_manager(region: str = "BE-WAL", *, at: datetime | None = None) -> User:
    """The cluster manager of a region; always the same one."""
    email = f"manager.{region.lower()}@office.example"
    return find_user(email) or a_member_of_staff(
        Role.CLUSTER_MANAGER, IN2.code, region, email=email, at=at or during_call()
    )


@kept
def an_eligible_application(instrument: str = "COL", region: str = "BE-WAL", **how: Any) -> Application:
    """Checked, and found to meet every rule. `how` as for `a_submitted_application`."""
    at = how.get("at") or during_call()
    application = a_submitted_application(instrument, region, **how)
    find_eligible(application, {}, by=a_manager(region, at=at), at=at)
    return get_application(application.id)


@kept
def an_assignment(application: Application, expert: Expert | None = None, *, at: datetime | None = None) -> Assignment:
    """Given to an expert who has not declared yet."""
    at = at or during_call()
    expert = expert or an_expert(at=at)
    manager = a_manager(application.region.code, at=at)
    return get_assignment(assign_expert(application, expert, by=manager, at=at).id)


@kept
def an_accepted_assignment(
    application: Application, expert: Expert | None = None, *, at: datetime | None = None
) -> Assignment:
    """Given to an expert who has declared to have no conflict."""
    at = at or during_call()
    assignment = an_assignment(application, expert, at=at)
    declare_no_conflict(assignment, by=assignment.expert.user, at=at)
    return get_assignment(assignment.id)


def a_sheet(marks: Mapping[str, str] = GOOD, *, comment: str = "Well founded.", overall: str = "Good.") -> Sheet:
    """A complete score sheet."""
    return Sheet({code: {"mark": mark, "comment": comment} for code, mark in marks.items()}, overall)


@kept
def a_marked_assignment(
    application: Application,
    expert: Expert | None = None,
    *,
    marks: Mapping[str, str] = GOOD,
    at: datetime | None = None,
) -> Assignment:
    """Marked and submitted."""
    at = at or during_call()
    assignment = an_accepted_assignment(application, expert, at=at)
    submit_marks(assignment, a_sheet(marks), by=assignment.expert.user, at=at)
    return get_assignment(assignment.id)


@kept
def an_evaluated_application(
    instrument: str = "COL",
    region: str = "BE-WAL",
    *,
    marks: Mapping[str, str] = GOOD,
    experts: Sequence[Expert] | None = None,
    **how: Any,
) -> Application:
    """Marked by as many experts as the instrument asks for."""
    at = how.get("at") or during_call()
    application = an_eligible_application(instrument, region, **how)
    wanted = application.instrument.plan.experts_per_application
    for number in range(wanted):
        a_marked_assignment(application, experts[number] if experts else None, marks=marks, at=at)
        application = get_application(application.id)
    return application


@kept
def a_consensus(application: Application | None = None) -> Consensus:
    """Asked for by the manager, of an application whose evaluation was finished; the first expert writes it."""
    application = application or an_evaluated_application()
    writer = list_submitted(application.id)[0].id
    manager = a_manager(application.region.code)
    return get_consensus(open_consensus(application, writer, by=manager, at=during_call()).id)


@kept
def an_awarded_application(
    instrument: str = "COL", region: str = "BE-WAL", *, amount: Money | None = None, **how: Any
) -> Application:
    """Awarded, after evaluation by experts where the instrument asks for it. What is asked for: ``amount="4000"`` of
    `a_submitted_application` is called `requested` here."""
    at = how.get("at") or during_call()
    if requested := how.pop("requested", None):
        how["amount"] = requested
    by_experts = IN2.instrument(instrument).plan.evaluation.value == "experts"
    make = an_evaluated_application if by_experts else an_eligible_application
    application = make(instrument, region, **how)
    a_decision(application, "award", amount=amount, at=at)
    return get_application(application.id)


@kept
def a_decision(
    application: Application,
    verb: str = "award",
    *,
    amount: Money | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Decision:
    """Decided by the region's manager. An award that passes over a better place gives a reason."""
    at = at or during_call() + timedelta(hours=1)
    manager = a_manager(application.region.code, at=at)
    if verb == "award":
        return award_decision(application, amount, reason or "Decided by the board.", by=manager, at=at)
    if verb == "reserve":
        return reserve_decision(application, reason or "Decided by the board.", by=manager, at=at)
    return reject_decision(application, reason or "Others were better.", by=manager, at=at)
