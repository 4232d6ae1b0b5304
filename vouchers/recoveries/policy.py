"""Who may claim money back, and who reads a suspicion. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.advances import policy as advances
from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.organisations.states import MembershipState
from vouchers.recoveries.states import RecoveryState, Relief
from vouchers.users import policy as users
from vouchers.users.mandate import mandate_of
from vouchers.users.rules.persons import is_one_person
from vouchers.users.states import Role

is_the_office = users.is_the_office
is_officer_of_advance = advances.is_officer
NO_PLAN = _("No instalments are proposed.")


def is_officer_of(actor: Any, agreement: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, neither of the beneficiary nor stepped back."""
    return users.is_officer(actor, agreement) or applications.is_neutral(actor, agreement.application)


def is_officer(actor: Any, recovery: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, neither of the beneficiary nor stepped back."""
    return is_officer_of(actor, recovery.agreement)


def is_second_officer(actor: Any, recovery: Any) -> Sentence | None:
    """An officer of the region other than the one who proposed it (two persons, not two roles)."""
    if reason := is_officer(actor, recovery):
        return reason
    if is_one_person(actor, recovery.proposed_by):
        return _("You proposed this recovery, so somebody else must order it.")
    return None


def others_of(recovery: Any) -> list[Other]:
    """Those who must be other persons than whoever decides next: who proposed it, or to let it go; and who owes it."""
    first = recovery.relief_by if recovery.state == RecoveryState.WAIVER_PROPOSED else recovery.proposed_by
    members = recovery.agreement.application.organisation.memberships
    debtors = [one.user for one in members if one.user is not None and one.state == MembershipState.ACTIVE]
    return [Other(first, Part.FIRST), *(Other(one, Part.PAYEE) for one in debtors)]


def others_of_plan(recovery: Any) -> list[Other]:
    """Those who must be other persons than whoever agrees to instalments: who proposed them, and who owes them."""
    first = [Other(recovery.proposed_plan.proposed_by, Part.FIRST)] if recovery.proposed_plan else []
    return [*first, *others_of(recovery)[1:]]


def may_propose_plan(actor: Any, recovery: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, neither of the beneficiary nor stepped back; while no other
    instalments wait for a second person."""
    if reason := is_officer(actor, recovery):
        return reason
    return _("Other instalments are proposed. They are agreed on or refused first.") if recovery.proposed_plan else None


def may_agree_on_plan(actor: Any, recovery: Any) -> Sentence | None:
    """An officer of the region other than the one who proposed the instalments; the office itself where a first plan
    needs no second person."""
    if users.is_the_office(actor, recovery) is not None and (reason := is_officer(actor, recovery)):
        return reason
    if recovery.proposed_plan is None:
        return NO_PLAN
    if is_one_person(actor, recovery.proposed_plan.proposed_by):
        return _("You proposed this, so somebody else must decide it.")
    return None


def may_refuse_plan(actor: Any, recovery: Any) -> Sentence | None:
    """An officer of the region, where instalments are proposed; who proposed them may take them back so."""
    return is_officer(actor, recovery) or (None if recovery.proposed_plan else NO_PLAN)


def may_receive(actor: Any, recovery: Any) -> Sentence | None:
    """An officer, or the office itself where the bank's statement says so."""
    return None if is_the_office(actor, recovery) is None else is_officer(actor, recovery)


def may_refuse_waiver(actor: Any, recovery: Any) -> Sentence | None:
    """An officer of the region; who proposed it may take it back so."""
    return is_officer(actor, recovery)


def may_decide_waiver(actor: Any, recovery: Any) -> Sentence | None:
    """An officer other than the one who proposed it; and only where a waiver was proposed."""
    if reason := _is_other_than_proposer(actor, recovery):
        return reason
    return None if recovery.relief == Relief.WAIVER else _("What was proposed is not a waiver.")


def may_cancel(actor: Any, recovery: Any) -> Sentence | None:
    """Before it is ordered any officer of the region; afterwards another one than who proposed the cancellation."""
    if recovery.state == RecoveryState.PROPOSED:
        return is_officer(actor, recovery)
    if reason := _is_other_than_proposer(actor, recovery):
        return reason
    return None if recovery.relief == Relief.CANCELLATION else _("What was proposed is not a cancellation.")


def _is_other_than_proposer(actor: Any, recovery: Any) -> Sentence | None:
    if reason := is_officer(actor, recovery):
        return reason
    if is_one_person(actor, recovery.relief_by):
        return _("You proposed this, so somebody else must decide it.")
    return None


def may_read(actor: Any, recovery: Any) -> Sentence | None:
    """Staff of the region; a member of the beneficiary once it is ordered."""
    if users.may_oversee(actor, recovery) is None:
        return None
    is_theirs = applications.is_applicant(actor, recovery.agreement.application)
    return is_theirs if recovery.ordered_at else users.NOT_YOURS


def may_read_of(actor: Any, agreement: Any) -> Sentence | None:
    """Staff of the region; a member of the beneficiary, who sees what was ordered."""
    if users.may_oversee(actor, agreement) is None:
        return None
    return applications.is_applicant(actor, agreement.application)


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff who may read files of at least one region."""
    return None if mandate_of(actor).pairs else _("Only the staff of a region or programme may see this.")


# Suspicions ----------------------------------------------------------------------------------------------------------

REPORTERS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR})
"""Who may report a suspicion, and do something about one that they read."""
WATCHERS = REPORTERS | {Role.AUDITOR}
"""With whom one may be shared; an auditor reads, and changes nothing."""


def may_report_about(actor: Any, agreement: Any) -> Sentence | None:
    """Staff of the region or programme, neither of the beneficiary nor stepped back; not an auditor."""
    return _is_there(actor, agreement, REPORTERS)


def may_report(actor: Any, suspicion: Any) -> Sentence | None:
    """Staff of the region or programme, neither of the beneficiary nor stepped back; not an auditor."""
    return may_report_about(actor, suspicion.agreement)


def reads_suspicion(actor: Any, suspicion: Any) -> Sentence | None:
    """Who reported it and those with whom it was shared, while they are still staff there; no role opens it."""
    is_named = actor.id is not None and actor.id in suspicion.reader_ids
    return None if is_named and _is_there(actor, suspicion.agreement, WATCHERS) is None else users.NOT_YOURS


def handles_suspicion(actor: Any, suspicion: Any) -> Sentence | None:
    """Who reads it and might have reported it: not an auditor, who changes nothing."""
    return reads_suspicion(actor, suspicion) or may_report(actor, suspicion)


def _is_there(actor: Any, agreement: Any, roles: frozenset[Role]) -> Sentence | None:
    if actor.id is None or not actor.holds(roles, agreement.scope):
        return users.NOT_YOURS
    return applications.is_neutral(actor, agreement.application)


def may_watch(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff who may report suspicions; each sees only those that are theirs to read."""
    if actor.id is not None and actor.holds(WATCHERS):
        return None
    return _("This part of the office is for its staff.")
