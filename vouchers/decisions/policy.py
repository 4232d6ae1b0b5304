"""Who may decide. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.users import policy as users

may_oversee = users.may_oversee
is_the_office = users.is_the_office


def is_manager(actor: Any, decision: Any) -> Sentence | None:
    """A cluster manager of the application's region."""
    return applications.is_manager(actor, decision.application)


def is_manager_or_queue(actor: Any, decision: Any) -> Sentence | None:
    """A cluster manager of the application's region; the office itself where the call is first come, first served."""
    return applications.is_manager_or_queue(actor, decision.application)


def is_the_queue(actor: Any, subject: Any) -> Sentence | None:
    """The office itself, where the call is first come, first served."""
    return applications.is_the_queue(actor, subject.application)


def may_decide(actor: Any, listed: Any) -> Sentence | None:
    """A cluster manager of the region whose list it is."""
    return users.is_manager(actor, listed)


def may_read(actor: Any, application: Any) -> Sentence | None:
    """Whoever may read the application: the applicant's members, and staff of the region."""
    return applications.may_read(actor, application)
