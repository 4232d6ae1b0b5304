"""Interviews: a time is offered, confirmed or moved; questions are answered in writing; the panel keeps notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.panels import letters, queries
from vouchers.panels.lifecycle import INTERVIEW
from vouchers.panels.models import Interview
from vouchers.panels.queries import Item
from vouchers.panels.states import PanelState
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


@dataclass(frozen=True, slots=True)
class Slot:
    """When, how long and where, and what is to be answered in writing beforehand."""

    starts_at: datetime
    minutes: int
    place: str
    questions: str = ""


def offer_interview(item: Item, slot: Slot, *, by: User, at: datetime) -> Interview:
    """Invite an applicant.

    Raises:
        RuleBroken: the call has no interviews, the panel is over, the applicant is invited already, the time has
            passed, or another interview of the panel is at that time.
    """
    marking = item.panel.call.plan.marking
    if marking is None or marking.panel is None or not marking.panel.has_interviews:
        raise RuleBroken(_("This call has no interviews."))
    if item.panel.state not in (PanelState.PLANNED, PanelState.IN_SESSION):
        raise RuleBroken(_("The session of this panel is over."))
    others = queries.list_interviews(item.panel.id)
    if any(one.application_id == item.application.id for one in others):
        raise RuleBroken(_("This applicant is invited already."))
    interview = Interview(panel=item.panel, application=item.application)
    _set(interview, slot, at=at)
    with creation(interview, INTERVIEW.offer, by=by, at=at) as step:
        letters.write_to_applicant(step, interview, "interview")
        return interview


def move_interview(interview: Interview, slot: Slot, *, by: User, at: datetime) -> None:
    """Offer another time; the applicant confirms again. Raises `RuleBroken` as for the first."""
    with transition(interview, INTERVIEW.move, by=by, at=at) as step:
        _set(interview, slot, at=at)
        interview.wish = ""
        letters.write_to_applicant(step, interview, "interview")


def confirm_interview(interview: Interview, *, by: User, at: datetime) -> None:
    """The applicant comes."""
    with transition(interview, INTERVIEW.confirm, by=by, at=at):
        pass


def ask_to_move(interview: Interview, wish: str, *, by: User, at: datetime) -> None:
    """The applicant cannot come then, and says when. The managers are told."""
    with transition(interview, INTERVIEW.ask_move, by=by, at=at, why=wish) as step:
        if not wish.strip():
            raise RuleBroken(_("Say when you could come"), field="wish")
        interview.wish = wish
        letters.write_to_managers(step, interview, "ask_move")


def reply_interview(interview: Interview, reply: str, *, by: User, at: datetime) -> None:
    """The applicant's answer in writing, changed as often as wanted until the interview begins.

    Raises:
        RuleBroken: it is empty, or the interview has begun.
    """
    with transition(interview, INTERVIEW.reply, by=by, at=at):
        if at >= interview.starts_at:
            raise RuleBroken(_("The interview has begun, so your written answer cannot be changed any more."))
        if not reply.strip():
            raise RuleBroken(_("Write your answer"), field="reply")
        interview.reply, interview.replied_at = reply, at


def note_interview(interview: Interview, notes: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """What was said, for the panel alone. Raises `RuleBroken` before the interview has begun."""
    with transition(interview, INTERVIEW.note, by=by, at=at, version=version):
        if at < interview.starts_at:
            raise RuleBroken(_("The interview has not begun yet."))
        interview.notes = notes


def cancel_interview(interview: Interview, *, by: User, at: datetime) -> None:
    """There is no interview; the applicant is told."""
    with transition(interview, INTERVIEW.cancel, by=by, at=at) as step:
        letters.write_to_applicant(step, interview, "interview_cancelled")


def _set(interview: Interview, slot: Slot, *, at: datetime) -> None:
    if slot.starts_at <= at:
        raise RuleBroken(_("Choose a time that is still to come."), field="starts_at")
    for other in queries.list_interviews(interview.panel.id):
        if other.id != interview.id and other.starts_at == slot.starts_at:
            raise RuleBroken(
                _("%(reference)s is invited for this time.", reference=other.application.reference), field="starts_at"
            )
    interview.starts_at, interview.minutes = slot.starts_at, slot.minutes
    interview.place, interview.questions = slot.place, slot.questions
