"""How a programme's applications stand, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.states import AssignmentState
from vouchers.organisations.models import Organisation
from vouchers.reports.queries.choice import Choice

ON_THE_CLOCK = (ClaimState.SUBMITTED, ClaimState.VERIFIED, ClaimState.AUTHORISED, ClaimState.IN_PAYMENT)
"""Claims whose 80 days run."""
WITH_EXPERT = (AssignmentState.ASSIGNED, AssignmentState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many applications stand in a state, and what they ask for."""

    state: ApplicationState
    count: int
    requested: Money


def count_by_state(choice: Choice) -> list[StateCount]:
    """Submitted applications by state, in the order of their life."""
    statement: Any = select(Application.state, func.count(), func.coalesce(func.sum(Application.requested_cents), 0))
    found = {
        state: StateCount(state, int(count), Money(int(cents), choice.currency))
        for state, count, cents in db.session.execute(choice.of_applications(statement).group_by(Application.state))
    }
    return [found[state] for state in ApplicationState if state in found]


@dataclass(frozen=True, slots=True)
class Overdue:
    """One thing that should have happened by a day."""

    reference: str
    organisation: str
    what: Sentence
    due_on: date


def list_overdue(choice: Choice, *, now: datetime, zone: str, most: int = 10) -> tuple[list[Overdue], int]:
    """The longest overdue claims and marks, and how many there are in all; days of the reader's
    zone. Four queries."""
    claims = _late_claims(choice, day_in(zone, now))
    marks = _late_marks(choice, now)
    total = sum(
        int(db.session.scalar(select(func.count()).select_from(found.subquery())) or 0) for found in (claims, marks)
    )
    paid_late = [
        Overdue(reference, name, _("Claim to be paid"), day)
        for reference, name, day in db.session.execute(claims.order_by(Claim.pay_by, Claim.id).limit(most))
    ]
    marked_late = [
        Overdue(reference, name, _("Marks of an expert"), day_in(zone, moment))
        for reference, name, moment in db.session.execute(marks.order_by(Assignment.due_at, Assignment.id).limit(most))
    ]
    return sorted([*paid_late, *marked_late], key=lambda late: (late.due_on, late.reference))[:most], total


def _late_claims(choice: Choice, today: date) -> Any:
    statement = (
        select(Application.reference, Organisation.name, Claim.pay_by)
        .select_from(Claim)
        .join(Agreement, Agreement.id == Claim.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Claim.state.in_(ON_THE_CLOCK), Claim.pay_by < today)
    )
    return choice.of_applications(statement)


def _late_marks(choice: Choice, now: datetime) -> Any:
    statement = (
        select(Application.reference, Organisation.name, Assignment.due_at)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Assignment.state.in_(WITH_EXPERT), Assignment.due_at < now)
    )
    return choice.of_applications(statement)
