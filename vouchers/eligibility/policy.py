"""Who may hand in papers on a company's ownership and aid, and who keeps the aid register."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.organisations import policy as organisations
from vouchers.users import policy as users

is_the_office = users.is_the_office
is_staff = users.is_staff
is_manager = users.is_manager


def is_writer(actor: Any, paper: Any) -> Sentence | None:
    """An owner or editor of the organisation that the paper is about."""
    return organisations.is_writer(actor, paper.organisation)


def may_read(actor: Any, paper: Any) -> Sentence | None:
    """A member of the organisation, or staff of its region."""
    return organisations.may_read(actor, paper.organisation)


def may_see_address(actor: Any, declaration: Any) -> Sentence | None:
    """With whose email address it was signed: that person, an owner of the organisation, or staff of its region."""
    if actor.id == declaration.signed_by_id or organisations.is_owner(actor, declaration.organisation) is None:
        return None
    return users.may_oversee(actor, declaration)


def may_see_entry(actor: Any, entry: Any) -> Sentence | None:
    """Staff of the region that granted."""
    return users.may_oversee(actor, entry)


def may_cancel_entry(actor: Any, entry: Any) -> Sentence | None:
    """The office, when a voucher lapses, or a manager of the region with a reason."""
    return None if users.is_the_office(actor, entry) is None else users.is_manager(actor, entry)
