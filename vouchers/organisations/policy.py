"""Who may do what for an organisation. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.organisations.states import MemberRole, MembershipState
from vouchers.users import policy as users
from vouchers.users.mandate import OFFICERS
from vouchers.users.rules.persons import is_one_of

WRITERS = {MemberRole.OWNER, MemberRole.EDITOR}

is_signed_in = users.is_signed_in
may_take_part = users.may_take_part
is_the_office = users.is_the_office


def _role(actor: Any, organisation: Any) -> MemberRole | None:
    return organisation.role_of(actor.id) if actor.id is not None else None


OUTSIDE = _("This belongs to an organisation that you do not act for.")
"""Said to everybody else. It names nobody: who has applied is nobody's business, and addresses can be counted up."""


def is_member(actor: Any, organisation: Any) -> Sentence | None:
    """Any active member."""
    return None if _role(actor, organisation) else OUTSIDE


def is_writer(actor: Any, organisation: Any) -> Sentence | None:
    """An owner or editor."""
    role = _role(actor, organisation)
    if role in WRITERS:
        return None
    return _("Only an owner or editor of %(name)s may do this.", name=organisation.name) if role else OUTSIDE


def is_owner(actor: Any, organisation: Any) -> Sentence | None:
    """An owner."""
    role = _role(actor, organisation)
    if role == MemberRole.OWNER:
        return None
    return _("Only an owner of %(name)s may do this.", name=organisation.name) if role else OUTSIDE


def may_read(actor: Any, organisation: Any) -> Sentence | None:
    """A member, or staff in whose programme and region the organisation applied, enrolled, provides or is paid."""
    return None if is_member(actor, organisation) is None else users.may_oversee(actor, organisation)


def may_change_membership(actor: Any, membership: Any) -> Sentence | None:
    """An owner of the membership's organisation."""
    return is_owner(actor, membership.organisation)


def may_end_membership(actor: Any, membership: Any) -> Sentence | None:
    """An owner, or the member."""
    return None if users.is_self(actor, membership) is None else may_change_membership(actor, membership)


def is_invited_person(actor: Any, membership: Any) -> Sentence | None:
    """The person whose confirmed address was invited."""
    if actor.id is not None and actor.email == membership.email:
        return None
    return _("This invitation was sent to another email address. Sign in with that address.")


def may_propose_account(actor: Any, account: Any) -> Sentence | None:
    """An owner or editor of the account's organisation; the expert; for a provider outside the office, an officer."""
    if account.organisation is not None:
        return is_writer(actor, account.organisation)
    if account.expert is not None:
        return users.is_self(actor, account.expert)
    return _is_officer_of_programme(actor, account.provider)


def may_read_account(actor: Any, account: Any) -> Sentence | None:
    """Whoever may read the organisation; of others, an officer of the programme."""
    if account.organisation is not None:
        return may_read(actor, account.organisation)
    return _is_officer_of_programme(actor, account.expert or account.provider)


def is_second_person(actor: Any, account: Any) -> Sentence | None:
    """An officer of the region (of the programme, where it is no organisation's) who neither proposed the account nor
    is paid to it."""
    if account.organisation is None:
        reason = _is_officer_of_programme(actor, account.expert or account.provider)
        is_own = account.expert is not None and actor.id == account.expert.user_id
    else:
        reason = users.is_officer(actor, account)
        is_own = account.organisation.role_of(actor.id) is not None
    if reason:
        return reason
    if is_own or is_one_of(actor, [one.user for one in others_of_account(account)]):
        return _("You entered this bank account or belong to the organisation; someone else must confirm it.")
    return None


def others_of_account(account: Any) -> list[Other]:
    """Those who must be other persons than whoever confirms an account: who entered it, and whose it is."""
    owners = [account.expert.user] if account.expert is not None else []
    if account.organisation is not None:
        owners = _members(account.organisation)
    return _others(account.proposed_by, owners)


def is_second_person_of_name(actor: Any, organisation: Any) -> Sentence | None:
    """An officer of a region and programme that it has to do with, who neither asked for the name nor belongs to it."""
    if reason := users.is_officer(actor, organisation):
        return reason
    others = [one.user for one in others_of_name(organisation)]
    if organisation.role_of(actor.id) is not None or is_one_of(actor, others):
        return _("You asked for this name or belong to the organisation; someone else must confirm it.")
    return None


def others_of_name(organisation: Any) -> list[Other]:
    """Those who must be other persons than whoever confirms a name: who asked for it, and whose it is."""
    return _others(organisation.asked_by, _members(organisation))


def _others(first: Any, owners: list[Any]) -> list[Other]:
    asked = [Other(first, Part.FIRST)] if first is not None else []
    return [*asked, *(Other(owner, Part.PAYEE) for owner in owners)]


def _members(organisation: Any) -> list[Any]:
    members = organisation.memberships
    return [one.user for one in members if one.user is not None and one.state == MembershipState.ACTIVE]


def _is_officer_of_programme(actor: Any, owner: Any) -> Sentence | None:
    """An officer of any region of the programme: its registers are shared by its regions."""
    codes = (None, owner.programme_code)
    if actor.id is not None and any(one.role in OFFICERS and one.programme_code in codes for one in actor.grants):
        return None
    return _("Only a cluster manager or finance officer of the programme may do this.")
