"""Many statements at once: each is drawn up, or approved, by itself, and what came of each is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from vouchers.core.text import say as _
from vouchers.fees.actions.statements import approve_statement, draw_up_statement
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import Owed
from vouchers.users.models import User
from vouchers.workflow.many import Told, tell


def draw_up_many(owed: Sequence[Owed], *, by: User, at: datetime) -> list[Told]:
    """Draw up a statement of all sheets of each expert; each is asked to agree."""
    done = _("The statement is drawn up, and the expert is asked to agree.")
    return [
        tell(
            one.expert.user.name, one.call.plan.title.for_reader(), partial(draw_up_statement, one, by=by, at=at), done
        )
        for one in owed
    ]


def approve_many(statements: Sequence[FeeStatement], *, by: User, at: datetime) -> list[Told]:
    """Approve each as the second person: the region and the person who drew it up are asked of each."""
    done = _("The statement is approved: it is to be paid.")
    return [
        tell(one.number, one.expert.user.name, partial(approve_statement, one, by=by, at=at), done)
        for one in statements
    ]
