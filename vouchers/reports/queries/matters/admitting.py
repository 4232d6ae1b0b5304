"""What waits in the pools: admissions that end soon, declarations of interests that are due, enrolments to decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, func, null, select

from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.organisations.models import Organisation
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.states import EnrolmentState
from vouchers.reports.queries.matters.matter import Seen
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

SOON = timedelta(days=30)


def ending(seen: Seen) -> Any:
    """Admitted experts whose term ends within thirty days."""
    return (
        select(Expert.id, cast(Expert.programme_code, Text), User.name, Expert.admitted_until, Expert.admitted_until)
        .select_from(Expert)
        .join(User, User.id == Expert.user_id)
        .where(Expert.state == ExpertState.ADMITTED, Expert.admitted_until <= seen.today + SOON)
        .order_by(Expert.admitted_until, Expert.id)
    )


def to_declare(seen: Seen) -> Any:
    """Admitted experts whose yearly declaration of interests is due within thirty days, or overdue."""
    due = Expert.interests_due_on
    return (
        select(Expert.id, cast(Expert.programme_code, Text), User.name, due, due)
        .select_from(Expert)
        .join(User, User.id == Expert.user_id)
        .where(Expert.state == ExpertState.ADMITTED, due <= seen.today + SOON)
        .order_by(due, Expert.id)
    )


def to_admit(_seen: Seen) -> Any:
    """Enrolments that somebody is to mark, admit or refuse."""
    who = func.coalesce(Organisation.name, User.name)
    return (
        select(Enrolment.id, Enrolment.number, who, Enrolment.submitted_at, null())
        .select_from(Enrolment)
        .join(PoolCall, PoolCall.id == Enrolment.pool_call_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Organisation, Organisation.id == Enrolment.organisation_id)
        .where(Enrolment.state == EnrolmentState.SUBMITTED)
        .order_by(Enrolment.submitted_at, Enrolment.id)
    )


def of_pool_calls(statement: Any, mandate: Mandate) -> Any:
    """The same for enrolments."""
    return statement.where(covered_by(_whole(mandate), PoolCall.programme_code, PoolCall.programme_code))


def of_programmes(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query of experts to the programmes of a mandate: the pool belongs to all of their regions."""
    return statement.where(covered_by(_whole(mandate), Expert.programme_code, Expert.programme_code))


def _whole(mandate: Mandate) -> Mandate:
    return Mandate(frozenset((programme, None) for programme, _region in mandate.pairs))
