"""Which pairs of a call must never be: what the office knows against giving an application to an expert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.core.database import db
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import case_facts
from vouchers.evaluation.rules.conflicts import Conflict, ExpertFacts, find_conflicts
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.matching.queries.waiting import waiting
from vouchers.programmes.models import Call
from vouchers.regions.models import Region


def map_hard_pairs(call: Call, region: Region | None = None) -> dict[tuple[int, int], list[Conflict]]:
    """``(expert, application)`` -> the hard conflicts of the pair, of the applications that wait for experts."""
    found = db.session.scalars(waiting(call.id, region).options(*applications.WHOLE)).unique()
    return hard_pairs_of(list(found), list_asked(call))


def list_asked(call: Call) -> list[Expert]:
    """The experts of the programme who may be asked, with their accounts."""
    found = select(Expert).where(Expert.programme_code == call.programme.code, Expert.state == ExpertState.ADMITTED)
    return list(db.session.scalars(found.options(joinedload(Expert.user)).order_by(Expert.id)))


def hard_pairs_of(cases: Sequence[Application], experts: Sequence[Expert]) -> dict[tuple[int, int], list[Conflict]]:
    """The same for these applications and experts."""
    people = [ExpertFacts(expert.user_id, expert.user.email, expert.employer, expert.region_code) for expert in experts]
    hard: dict[tuple[int, int], list[Conflict]] = {}
    for application in cases:
        facts = case_facts(application)
        for expert, person in zip(experts, people, strict=True):
            if found := [one for one in find_conflicts(person, facts) if one.is_hard]:
                hard[expert.id, application.id] = found
    return hard


def map_earlier(application_ids: Sequence[int]) -> Mapping[tuple[int, int], AssignmentState]:
    """``(application, expert)`` -> how their assignment stands; those that were taken back are left out."""
    found = select(Assignment.application_id, Assignment.expert_id, Assignment.state).where(
        Assignment.application_id.in_(application_ids), Assignment.state != AssignmentState.REMOVED
    )
    return {(row.application_id, row.expert_id): row.state for row in db.session.execute(found)}
