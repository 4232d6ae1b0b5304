"""Who may do what with a payable. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.organisations.states import MembershipState
from vouchers.users import policy as users
from vouchers.users.mandate import READERS
from vouchers.users.rules.persons import is_one_of, is_one_person

is_the_office = users.is_the_office
may_oversee = users.may_oversee

OWN_MONEY = _("You are paid by this, or belong to the organisation that is, so somebody else must do this.")


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff of some region or programme; an administrator runs the server, not the files."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("This part of the office is for its staff.")


def is_officer(actor: Any, payable: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region that pays, who gains nothing by it."""
    return users.is_officer(actor, payable) or gains_nothing(actor, payable)


def gains_nothing(actor: Any, payable: Any) -> Sentence | None:
    """Whoever is neither the payee nor a member of the organisation that is paid, under any account known as theirs."""
    if is_one_of(actor, people_of(payable)):
        return OWN_MONEY
    if payable.organisation is not None and payable.organisation.role_of(actor.id):
        return OWN_MONEY
    provider = payable.provider
    if provider is not None and provider.organisation is not None and provider.organisation.role_of(actor.id):
        return OWN_MONEY
    if payable.expert is not None and actor.id is not None and payable.expert.user_id == actor.id:
        return OWN_MONEY
    return None


def others_of(payable: Any) -> list[Other]:
    """Those who must be other persons than whoever decides on a payment: the people of the payee."""
    return [Other(user, Part.PAYEE) for user in people_of(payable)]


def others_to_check(payable: Any, worse: Any = ()) -> list[Other]:
    """Those who must be other persons than whoever records what the bank said: the people of the payee, and who
    recorded a worse answer that would be taken back."""
    return [*others_of(payable), *(Other(one.recorded_by, Part.FIRST) for one in worse)]


def people_of(payable: Any) -> list[Any]:
    """The people who act for a payee, by their accounts."""
    if payable.expert is not None:
        return [payable.expert.user]
    organisation = payable.organisation or (payable.provider.organisation if payable.provider is not None else None)
    memberships = organisation.memberships if organisation is not None else []
    return [one.user for one in memberships if one.user is not None and one.state == MembershipState.ACTIVE]


def looks_again(actor: Any, check: Any) -> Sentence | None:
    """An officer other than the one who recorded the answer: two persons, not two accounts known to be one's."""
    if reason := is_officer(actor, check):
        return reason
    if is_one_person(actor, check.recorded_by):
        return _("You recorded this answer; someone else must accept it.")
    return None


def others_of_check(check: Any) -> list[Other]:
    """Those who must be other persons than whoever looks again: who recorded it, and the people of the payee."""
    return [Other(check.recorded_by, Part.FIRST), *others_of(check)]


def enters_account(actor: Any, payable: Any) -> Sentence | None:
    """An officer of the region, for a provider who has no organisation at this office."""
    provider = payable.provider
    if provider is None or provider.organisation_id is not None:
        return _("This payee enters the account at the office, where it is confirmed.")
    return is_officer(actor, payable)
