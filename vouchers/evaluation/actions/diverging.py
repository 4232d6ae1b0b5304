"""Experts who lie too far apart: one more is asked for, or a manager accepts the difference.

The application's row is locked by whoever calls, as for everything that weighs its marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.evaluation import letters
from vouchers.evaluation.lifecycle import DIVERGENCE
from vouchers.evaluation.models import Assignment, Divergence
from vouchers.evaluation.queries.assignments import OPEN, SUBMITTED
from vouchers.evaluation.queries.divergences import find_divergence
from vouchers.evaluation.rules import divergence as rules
from vouchers.evaluation.rules.scoring import read_sheet
from vouchers.evaluation.states import DivergenceState
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition

_OPEN = DivergenceState.OPEN
WEIGHED = frozenset({ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED})
"""Once it is decided, nobody is asked any more."""


def is_one_more_needed(application: Application, given: Sequence[Assignment], *, at: datetime) -> bool:
    """Whether the submitted sheets lie too far apart to count as they are. The region's managers are told once.

    Nothing is asked while somebody is still writing: that may be the one more.
    """
    marking = application.call.plan.marking
    if marking is None or application.state not in WEIGHED or any(one.state in OPEN for one in given):
        return False
    submitted = [one for one in given if one.state == SUBMITTED]
    apart = []
    if len(submitted) == application.instrument.plan.experts_per_application:
        apart = rules.find_apart([read_sheet(one.marks, marking.criteria) for one in submitted], marking)
    seen = rules.fingerprint({one.id: one.version for one in submitted})
    known = find_divergence(application.id)
    if not apart:
        if known is not None and known.state == _OPEN:
            with transition(known, DIVERGENCE.settle, by=OFFICE, at=at):
                pass
        return False
    if known is not None and known.state == DivergenceState.ACCEPTED and known.sheets == seen:
        return False
    _note(application, known, apart, seen, at=at)
    return True


def _note(
    application: Application, known: Divergence | None, apart: Sequence[rules.Apart], seen: str, *, at: datetime
) -> None:
    said = rules.as_json(apart)
    if known is None:
        found = Divergence(application=application, apart=said, sheets=seen, found_at=at)
        with creation(found, DIVERGENCE.find, by=OFFICE, at=at) as step:
            letters.write_of_divergence(step, found)
    elif known.state != _OPEN or known.sheets != seen:
        is_told = known.state == _OPEN
        with transition(known, DIVERGENCE.find_again, by=OFFICE, at=at) as step:
            known.apart, known.sheets, known.found_at = said, seen, at
            known.reason, known.accepted_at, known.accepted_by_id = "", None, None
            if not is_told:
                letters.write_of_divergence(step, known)


def note_acceptance(divergence: Divergence, reason: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """A manager lets the difference stand, for a reason; it holds for the very sheets that lie apart now.

    Raises:
        RuleBroken: no reason is given.
    """
    with transition(divergence, DIVERGENCE.accept, by=by, at=at, why=reason, version=version):
        rules.ensure_reason(reason)
        divergence.reason, divergence.accepted_at, divergence.accepted_by_id = reason.strip(), at, by.id
