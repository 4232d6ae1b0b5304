"""What a batch of decisions would answer, asked beforehand of the same guards. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.policy import is_neutral
from vouchers.core.errors import Refused
from vouchers.core.money import Money
from vouchers.decisions.actions.guards import Asked, Before, ensure_awardable, ensure_rejectable, ensure_reservable
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.ranked import map_applications
from vouchers.decisions.queries.sessions import get_contest_of_session, list_undecided
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.rules.sessions import Line, Proposed
from vouchers.evaluation.queries.tainted import ensure_untainted, find_tainted
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, ensure_open

AT_MOST = 200
"""Lines of a session that are asked about at once: a few seconds."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would come of one line."""

    refusal: str = ""
    """Why it would be refused; empty where it goes through."""
    granted: Money | None = None

    @property
    def goes_through(self) -> bool:
        """Whether nothing stands against it now."""
        return not self.refusal


def foretell_many(
    contest: Contest, applications: Sequence[Application], outcome: Proposed, reason: str, *, by: User, at: datetime
) -> dict[int, Foretold]:
    """By application, in the order in which they would be decided one by one."""
    lines = [Line(one.id, one.reference, outcome, reason=reason) for one in applications]
    found = {one.id: one for one in applications}
    return _foretell(contest, contest, lines, found, None, by=by, at=at)


def foretell_session(session: DecisionSession, *, by: User, at: datetime) -> dict[int, Foretold]:
    """By application, if this person confirmed the session now. Of a long session the first `AT_MOST` lines."""
    contest, lines = get_contest_of_session(session), list_undecided(session)[:AT_MOST]
    listed = contest.without(rules.list_with(session.lines, Proposed.REJECT))
    together = rules.list_with(session.lines, Proposed.AWARD)
    applications = map_applications([line.key for line in lines])
    barred = {key: str(why) for key, one in applications.items() if (why := is_neutral(by, one))}
    found = _foretell(contest, listed, lines, applications, together, by=OFFICE, at=at)
    return found | {key: Foretold(why) for key, why in barred.items()}


def _foretell(
    contest: Contest,
    listed: Contest,
    lines: Sequence[Line],
    applications: Mapping[int, Application],
    together: Collection[Any] | None,
    *,
    by: Any,
    at: datetime,
) -> dict[int, Foretold]:
    """Ask line by line, each as if those before it that go through were written.

    Args:
        together: the keys of those who are awarded in the same step; None where each is decided by itself.
    """
    before: list[Before] = []
    tainted = {one.application_id for one in find_tainted(contest.call, [line.key for line in lines])}
    told: dict[int, Foretold] = {}
    for line in lines:
        application = applications[line.key]
        beside = {one.application.id for one in before} if together is None else together
        where = contest if line.outcome is Proposed.REJECT else listed
        try:
            if line.key in tainted:
                ensure_untainted(application.call, [line.key])
            granted = _ask(where, application, line, beside, before, by=by, at=at)
        except Refused as refused:
            told[line.key] = Foretold(str(refused))
            continue
        told[line.key] = Foretold(granted=granted)
        if granted is not None:
            before.append(Before(application, granted))
    return told


def _ask(
    contest: Contest,
    application: Application,
    line: Line,
    together: Collection[Any],
    before: Sequence[Before],
    *,
    by: Any,
    at: datetime,
) -> Money | None:
    ensure_open(application, APPLICATION.transitions[line.outcome.value], by=by)
    if line.outcome is Proposed.AWARD:
        asked = Asked(line.amount, contest.left, line.reason, line.conditions, together, before)
        return ensure_awardable(contest, application, asked, at=at)
    if line.outcome is Proposed.RESERVE:
        ensure_reservable(contest, application, line.reason)
    else:
        ensure_rejectable(contest, application, line.reason)
    return None
