"""From a confirmed proposal to assignments: each pair by the one action that assigns, in a unit of work of its own.

Whatever came about since the proposal (a conflict, a load, an answer) is asked again there, under the lock; a pair that
is refused is kept with the reason, and the rest stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.applications.queries.files import get_application
from vouchers.core.database import unit_of_work
from vouchers.core.errors import Refused, RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.actions.assignments import assign_expert
from vouchers.evaluation.queries.assignments import find_current
from vouchers.experts.queries import get_expert
from vouchers.matching.lifecycle import MATCHING_RUN
from vouchers.matching.models import MatchingPair, MatchingRun
from vouchers.matching.policy import covered_by
from vouchers.matching.queries import runs as queries
from vouchers.matching.states import BidAnswer, PairState
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import transition

BATCH = 20


def confirm_run(run: MatchingRun, due_at: datetime, *, by: User, at: datetime) -> None:
    """Have the pairs of one's own regions assigned by a job.

    Raises:
        RuleBroken: every pair of these regions was assigned or refused before.
    """
    with transition(run, MATCHING_RUN.confirm, by=by, at=at) as step:
        regions = covered_by(by, run, {Role.CLUSTER_MANAGER})
        if not queries.count_pairs(run.id, regions=regions).get(PairState.PROPOSED):
            raise RuleBroken(_("Nothing of this proposal waits in your region."))
        run.confirmed_at, run.confirmed_by, run.due_at = at, by, due_at
        step.enqueue("matching.give", run_id=run.id)


@dataclass(frozen=True, slots=True)
class Given:
    """What became of one pair; `refusal` is empty where it is assigned."""

    pair_id: int
    refusal: str = ""


def give_pair(run: MatchingRun, pair: MatchingPair, *, at: datetime) -> Given:
    """Assign one pair in the name of who confirmed; says what came of it. May run twice without harm."""
    assert run.confirmed_by is not None
    assert run.confirmed_at is not None
    current = find_current(pair.application_id, pair.expert_id)
    is_ours = current is not None and current.assigned_by_id == run.confirmed_by_id
    if is_ours and current is not None and current.assigned_at >= run.confirmed_at:
        return Given(pair.id)
    try:
        with unit_of_work():
            _ensure_no_conflict_answered(pair)
            application, expert = get_application(pair.application_id), get_expert(pair.expert_id)
            assign_expert(application, expert, by=run.confirmed_by, at=at, due_at=run.due_at)
    except Refused as refused:
        return Given(pair.id, _plain(refused.sentence))
    return Given(pair.id)


def _plain(sentence: Sentence | str) -> str:
    return sentence.source if isinstance(sentence, Sentence) else sentence


def _ensure_no_conflict_answered(pair: MatchingPair) -> None:
    bid = queries.map_bids(pair.expert_id, [pair.application_id]).get(pair.application_id)
    if bid is not None and bid.answer is BidAnswer.CONFLICT:
        raise RuleBroken(_("This expert has declared a conflict of interest with this application."))


def note_given(run: MatchingRun, given: Sequence[Given], *, by: Any, at: datetime) -> None:
    """Keep what became of some pairs."""
    with transition(run, MATCHING_RUN.give, by=by, at=at):
        found = queries.map_pairs([one.pair_id for one in given])
        for one in given:
            pair = found[one.pair_id]
            pair.state, pair.refusal = PairState.REFUSED if one.refusal else PairState.GIVEN, one.refusal


def finish_run(run: MatchingRun, *, by: Any, at: datetime) -> None:
    """All pairs of who confirmed are assigned or refused: the run ends, or waits for the managers of other regions."""
    is_over = not queries.count_pairs(run.id).get(PairState.PROPOSED)
    with transition(run, MATCHING_RUN.finish if is_over else MATCHING_RUN.hand_on, by=by, at=at):
        run.ended_at = at
