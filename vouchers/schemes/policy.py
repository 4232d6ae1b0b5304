"""Who writes and publishes calls: coordinators of the programme. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.policy import READERS
from vouchers.users.states import Role


def is_coordinator(actor: Any, subject: Any = None) -> Sentence | None:
    """A coordinator of the subject's programme; without a subject, of any."""
    if actor.id is not None and actor.holds({Role.COORDINATOR}, subject.scope if subject is not None else None):
        return None
    return _("Calls are written and published by a coordinator of the programme.")


def may_look(actor: Any, subject: Any = None) -> Sentence | None:
    """Staff of the programme see a draft before it is public: managers comment on it, auditors read it."""
    if actor.id is not None and actor.holds(READERS, subject.scope if subject is not None else None):
        return None
    return _("A call that is not published yet is seen by the staff of its programme only.")
