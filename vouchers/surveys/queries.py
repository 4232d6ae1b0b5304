"""Finding surveys, whom to ask, and what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from vouchers.appeals.models import Appeal
from vouchers.appeals.states import AppealState
from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.decisions.states import DecisionState
from vouchers.draws.queries import list_drawn_references
from vouchers.evaluation.queries.assignments import map_results_of_call
from vouchers.organisations.models import Membership
from vouchers.organisations.states import MembershipState
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.plan import Allocation
from vouchers.regions.models import Region
from vouchers.surveys.models import Survey, SurveyAnswer
from vouchers.surveys.rules.answering import QUESTIONS
from vouchers.surveys.rules.timing import LATE_AT_MOST, months_due
from vouchers.surveys.states import Group, SurveyState
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by
from vouchers.users.secrets import hash_token

_WHOLE = joinedload(Survey.application).options(*WHOLE)
_LONGEST_MONTH = 31
HAVE_VOUCHER = {ApplicationState.AWARDED, ApplicationState.AGREED, ApplicationState.COMPLETED}


def get_survey(survey_id: int) -> Survey:
    """A survey with its application. Raises `NotFound`."""
    return _found(select(Survey).where(Survey.id == survey_id))


def get_survey_of_link(token: str) -> Survey:
    """The survey that a link leads to. Raises `NotFound`."""
    return _found(select(Survey).where(Survey.token_hash == hash_token(token)))


def _found(wanted: Any) -> Survey:
    found: Survey | None = db.session.scalars(wanted.options(_WHOLE)).first()
    if found is None:
        raise NotFound(_("This link leads nowhere. Copy the whole address from our letter to you."))
    return found


def get_answer(survey_id: int) -> SurveyAnswer:
    """What was answered to a survey. Raises `NotFound`."""
    found = db.session.get(SurveyAnswer, survey_id, populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such survey."))
    return found


def find_survey(application_id: int, months: int) -> Survey | None:
    """The survey of an application after so many months."""
    return db.session.scalars(select(Survey).filter_by(application_id=application_id, months=months)).first()


def list_surveys_of(user: User) -> list[Survey]:
    """The surveys of a person's organisations, the newest first."""
    mine = select(Membership.organisation_id).where(
        Membership.user_id == user.id, Membership.state == MembershipState.ACTIVE
    )
    found = select(Survey).join(Survey.application).where(Application.organisation_id.in_(mine))
    return list(db.session.scalars(found.options(_WHOLE).order_by(Survey.id.desc())))


def list_unanswered(query: ListQuery, mandate: Mandate) -> Page:
    """Surveys that were not answered though their reminder was sent, the earliest last day first."""
    found = (
        select(Survey)
        .join(Survey.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .where(Survey.state == SurveyState.ASKED, Survey.reminded_at.is_not(None))
        .where(covered_by(mandate, Programme.code, Region.code))
    )
    return paginate(db.session, found.options(_WHOLE), query, {"due": Survey.due_at})


# Whom to ask ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """An application that is to be asked."""

    application_id: int
    months: int
    group: Group


def list_due(at: datetime) -> Iterator[Due]:
    """Whom to ask now and nobody has asked yet, call by call."""
    for call in db.session.scalars(select(Call).options(joinedload(Call.programme)).order_by(Call.id)):
        if call.plan.survey_months:
            yield from _due_in(call, at)


def _due_in(call: Call, at: datetime) -> Iterator[Due]:
    since = at - timedelta(days=(max(call.plan.survey_months) + LATE_AT_MOST) * _LONGEST_MONTH)
    last = select(func.max(Decision.id)).join(Decision.application).where(Application.call_id == call.id)
    found = db.session.execute(
        select(Application.id, Application.reference, Region.id, Region.time_zone, Decision.state, Decision.decided_at)
        .join(Decision, Decision.application_id == Application.id)
        .join(Region, Region.id == Application.region_id)
        .where(Decision.id.in_(last.group_by(Decision.application_id)), Decision.decided_at >= since)
        .where(Application.state != ApplicationState.WITHDRAWN)
        .order_by(Application.id)
    ).all()
    asked = set(
        db.session.execute(
            select(Survey.application_id, Survey.months).join(Survey.application).where(Application.call_id == call.id)
        ).tuples()
    )
    comparable = _Comparable(call)
    for key, reference, region_id, zone, state, decided_at in found:
        group = Group.AWARDED if state == DecisionState.AWARDED else Group.CONTROL
        for months in months_due(decided_at, call.plan.survey_months, zone, at):
            if (key, months) not in asked and (group == Group.AWARDED or comparable.holds(key, reference, region_id)):
                yield Due(key, months, group)


class _Comparable:
    """Who could have had a voucher: those among whom the lot was drawn; elsewhere all who reach the thresholds."""

    def __init__(self, call: Call):
        self.call = call
        self.drawn = list_drawn_references(call.id) if call.plan.allocation is Allocation.LOTTERY else None
        self.below: dict[int, set[int]] = {}

    def holds(self, application_id: int, reference: str, region_id: int) -> bool:
        """Whether this one belongs into the control group."""
        if self.drawn is not None:
            return reference in self.drawn
        if self.call.plan.marking is None:
            return True
        if region_id not in self.below:
            results = map_results_of_call(self.call.id, region_id, self.call.plan.marking)
            self.below[region_id] = {key for key, (result, _count) in results.items() if not result.passes}
        return application_id not in self.below[region_id]


def list_to_remind(asked_before: datetime) -> list[int]:
    """The surveys that nobody has answered or been reminded of."""
    return _ids(Survey.asked_at <= asked_before, Survey.reminded_at.is_(None))


def list_overdue(at: datetime) -> list[int]:
    """The surveys whose last instant lies before this one."""
    return _ids(Survey.due_at < at)


def _ids(*conditions: Any) -> list[int]:
    found = select(Survey.id).where(Survey.state == SurveyState.ASKED, *conditions)
    return list(db.session.scalars(found.order_by(Survey.id)))


# What was answered ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom the results of a call are about: one region, or (None) all."""

    call: Call
    region: Region | None

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code if self.region else '-'}"

    def conditions(self) -> list[Any]:
        """Which applications are meant."""
        more = [Application.region_id == self.region.id] if self.region else []
        return [Application.call_id == self.call.id, *more]


def count_states(audience: Audience, months: int) -> Counter[tuple[Group, SurveyState]]:
    """How many of each group were asked, and what came of it."""
    lots = map_lots(audience)
    found = db.session.execute(
        select(Survey.application_id, Survey.group, Survey.state)
        .join(Survey.application)
        .where(*audience.conditions(), Survey.months == months)
    )
    return Counter((lots.get(key, group), state) for key, group, state in found)


def map_lots(audience: Audience) -> dict[int, Group]:
    """Application -> the group that its lot put it into: what was decided on it first. What came later (declined,
    lapsed, promoted, an appeal) is not the lot's. Empty where no lot decided among all."""
    if audience.call.plan.allocation is not Allocation.LOTTERY:
        return {}
    first = (
        select(func.min(Decision.id))
        .join(Decision.application)
        .where(*audience.conditions())
        .group_by(Decision.application_id)
    )
    found = db.session.execute(
        select(Application.id, Application.reference, Decision.state)
        .join(Decision, Decision.application_id == Application.id)
        .where(Decision.id.in_(first))
    )
    drawn = list_drawn_references(audience.call.id)
    return {
        key: Group.AWARDED if state == DecisionState.AWARDED else Group.CONTROL
        for key, reference, state in found
        if reference in drawn
    }


@dataclass(slots=True)
class Taken:
    """What became of those of a group who were asked."""

    vouchers: int = 0
    lapsed: int = 0
    """Declined, or not accepted in time."""
    by_appeal: int = 0
    beside: int = 0
    """Who was in no pool, so that no lot has put them into the group."""


def count_taken(audience: Audience, months: int) -> dict[Group, Taken]:
    """Who of each group has a voucher in fact."""
    lots, taken = map_lots(audience), {group: Taken() for group in Group}
    upheld = set(db.session.scalars(select(Appeal.application_id).where(Appeal.state == AppealState.UPHELD)))
    found = db.session.execute(
        select(Application.id, Application.state, Survey.group)
        .join(Survey, Survey.application_id == Application.id)
        .where(*audience.conditions(), Survey.months == months)
    )
    for key, state, group in found:
        one, has_voucher = taken[lots.get(key, group)], state in HAVE_VOUCHER
        one.vouchers += has_voucher
        one.lapsed += state == ApplicationState.LAPSED
        one.by_appeal += has_voucher and key in upheld
        one.beside += key not in lots
    return taken


def list_answers(audience: Audience, months: int) -> list[tuple[Group, dict[str, Any]]]:
    """Every answer with its group, and nothing of who gave it."""
    codes, lots = [question.code for question in QUESTIONS], map_lots(audience)
    found = db.session.execute(
        select(Survey.application_id, Survey.group, *(getattr(SurveyAnswer, code) for code in codes))
        .join(SurveyAnswer, SurveyAnswer.survey_id == Survey.id)
        .join(Survey.application)
        .where(*audience.conditions(), Survey.months == months)
    )
    return [(lots.get(key, group), dict(zip(codes, values, strict=True))) for key, group, *values in found]


def list_surveyed_calls(programmes: Sequence[str] | None) -> list[tuple[Call, int, int]]:
    """The calls that ask, with how many were asked and have answered; None: of every programme."""
    answered = func.count(Survey.answered_at)
    counts = {
        call_id: (asked, replies)
        for call_id, asked, replies in db.session.execute(
            select(Application.call_id, func.count(Survey.id), answered)
            .join(Survey.application)
            .group_by(Application.call_id)
        )
    }
    calls = db.session.scalars(select(Call).options(joinedload(Call.programme)).order_by(Call.opens_at.desc(), Call.id))
    return [
        (call, *counts.get(call.id, (0, 0)))
        for call in calls
        if call.plan.survey_months and (programmes is None or call.programme.code in programmes)
    ]
