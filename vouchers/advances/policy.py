"""Who may do what with an advance. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.agreements import policy as agreements
from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.policy import others_of as others_of
from vouchers.payables.policy import people_of
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_of

is_the_office = users.is_the_office
is_reader = agreements.is_reader
is_sme_of = agreements.is_sme
may_read_agreement = agreements.may_read


def is_asker(actor: Any, advance: Any) -> Sentence | None:
    """An owner or editor of the beneficiary."""
    return agreements.is_sme(actor, advance.agreement)


def may_read(actor: Any, advance: Any) -> Sentence | None:
    """Whoever may read the agreement."""
    return agreements.may_read(actor, advance.agreement)


def is_officer(actor: Any, advance: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region who has no part in the application."""
    return users.is_officer(actor, advance) or applications.is_neutral(actor, advance.agreement.application)


def is_decider(actor: Any, advance: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region who has no part in the application and did not ask for it,
    under any account."""
    if reason := is_officer(actor, advance):
        return reason
    if is_one_of(actor, [advance.asked_by, *people_of(advance)]):
        return _("You asked for this advance, so somebody else must decide it.")
    return None


def cancels(actor: Any, advance: Any) -> Sentence | None:
    """The office, because a claim came first; or whoever may decide."""
    return None if actor.is_office else is_decider(actor, advance)
