"""Who may do what with calls for a pool and with enrolments. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations import policy as organisations
from vouchers.pools.states import PoolCallState
from vouchers.providers import policy as providers
from vouchers.users import policy as users

may_keep_pool = providers.may_keep_register
keeps_a_pool = providers.keeps_a_register
is_the_office = users.is_the_office
is_signed_in = users.is_signed_in


def may_discard(actor: Any, kept: Any) -> Sentence | None:
    """A keeper of the register; the office by itself, when nobody has confirmed the file for long."""
    return None if actor.is_office else may_keep_pool(actor, kept)


def may_see(actor: Any, call: Any) -> Sentence | None:
    """Everybody once it was published, before that its keepers."""
    return None if call.state != PoolCallState.DRAFT and call.published_at else may_keep_pool(actor, call)


def may_begin(actor: Any, call: Any) -> Sentence | None:
    """Anybody with an account, in a published call."""
    return users.may_take_part(actor) or may_see(actor, call)


def may_enrol(actor: Any, enrolment: Any) -> Sentence | None:
    """Oneself as an expert, or one's organisation as a provider."""
    return may_write(actor, enrolment)


def may_write(actor: Any, enrolment: Any) -> Sentence | None:
    """The person who enrols as an expert; an owner or editor of the organisation that enrols as a provider."""
    if enrolment.organisation is not None:
        return organisations.is_writer(actor, enrolment.organisation)
    return users.is_self(actor, enrolment)


def may_read(actor: Any, enrolment: Any) -> Sentence | None:
    """Whoever enrols, the organisation's members, and the keepers of the register."""
    if enrolment.organisation is not None and organisations.is_member(actor, enrolment.organisation) is None:
        return None
    own = users.is_self(actor, enrolment) is None
    return None if own else may_keep_pool(actor, enrolment)


def may_judge(actor: Any, enrolment: Any) -> Sentence | None:
    """A keeper of the register who neither enrols nor belongs to the organisation that does."""
    organisation = enrolment.organisation
    is_theirs = users.is_self(actor, enrolment) is None or (organisation and organisation.role_of(actor.id))
    if is_theirs:
        return _("This is your own enrolment, so someone else must decide.")
    return may_keep_pool(actor, enrolment)
