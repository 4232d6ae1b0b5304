"""What the applicant reads of an appeal on the pages of the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from vouchers.appeals.queries.files import list_appeals, list_with_open_appeal
from vouchers.appeals.states import AppealState
from vouchers.applications.models import Application
from vouchers.applications.views.standing import tells_next, tells_past
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_OPEN = _("Your appeal is being decided. You need to do nothing; we write to you.")


@tells_next
def tell_next(applications: Sequence[Application], _at: datetime) -> Mapping[int, Sentence]:
    """Of those with an appeal that was sent and is not decided."""
    return dict.fromkeys(list_with_open_appeal([one.id for one in applications]), _OPEN)


@tells_past
def tell_past(application: Application) -> Sequence[tuple[datetime, Sentence]]:
    """When an appeal was sent, and what became of it."""
    lines: list[tuple[datetime, Sentence]] = []
    for appeal in list_appeals(application.id):
        if appeal.filed_at is not None:
            lines.append((appeal.filed_at, _("The appeal %(number)s was sent", number=appeal.number)))
        if appeal.decided_at is not None and (outcome := _outcome(appeal.state, appeal.number or "")):
            lines.append((appeal.decided_at, outcome))
    return lines


def _outcome(state: AppealState, number: str) -> Sentence | None:
    outcomes = {
        AppealState.UPHELD: _("Your appeal %(number)s is upheld", number=number),
        AppealState.REJECTED: _("Your appeal %(number)s is rejected", number=number),
        AppealState.REFUSED: _("Your appeal %(number)s came too late", number=number),
    }
    return outcomes.get(state)
