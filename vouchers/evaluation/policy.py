"""Who may do what in an evaluation. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.rules.unsubmitting import UNDECIDED
from vouchers.evaluation.states import AssignmentState, Weight
from vouchers.experts.states import ExpertState
from vouchers.users import policy as users
from vouchers.users.mandate import READERS
from vouchers.users.states import Role

is_the_office = users.is_the_office
may_oversee_region = users.may_oversee
MAY_SEE = {AssignmentState.ACCEPTED, AssignmentState.SUBMITTED}


def is_manager(actor: Any, assignment: Any) -> Sentence | None:
    """A cluster manager of the application's region, neither of the applicant nor recused."""
    return applications.is_manager(actor, assignment.application)


def may_find(actor: Any, finding: Any) -> Sentence | None:
    """Whoever looks at the pair: a manager of the region, or the expert who declares."""
    if actor.is_office or (actor.id is not None and finding.expert.user_id == actor.id):
        return None
    return is_manager(actor, finding)


NEVER_CLEARED = _("Nobody can clear this conflict. Choose another expert.")


def may_clear(actor: Any, finding: Any) -> Sentence | None:
    """A cluster manager of the application's region; nobody where the conflict is a hard one."""
    return NEVER_CLEARED if finding.weight == Weight.FORBIDS else is_manager(actor, finding)


def is_that_expert(actor: Any, assignment: Any) -> Sentence | None:
    """The expert of this assignment."""
    if actor.id is not None and assignment.expert.user_id == actor.id:
        return None
    return _("This was given to another expert.")


def may_see_application(actor: Any, assignment: Any) -> Sentence | None:
    """The expert, once the absence of a conflict is declared; never after a conflict was."""
    if reason := is_that_expert(actor, assignment):
        return reason
    if assignment.state in MAY_SEE:
        return None
    if assignment.state is AssignmentState.ASSIGNED:
        return _("You see the application once you have declared that you have no conflict of interest.")
    return _("This application is closed to you: a conflict was declared, or the task was given back or taken back.")


def may_oversee(actor: Any, assignment: Any) -> Sentence | None:
    """Staff of the application's region."""
    return applications.may_oversee(actor, assignment.application)


def may_oversee_application(actor: Any, application: Any) -> Sentence | None:
    """Staff of the application's region, once it was submitted."""
    return applications.may_oversee(actor, application) if application.was_submitted else users.NOT_YOURS


def may_assign(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the application's region, once it was submitted."""
    return applications.is_manager(actor, application) if application.was_submitted else users.NOT_YOURS


def may_look(actor: Any, looked: Any) -> Sentence | None:
    """Staff of the application's region, at an application beside an expert."""
    return may_oversee_application(actor, looked.application)


def may_settle(actor: Any, looked: Any) -> Sentence | None:
    """Whoever may assign experts to the application."""
    return may_assign(actor, looked.application)


def is_manager_or_office(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager of the application's region, or the office as a consequence."""
    return None if actor.is_office else is_manager(actor, subject)


def may_remove(actor: Any, assignment: Any) -> Sentence | None:
    """A manager, or the office as a consequence; submitted marks only of a suspended expert, until the decision."""
    if assignment.state == AssignmentState.SUBMITTED:
        is_undecided = assignment.application.state in UNDECIDED
        if assignment.expert.state != ExpertState.SUSPENDED or not is_undecided:
            return _("Submitted marks stay.")
    return is_manager_or_office(actor, assignment)


def may_open_consensus(actor: Any, consensus: Any) -> Sentence | None:
    """A cluster manager of the region; the office itself where the call asks for a consensus."""
    return is_manager_or_office(actor, consensus)


NO_PARTY = _("Only the experts whose marks count write and approve the consensus.")


def is_rapporteur(actor: Any, consensus: Any) -> Sentence | None:
    """The expert who writes the consensus, while the own marks count."""
    rapporteur = consensus.rapporteur
    if rapporteur.state == AssignmentState.SUBMITTED and is_that_expert(actor, rapporteur) is None:
        return None
    return _("Only the rapporteur may do this.")


def is_party(actor: Any, consensus: Any) -> Sentence | None:
    """An expert of the application whose marks count."""
    if actor.id is not None and actor.id in consensus.party_user_ids:
        return None
    return NO_PARTY


def may_read_consensus(actor: Any, consensus: Any) -> Sentence | None:
    """The experts whose marks count, and staff of the region."""
    return None if is_party(actor, consensus) is None else may_oversee(actor, consensus)


def may_see_document(actor: Any, shown: Any) -> Sentence | None:
    """Whoever may see the application of the assignment, with the files of the version that was pinned."""
    return may_see_application(actor, shown.assignment)


def is_expert(actor: Any, _subject: Any = None) -> Sentence | None:
    """Anybody in a pool of experts."""
    return None if actor.id is not None and actor.is_expert else _("This page is for experts.")


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Holds a role that reads the office's files anywhere: an officer, coordinator or auditor."""
    if actor.id is not None and any(grant.role in READERS for grant in actor.grants):
        return None
    return _("This part of the office is for its staff.")


def may_reckon(actor: Any, subject: Any) -> Sentence | None:
    """The office by itself, or a cluster manager or coordinator of a region of the call. It decides nothing."""
    call = subject.call
    scopes = [f"{call.programme.code}/{region}" for region in call.plan.regions]
    if actor.is_office or any(actor.holds({Role.CLUSTER_MANAGER, Role.COORDINATOR}, scope) for scope in scopes):
        return None
    return _("Only a cluster manager of this region may do this.")


def may_reckon_list(actor: Any, listed: Any) -> Sentence | None:
    """A cluster manager of the list's region, or a coordinator."""
    if actor.id is not None and actor.holds({Role.CLUSTER_MANAGER, Role.COORDINATOR}, listed.scope):
        return None
    return _("Only a cluster manager of this region may do this.")


def is_any_manager(actor: Any, _subject: Any = None) -> Sentence | None:
    """A cluster manager of at least one region; each step asks for its own region again."""
    if actor.id is not None and actor.holds({Role.CLUSTER_MANAGER}):
        return None
    return _("Only a cluster manager of this region may do this.")
