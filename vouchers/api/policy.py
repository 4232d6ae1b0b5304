"""Who issues and revokes tokens, and what a token may do. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.api.states import Right
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

_LOST = _("Whoever issued this token may not act for the office any more. Issue a new one.")
ISSUERS = frozenset({Role.ADMINISTRATOR, Role.FINANCE_OFFICER})


def issues_tokens(actor: Any, _subject: Any = None) -> Sentence | None:
    """An administrator, or a finance officer of some region; each token asks for its own."""
    if actor.id is not None and actor.holds(ISSUERS):
        return None
    return _("Only administrators and finance officers issue tokens for finance systems.")


def may_issue(actor: Any, token: Any) -> Sentence | None:
    """A finance officer of all that the token opens; an administrator, as long as it only reads."""
    if issues_tokens(actor) is not None or _is_officer_of_all(actor, token):
        return issues_tokens(actor)
    if not actor.holds({Role.ADMINISTRATOR}):
        return _("You are not a finance officer of all programmes and regions that this token opens.")
    if Right.ACKNOWLEDGE in token.rights:
        return _(
            "Only a finance officer of the region issues a token that acknowledges payments: it acts in that name."
        )
    return None


def _is_officer_of_all(actor: Any, token: Any) -> bool:
    """Unlike `holds`, a role in one programme does not do for a token that opens all of them."""
    return any(
        grant.role == Role.FINANCE_OFFICER
        and grant.region_code in (None, token.region.code)
        and grant.programme_code in (None, token.programme_code)
        for grant in actor.grants
    )


def may_revoke(actor: Any, token: Any) -> Sentence | None:
    """A finance officer of the token's region, or an administrator."""
    if actor.id is not None and actor.holds({Role.ADMINISTRATOR}):
        return None
    return users.is_finance_officer(actor, token)


def acts_for(actor: Any, token: Any) -> Sentence | None:
    """A token acts in the name of whoever issued it, as long as that person is a finance officer of the region."""
    if actor.id != token.issued_by_id or not actor.is_active:
        return _LOST
    if Right.ACKNOWLEDGE not in token.rights:
        return _("This token may not acknowledge payments.")
    return None if _is_officer_of_all(actor, token) else users.is_finance_officer(actor, token) or _LOST


def is_within(token: Any, subject: Any) -> Sentence | None:
    """What belongs to the region of the token, and to its programme if it is for one."""
    programme, _sign, region = subject.scope.partition("/")
    if region == token.region.code and token.programme_code in (None, programme):
        return None
    return _("This belongs to another region or programme, so you may not see it.")
