"""Who may do what in a panel and an interview. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office
is_not_recused = applications.is_not_recused
NO_MEMBER = _("Only members of this panel may do this.")
RECUSED = _("You are recused from this application, so you neither see it nor vote on it.")


def may_keep(actor: Any, panel: Any) -> Sentence | None:
    """A cluster manager of the panel's region."""
    return users.is_manager(actor, panel)


def is_member(actor: Any, panel: Any) -> Sentence | None:
    """A person with a seat in the panel."""
    return None if panel.seat_of(actor.id) is not None else NO_MEMBER


def may_lead(actor: Any, panel: Any) -> Sentence | None:
    """The chair, or a cluster manager of the region."""
    seat = panel.seat_of(actor.id)
    return None if seat is not None and seat.is_chair else may_keep(actor, panel)


def may_read(actor: Any, panel: Any) -> Sentence | None:
    """The members, and staff of the region."""
    return None if is_member(actor, panel) is None else users.may_oversee(actor, panel)


def may_see_item(actor: Any, item: Any) -> Sentence | None:
    """Members and staff who are not recused from the application."""
    if reason := may_read(actor, item.panel):
        return reason
    seat = item.panel.seat_of(actor.id)
    if seat is not None and item.application.id in seat.recused_ids:
        return RECUSED
    return applications.is_not_recused(actor, item.application)


def may_propose_on(actor: Any, item: Any) -> Sentence | None:
    """A member who sees the application; the vote itself asks who is present."""
    return is_member(actor, item.panel) or may_see_item(actor, item)


def is_voter(actor: Any, vote: Any) -> Sentence | None:
    """A member who is present and not recused from the application of the vote."""
    seat = vote.panel.seat_of(actor.id)
    if seat is None:
        return NO_MEMBER
    if vote.application_id in seat.recused_ids or actor.id in (vote.application.recused_ids or ()):
        return RECUSED
    return None if seat.is_present else _("Only members who are present may do this.")


def may_lead_vote(actor: Any, vote: Any) -> Sentence | None:
    """The chair or a cluster manager of the region, unless recused from the application."""
    return may_lead(actor, vote.panel) or may_see_item(actor, vote)


def may_withdraw(actor: Any, vote: Any) -> Sentence | None:
    """Whoever proposed it, or who leads."""
    return None if actor.id is not None and actor.id == vote.proposed_by_id else may_lead_vote(actor, vote)


def sits_or_keeps(actor: Any, _subject: Any = None) -> Sentence | None:
    """An expert, or staff of a region: who may have to do with panels."""
    if actor.id is not None and (actor.is_expert or actor.holds({*_READERS})):
        return None
    return NO_MEMBER


_READERS = {Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR}


# Interviews ----------------------------------------------------------------------------------------------------------


def is_manager(actor: Any, interview: Any) -> Sentence | None:
    """A cluster manager of the region, neither of the applicant nor recused."""
    return applications.is_manager(actor, interview.application)


def is_applicant(actor: Any, interview: Any) -> Sentence | None:
    """An owner or editor of the applicant."""
    return applications.is_writer(actor, interview.application)


def may_note(actor: Any, interview: Any) -> Sentence | None:
    """The chair, or a cluster manager of the region, not recused from the application."""
    return may_lead(actor, interview.panel) or may_see_item(actor, interview)


def may_read_interview(actor: Any, interview: Any) -> Sentence | None:
    """The applicant's people, the members of the panel, and staff of the region."""
    if applications.is_applicant(actor, interview.application) is None:
        return None
    return may_see_item(actor, interview)
