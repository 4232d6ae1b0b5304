"""Who may do what with an application. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.applications.states import ApplicationState
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations import policy as organisations
from vouchers.programmes.rules.form_plan import Reader
from vouchers.programmes.rules.plan import Allocation
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office
may_oversee = users.may_oversee


def is_writer(actor: Any, application: Any) -> Sentence | None:
    """An owner or editor of the applying organisation."""
    return organisations.is_writer(actor, application.organisation)


def may_submit(actor: Any, application: Any) -> Sentence | None:
    """An owner or editor; where the call says so, only a member who may sign for the organisation."""
    if not application.call.plan.has_signatory:
        return is_writer(actor, application)
    if application.organisation.is_signatory(actor.id):
        return None
    name = application.organisation.name
    outside = is_applicant(actor, application)
    return outside or _("Only a person who may sign for %(name)s submits this application.", name=name)


def may_send_back(actor: Any, application: Any) -> Sentence | None:
    """Whoever signs, or a writer who wants it back."""
    return None if may_submit(actor, application) is None else is_writer(actor, application)


def is_applicant(actor: Any, application: Any) -> Sentence | None:
    """Any member of the applying organisation."""
    return organisations.is_member(actor, application.organisation)


def may_read(actor: Any, application: Any) -> Sentence | None:
    """A member of the applying organisation; staff of the region once it is submitted. Experts have their own page."""
    reason = is_applicant(actor, application)
    if reason is None:
        return None
    if not application.was_submitted:
        return users.NOT_YOURS
    return users.may_oversee(actor, application)


def readers_of(actor: Any, application: Any) -> frozenset[Reader]:
    """As whom a person reads the answers: whoever acts for the applicant reads all, staff as their roles allow."""
    if is_applicant(actor, application) is None:
        return frozenset(Reader)
    return frozenset(reader for role, reader in READERS.items() if actor.holds({role}, application.scope))


READERS = {
    Role.CLUSTER_MANAGER: Reader.MANAGER,
    Role.FINANCE_OFFICER: Reader.FINANCE_OFFICER,
    Role.COORDINATOR: Reader.COORDINATOR,
    Role.AUDITOR: Reader.AUDITOR,
}
"""As whom staff read; experts have their own page."""


def is_the_queue(actor: Any, application: Any) -> Sentence | None:
    """The office itself, where the call is first come, first served."""
    if actor.is_office and application.call.plan.allocation is Allocation.FIRST_COME:
        return None
    return _("The office does this by itself in a call that gives its money in the order of submission.")


def is_manager_or_queue(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the region; the office itself where the call is first come, first served."""
    return None if is_the_queue(actor, application) is None else is_manager(actor, application)


def may_decide(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the region; the office, where two persons, the queue or the reserve list have decided."""
    plan = application.call.plan
    if actor.is_office:
        moves_up = plan.has_reserve_list and application.state in {ApplicationState.RESERVED, ApplicationState.AWARDED}
        is_settled = plan.allocation is Allocation.FIRST_COME or plan.has_two_persons or moves_up
        return None if is_settled else is_manager(actor, application)
    return is_manager(actor, application) or (TWO_PERSONS if plan.has_two_persons else None)


TWO_PERSONS = _(
    "In this call one person proposes the decisions and another one confirms them. Propose it in a decision session."
)


def is_manager(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the application's region who does not belong to the applicant and has not stepped back."""
    return users.is_manager(actor, application) or is_neutral(actor, application)


HANDLERS = frozenset({Role.CLUSTER_MANAGER, Role.COORDINATOR})
"""Whose roles let them handle the applications of a region."""


def may_handle(actor: Any, application: Any) -> Sentence | None:
    """A neutral cluster manager of the region or coordinator of the programme, once the application was submitted."""
    if not application.was_submitted:
        return users.NOT_YOURS
    if actor.id is None or not actor.holds(HANDLERS, application.scope):
        return _("Only a cluster manager of this region or a coordinator of its programme may handle this.")
    return is_neutral(actor, application)


def may_hand_over(actor: Any, application: Any) -> Sentence | None:
    """Whoever may handle it, and whoever handles it now."""
    is_own = actor.id is not None and application.officer_id == actor.id
    return None if is_own else may_handle(actor, application)


def handles_some(actor: Any, subject: Any = None) -> Sentence | None:
    """Whoever may handle the applications of some region."""
    if actor.id is not None and actor.holds(HANDLERS):
        return None
    return _("Only cluster managers and coordinators handle applications.")


RECUSED = _("You have stepped back from this application, so someone else must do this.")


def is_not_recused(actor: Any, application: Any) -> Sentence | None:
    """Whoever has not stepped back from the application."""
    return RECUSED if actor.id is not None and actor.id in (application.recused_ids or ()) else None


def is_neutral(actor: Any, application: Any) -> Sentence | None:
    """Whoever neither belongs to the applying organisation nor has stepped back from the application."""
    if application.organisation.role_of(actor.id):
        return users.NOT_NEUTRAL
    return is_not_recused(actor, application)


def may_step_back(actor: Any, application: Any) -> Sentence | None:
    """An officer of the region, once the application was submitted."""
    return users.is_officer(actor, application) if application.was_submitted else users.NOT_YOURS


def is_that_officer(actor: Any, recusal: Any) -> Sentence | None:
    """An officer of the region, each for themselves."""
    if recusal.user_id != actor.id:
        return _("Each officer steps back for themselves alone.")
    return may_step_back(actor, recusal.application)


def may_lift(actor: Any, recusal: Any) -> Sentence | None:
    """Another officer of the region: whoever stepped back does not decide that the reason is gone."""
    if reason := users.is_officer(actor, recusal):
        return reason
    if actor.id == recusal.user_id:
        return _("You stepped back yourself; someone else must lift it.")
    return None


# Partners of a consortium ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartnerContact:
    """The person at a partner's, without an account, who holds the link that was sent there."""

    partner_id: int
    name: str
    id: None = None
    is_office: bool = False
    is_staff: bool = False

    def holds(self, *_: Any) -> bool:
        """No role."""
        return False


def is_writer_of_partner(actor: Any, partner: Any) -> Sentence | None:
    """An owner or editor of the applying organisation."""
    return is_writer(actor, partner.application)


def is_partner_contact(actor: Any, partner: Any) -> Sentence | None:
    """Whoever holds the partner's own link."""
    if isinstance(actor, PartnerContact) and actor.partner_id == partner.id:
        return None
    return _("Only the partner's contact person may do this, with the link from the email.")


OWN_MEMBER = _("You belong to the organisation that applies, so you cannot answer for a partner.")


def holds_link(actor: Any, partner: Any) -> Sentence | None:
    """Whoever came with the link that only the partner was sent, and does not belong to the applicant."""
    return OWN_MEMBER if partner.application.organisation.role_of(actor.id) else None
