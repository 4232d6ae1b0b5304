"""Who may decide. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

may_oversee = users.may_oversee
is_the_office = users.is_the_office


def is_decider(actor: Any, decision: Any) -> Sentence | None:
    """A cluster manager of the application's region; the office, where two persons or an order have decided."""
    return applications.may_decide(actor, decision.application)


def is_manager(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager of the application's region who does not belong to the applying organisation."""
    return applications.is_manager(actor, subject.application)


def may_decide(actor: Any, listed: Any) -> Sentence | None:
    """A cluster manager of the region whose list it is."""
    return users.is_manager(actor, listed)


def may_decide_alone(actor: Any, listed: Any) -> Sentence | None:
    """A cluster manager of the region whose list it is, in a call in which one person decides."""
    return may_decide(actor, listed) or (applications.TWO_PERSONS if listed.call.plan.has_two_persons else None)


def may_propose(actor: Any, session: Any) -> Sentence | None:
    """A cluster manager of the region, in a call whose decisions two persons make."""
    if session.call.plan.has_two_persons:
        return may_decide(actor, session)
    return _("In this call one person decides; no session is needed.")


def is_second_person(actor: Any, session: Any) -> Sentence | None:
    """A cluster manager of the region or a coordinator; never the proposer, nor anybody who wrote a line."""
    if actor.id is None or not actor.holds(SECOND, session.scope):
        return _("Only a cluster manager of this region or a coordinator of the programme may do this.")
    if actor.id == session.proposed_by_id or actor.id in session.writer_ids:
        return _("You wrote this proposal, so somebody else must decide it.")
    return None


def may_announce(actor: Any, session: Any) -> Sentence | None:
    """A cluster manager of the region or a coordinator of the programme."""
    if actor.id is not None and actor.holds(SECOND, session.scope):
        return None
    return _("Only a cluster manager of this region or a coordinator of the programme may do this.")


def may_waive(actor: Any, condition: Any) -> Sentence | None:
    """A cluster manager of the region or a coordinator, neither of the applicant nor recused, nor who asked for it."""
    if reason := may_announce(actor, condition):
        return reason
    if actor.id == condition.asked_by_id:
        return _("You asked for this waiver, so somebody else must decide it.")
    return applications.is_neutral(actor, condition.application)


def may_settle(actor: Any, condition: Any) -> Sentence | None:
    """Whoever may say that a condition is met, ask for its waiver, or decide on the waiver."""
    return None if is_manager(actor, condition) is None else may_announce(actor, condition)


def may_read_condition(actor: Any, condition: Any) -> Sentence | None:
    """Staff of the region."""
    return users.may_oversee(actor, condition)


def may_propose_one(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the region, in a call whose decisions two persons make."""
    if application.call.plan.has_two_persons:
        return applications.is_manager(actor, application)
    return _("In this call one person decides; no session is needed.")


SEES_LISTS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR})
"""Who reads the lists of a region."""
SECOND = frozenset({Role.CLUSTER_MANAGER, Role.COORDINATOR})
"""Who may be the second person."""


def may_read(actor: Any, application: Any) -> Sentence | None:
    """Whoever may read the application: the applicant's members, and staff of the region."""
    return applications.may_read(actor, application)
