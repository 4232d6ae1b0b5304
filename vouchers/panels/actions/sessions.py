"""The life of a panel: planned, seated, opened, its minutes written and approved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.experts.queries import find_expert_of
from vouchers.experts.states import ExpertState
from vouchers.panels import letters, queries
from vouchers.panels.lifecycle import PANEL
from vouchers.panels.models import Panel, PanelSeat
from vouchers.panels.queries import CallRegion
from vouchers.panels.rules.voting import ensure_enough_present, is_approved, is_reminder_due
from vouchers.panels.states import VoteState
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.workflow.transition import OFFICE, creation, transition


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is planned."""

    name: str
    meets_at: datetime
    place: str
    quorum: int


def plan_panel(of: CallRegion, meeting: Meeting, *, by: User, at: datetime) -> Panel:
    """A new session over the ranking of a region. The quorum is at least what the call asks for.

    Raises:
        RuleBroken: the day has passed, or the quorum is less than the call's.
    """
    marking = of.call.plan.marking
    least = marking.panel.quorum if marking is not None and marking.panel is not None else 1
    if meeting.meets_at <= at:
        raise RuleBroken(_("Choose a time that is still to come."), field="meets_at")
    if meeting.quorum < least:
        raise RuleBroken(_("The call asks for a quorum of %(least)s at least.", least=least), field="quorum")
    panel = Panel(
        call=of.call,
        region=of.region,
        name=meeting.name,
        meets_at=meeting.meets_at,
        place=meeting.place,
        quorum=meeting.quorum,
        agenda=[],
        approved_by_ids=[],
    )
    with creation(panel, PANEL.plan, by=by, at=at):
        return panel


def seat_member(panel: Panel, email: str, *, is_chair: bool, by: User, at: datetime) -> PanelSeat:
    """Give a person a seat; there is one chair, and a new one takes the place of the old.

    Raises:
        RuleBroken: nobody has this address, the person is neither staff of the region nor an admitted expert of the
            programme, or has a seat.
    """
    with transition(panel, PANEL.seat, by=by, at=at) as step:
        person = find_user(email.strip().lower())
        if person is None or not _may_sit(panel, person):
            raise RuleBroken(
                _("Only admitted experts of the programme and staff of the region sit in a panel."), field="email"
            )
        seat = next((one for one in panel.seats if one.user_id == person.id), None)
        if seat is not None and not seat.is_empty and seat.is_chair == is_chair:
            raise RuleBroken(_("%(name)s has a seat already.", name=person.name), field="email")
        if is_chair:
            for one in panel.seats:
                one.is_chair = False
        if seat is None:
            seat = PanelSeat(user=person, user_id=person.id, recusals={})
            panel.seats.append(seat)
        seat.is_chair, seat.is_empty, seat.is_present = is_chair, False, True
        db.session.flush()
        seat.recusals = {**seat.recusals, **queries.find_recusals(panel, panel.agenda).get(person.id, {})}
        letters.write_to_member(step, panel, seat, "invite")
        return seat


def _may_sit(panel: Panel, person: User) -> bool:
    expert = find_expert_of(panel.call.programme.code, person.id)
    if expert is not None and expert.state == ExpertState.ADMITTED:
        return True
    return any(grant.role.value != "expert" and grant.covers(panel.scope) for grant in person.grants)


def unseat_member(panel: Panel, seat_id: int, *, by: User, at: datetime) -> None:
    """Take a seat back before the session."""
    with transition(panel, PANEL.unseat, by=by, at=at) as step:
        for seat in (one for one in panel.sitting if one.id == seat_id):
            seat.is_empty, seat.is_chair = True, False
            letters.write_to_member(step, panel, seat, "cancel")


def open_panel(panel: Panel, present_ids: Collection[int], *, by: User, at: datetime) -> None:
    """Open the session: the agenda stands as the marks rank now, and recusals are set from what the office finds.

    Args:
        present_ids: the seats of those who are there; nobody counts as present before somebody says so.

    Raises:
        RuleBroken: there is no chair, too few members, or nothing on the agenda.
    """
    with transition(panel, PANEL.open, by=by, at=at):
        if panel.chair_id is None:
            raise RuleBroken(_("Name a member who leads the session first."))
        for seat in panel.sitting:
            seat.is_present = seat.id in present_ids
        ensure_enough_present(len(panel.present), panel.quorum)
        agenda = queries.order_now(panel)
        if not agenda:
            raise RuleBroken(_("No application of this region has its marks complete and waits for a decision."))
        panel.agenda, panel.opened_at = agenda, at
        _keep_recusals(panel)


def _keep_recusals(panel: Panel) -> None:
    """Write down what the office finds against the members now; what was written before stays."""
    found = queries.look_for_recusals(panel, panel.agenda)
    for seat in panel.sitting:
        seat.recusals = {**found.get(seat.user_id, {}), **seat.recusals}


def note_presence(panel: Panel, present_ids: set[int], *, by: User, at: datetime) -> None:
    """Who of the members is present from now on; `present_ids` are seats."""
    with transition(panel, PANEL.attend, by=by, at=at):
        for seat in panel.sitting:
            seat.is_present = seat.id in present_ids


def recuse_member(panel: Panel, application_id: int, reason: str, *, by: User, at: datetime) -> None:
    """A member steps back from an application: from now on it is closed to that member in this panel.

    Raises:
        RuleBroken: no reason is given, or it is not on the agenda.
    """
    with transition(panel, PANEL.recuse, by=by, at=at, why=reason):
        if not reason.strip():
            raise RuleBroken(_("Say why you step back"), field="reason")
        if application_id not in queries.agenda_of(panel):
            raise RuleBroken(_("This application is not on the agenda."))
        seat = panel.seat_of(by.id)
        assert seat is not None  # the policy has asked
        seat.recusals = {**seat.recusals, str(application_id): reason}
        for vote in queries.list_votes(panel.id, application_id):
            if vote.state == VoteState.OPEN:
                vote.ballots[:] = [one for one in vote.ballots if one.user_id != by.id]


def write_minutes(panel: Panel, minutes: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """Keep the minutes; who had approved them before approves them again."""
    with transition(panel, PANEL.write, by=by, at=at, version=version):
        if panel.minutes != minutes:
            panel.minutes, panel.approved_by_ids = minutes, []


def save_minutes(panel: Panel, minutes: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """The same while they are being written; words that are kept already change nothing.

    Args:
        version: of the panel that the writer saw; what somebody else wrote since is not overwritten (`WrongState`).
    """
    if panel.minutes != minutes:
        write_minutes(panel, minutes, by=by, at=at, version=version)


def remind_members(panel: Panel, *, by: Any, at: datetime) -> None:
    """Ask who has not approved the minutes; without minutes ask the chair. A second run of the job writes nothing."""
    with transition(panel, PANEL.remind, by=by, at=at) as step:
        if not is_reminder_due(panel.meets_at, panel.reminded_at, at):
            return
        panel.reminded_at = at
        for seat in panel.sitting:
            if seat.user_id not in panel.approved_by_ids and (seat.is_chair or panel.minutes.strip()):
                letters.write_to_member(step, panel, seat, "minutes")


def end_session(panel: Panel, *, by: User, at: datetime) -> None:
    """No votes any more; the minutes are approved next.

    Raises:
        RuleBroken: a vote is still open.
    """
    with transition(panel, PANEL.end, by=by, at=at):
        if any(vote.state == VoteState.OPEN for vote in queries.list_votes(panel.id)):
            raise RuleBroken(_("A vote is still open. Close it or withdraw it first."))
        _keep_recusals(panel)


def approve_minutes(panel: Panel, version: int | None = None, *, by: User, at: datetime) -> None:
    """A member approves the minutes; with the chair and one more the panel is closed and its word is the decision's.

    Raises:
        RuleBroken: there are no minutes yet.
    """
    with unit_of_work():
        with transition(panel, PANEL.approve, by=by, at=at, version=version):
            if not panel.minutes.strip():
                raise RuleBroken(_("Write the minutes first."))
            panel.approved_by_ids = sorted({*panel.approved_by_ids, by.id})
        if is_approved(panel.approved_by_ids, panel.chair_id or 0):
            with transition(panel, PANEL.close, by=OFFICE, at=at):
                _keep_recusals(panel)
                panel.closed_at = at


def cancel_panel(panel: Panel, reason: str, *, by: User, at: datetime) -> None:
    """There is no session; its members are told."""
    with transition(panel, PANEL.cancel, by=by, at=at, why=reason) as step:
        for seat in panel.sitting:
            letters.write_to_member(step, panel, seat, "cancel")
