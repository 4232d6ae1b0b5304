"""Who may do what with a payable. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.mandate import READERS

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
    """Whoever is neither the payee nor a member of the organisation that is paid."""
    if payable.organisation is not None and payable.organisation.role_of(actor.id):
        return OWN_MONEY
    provider = payable.provider
    if provider is not None and provider.organisation is not None and provider.organisation.role_of(actor.id):
        return OWN_MONEY
    if payable.expert is not None and actor.id is not None and payable.expert.user_id == actor.id:
        return OWN_MONEY
    return None


def enters_account(actor: Any, payable: Any) -> Sentence | None:
    """An officer of the region, for a provider who has no organisation at this office."""
    provider = payable.provider
    if provider is None or provider.organisation_id is not None:
        return _("This payee enters the account at the office, where it is confirmed.")
    return is_officer(actor, payable)
