"""Finding panels, what they talk about, how they voted, and what they recommend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.applications.queries.files import get_application
from vouchers.applications.rules.neutrality import say_ties
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.evaluation.queries.assignments import map_results_of_call
from vouchers.evaluation.queries.conflicts import map_hard_among
from vouchers.evaluation.rules.scoring import Result
from vouchers.experts.models import Expert
from vouchers.experts.rules.availability import SUSPENDED
from vouchers.experts.states import ExpertState
from vouchers.organisations.states import MembershipState
from vouchers.panels.models import Interview, Panel, PanelBallot, PanelSeat, PanelVote
from vouchers.panels.rules.agenda import Carried, Recommendation, order_agenda, recommend
from vouchers.panels.rules.voting import Count, count_votes
from vouchers.panels.states import InterviewState, PanelState, VoteState
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.instrument_plan import Evaluator
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

WHOLE = (
    joinedload(Panel.call).joinedload(Call.programme),
    joinedload(Panel.region),
    selectinload(Panel.seats).joinedload(PanelSeat.user),
)
_UNREADY = (ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)
ORDERS = {"meets": Panel.meets_at, "name": Panel.name}


def get_panel(panel_id: int, **_rest_of_address: Any) -> Panel:
    """A panel with its call, region and members. Raises `NotFound`."""
    found = db.session.scalars(select(Panel).where(Panel.id == panel_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such panel."))
    return found


def list_with_open_minutes() -> list[int]:
    """The ids of the panels whose minutes are not approved."""
    return list(db.session.scalars(select(Panel.id).where(Panel.state == PanelState.MINUTES).order_by(Panel.id)))


def list_panels(query: ListQuery, *, user_id: int, mandate: Mandate) -> Page:
    """The panels in which a person sits, or of the person's regions."""
    mine = select(PanelSeat.panel_id).where(PanelSeat.user_id == user_id, PanelSeat.is_empty.is_(False))
    found = select(Panel).join(Panel.call).join(Call.programme).join(Panel.region)
    found = found.where(or_(Panel.id.in_(mine), covered_by(mandate, Programme.code, Region.code)))
    if state := query.filters.get("state"):
        found = found.where(Panel.state == PanelState(state))
    return paginate(db.session, found.options(*WHOLE), query, ORDERS)


@dataclass(frozen=True, slots=True)
class CallRegion:
    """A region of a call, for which a panel is planned."""

    call: Call
    region: Region

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"


def get_call_region(call_id: int, region_code: str, **_rest_of_address: Any) -> CallRegion:
    """Raises `NotFound` where the call has no such region."""
    call = applications.get_call(call_id)
    region = db.session.scalars(select(Region).where(Region.code == region_code)).first()
    if region is None or region.code not in call.plan.regions:
        raise NotFound(_("There is no such region."))
    return CallRegion(call, region)


# The agenda ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One application on the agenda of a panel."""

    panel: Panel
    application: Application


def get_item(panel_id: int, application_id: int, **_rest_of_address: Any) -> Item:
    """Raises `NotFound` for an application that this panel does not talk about."""
    panel = get_panel(panel_id)
    if application_id not in agenda_of(panel):
        raise NotFound(_("There is no such application."))
    look_for_recusals(panel, [application_id])
    return Item(panel, get_application(application_id))


def agenda_of(panel: Panel) -> list[int]:
    """The applications in their order by marks: as the session found it, before it as it is now."""
    return list(panel.agenda) if panel.state != PanelState.PLANNED else order_now(panel)


def order_now(panel: Panel) -> list[int]:
    """The applications of the region whose evaluation is finished and that are not decided, the best first."""
    found = select(Application.id).where(
        Application.call_id == panel.call_id,
        Application.region_id == panel.region_id,
        Application.state == ApplicationState.EVALUATED,
    )
    keys = list(db.session.scalars(found.order_by(Application.submitted_at, Application.id)))
    orders = {key: result.order for key, result in map_results(panel).items()}
    return order_agenda({key: order for key, order in orders.items() if order is not None}, keys)


def count_unready(panel: Panel) -> int:
    """How many applications of the region are still checked or marked, and so would miss a session opened now.

    Only those that experts mark: the others never come before a panel.
    """
    instruments = panel.call.programme.instruments
    found = select(func.count(Application.id)).where(
        Application.call_id == panel.call_id,
        Application.region_id == panel.region_id,
        Application.state.in_(_UNREADY),
        Application.instrument_id.in_([one.id for one in instruments if one.plan.evaluation is Evaluator.EXPERTS]),
    )
    return db.session.scalar(found) or 0


def map_results(panel: Panel) -> dict[int, Result]:
    """Application -> its marks together."""
    marking = panel.call.plan.marking
    if marking is None:
        return {}
    return {key: found[0] for key, found in map_results_of_call(panel.call_id, panel.region_id, marking).items()}


def map_applications(ids: Collection[int]) -> dict[int, Application]:
    """Applications by id, whole."""
    found = db.session.scalars(select(Application).where(Application.id.in_(ids)).options(*applications.WHOLE))
    return {one.id: one for one in found}


# Recusals ------------------------------------------------------------------------------------------------------------


def find_recusals(panel: Panel, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """User id -> the applications that this member may neither see nor vote on, and why: as the office finds it."""
    files = map_applications(ids)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    experts = _experts_of(panel)
    pairs = map_hard_among(panel.call, list(experts.values()), ids) if experts else {}
    for (expert_id, application_id), barring in pairs.items():
        found[experts[expert_id].user_id][str(application_id)] = barring[0].evidence.source
    for expert in experts.values():
        if expert.state == ExpertState.SUSPENDED:
            found[expert.user_id] |= {str(key): SUSPENDED.source for key in ids}
    for seat in panel.sitting:
        for key, application in files.items():
            if reason := _tie(seat, application):
                found[seat.user_id].setdefault(str(key), reason)
    return found


def look_for_recusals(panel: Panel, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """The same, noted on the seats for whoever asks next: a conflict binds from the moment at which it is known."""
    found = find_recusals(panel, ids)
    for seat in panel.sitting:
        seat.found_ids = frozenset(int(key) for key in found.get(seat.user_id, ()))
    return found


def _experts_of(panel: Panel) -> dict[int, Expert]:
    """The members who stand in the register, also those who are asked no more."""
    ids = [seat.user_id for seat in panel.sitting]
    found = select(Expert).where(Expert.programme_code == panel.call.programme.code, Expert.user_id.in_(ids))
    return {one.id: one for one in db.session.scalars(found.options(joinedload(Expert.user)))}


def _tie(seat: PanelSeat, application: Application) -> str | None:
    if seat.user_id in (application.recused_ids or ()):
        return _("Stepped back from the application.").source
    organisation = application.organisation
    if organisation.role_of(seat.user_id):
        return _("Acts for the applicant, %(name)s.", name=organisation.name).source
    emails = [one.email for one in organisation.memberships if one.state == MembershipState.ACTIVE]
    ties = say_ties(seat.user.email, [], applicant=organisation.name, member_emails=emails)
    return ties[0].source if ties else None


# Votes and interviews ------------------------------------------------------------------------------------------------

_VOTE = (
    joinedload(PanelVote.panel).options(*WHOLE),
    joinedload(PanelVote.application).options(*applications.WHOLE),
    joinedload(PanelVote.proposed_by),
    selectinload(PanelVote.ballots).joinedload(PanelBallot.user),
)


def get_vote(vote_id: int, **_rest_of_address: Any) -> PanelVote:
    """A vote with its panel, application and ballots. Raises `NotFound`."""
    found = db.session.scalars(select(PanelVote).where(PanelVote.id == vote_id).options(*_VOTE)).first()
    if found is None:
        raise NotFound(_("There is no such vote."))
    look_for_recusals(found.panel, [found.application_id])
    return found


def list_votes(panel_id: int, application_id: int | None = None) -> list[PanelVote]:
    """The votes of a panel, oldest first."""
    found = select(PanelVote).where(PanelVote.panel_id == panel_id)
    if application_id is not None:
        found = found.where(PanelVote.application_id == application_id)
    return list(db.session.scalars(found.options(*_VOTE).order_by(PanelVote.id)))


_INTERVIEW = (
    joinedload(Interview.panel).options(*WHOLE),
    joinedload(Interview.application).options(*applications.WHOLE),
)


def get_interview(interview_id: int, **_rest_of_address: Any) -> Interview:
    """An interview with its panel and application. Raises `NotFound`."""
    found = db.session.scalars(select(Interview).where(Interview.id == interview_id).options(*_INTERVIEW)).first()
    if found is None:
        raise NotFound(_("There is no such interview."))
    look_for_recusals(found.panel, [found.application_id])
    return found


def list_interviews(panel_id: int) -> list[Interview]:
    """The interviews of a panel that stand, in their order of time."""
    found = select(Interview).where(Interview.panel_id == panel_id, Interview.state != InterviewState.CANCELLED)
    return list(db.session.scalars(found.options(*_INTERVIEW).order_by(Interview.starts_at, Interview.id)))


def list_interviews_of(application_id: int) -> list[Interview]:
    """The interviews to which an applicant is invited."""
    found = select(Interview).where(
        Interview.application_id == application_id, Interview.state != InterviewState.CANCELLED
    )
    return list(db.session.scalars(found.options(*_INTERVIEW).order_by(Interview.starts_at)))


# What the decision reads ---------------------------------------------------------------------------------------------


def carried_of(votes: Iterable[PanelVote]) -> list[Carried]:
    """The votes that were carried, in the order in which they were closed.

    A word of a member who is recused by now is struck; what is not carried without it has to be voted on again.
    """
    done = sorted((one for one in votes if one.state == VoteState.CARRIED), key=lambda one: (one.closed_at, one.id))
    counts = [(one, count_valid(one)) for one in done]
    return [
        Carried(one.application_id, one.kind, one.place, one.reason, count)
        for one, count in counts
        if count.is_carried and count.cast >= one.panel.quorum
    ]


def count_valid(vote: PanelVote) -> Count:
    """What the members said who are not recused from the application."""
    seats = {one.user_id: one for one in vote.panel.sitting}
    valid = (said for said in vote.ballots if said.user_id in seats)
    return count_votes(one.choice for one in valid if vote.application_id not in seats[one.user_id].recused_ids)


def recommendations_of(panel: Panel) -> dict[int, Recommendation]:
    """Application -> what this panel says of it so far."""
    return recommend(agenda_of(panel), carried_of(list_votes(panel.id)))


@dataclass(frozen=True, slots=True)
class Advice:
    """What a closed panel recommends for one application."""

    panel: Panel
    recommendation: Recommendation


def map_recommendations(call_id: int, region_id: int) -> dict[int, Advice]:
    """Application -> what the newest closed panel of the region says of it: for whoever decides."""
    found = (
        select(Panel)
        .where(Panel.call_id == call_id, Panel.region_id == region_id, Panel.state == PanelState.CLOSED)
        .order_by(Panel.closed_at, Panel.id)
    )
    panels = list(db.session.scalars(found.options(*WHOLE)))
    return {key: Advice(panel, said) for panel in panels for key, said in recommendations_of(panel).items()}
