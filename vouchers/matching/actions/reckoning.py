"""A run from the question to the proposal.

The job that reckons holds no lock. It begins by raising the run's `attempt`, and whatever it writes names that number
under the run's lock: a worker that was killed is followed by another one, which begins anew, and one that was only
slow finds its number overtaken and writes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.matching.lifecycle import MATCHING_RUN
from vouchers.matching.models import MatchingPair, MatchingRun
from vouchers.matching.policy import ALL_REGIONS
from vouchers.matching.queries import runs as queries
from vouchers.matching.rules.explaining import Lack
from vouchers.matching.rules.inputs import Pair
from vouchers.matching.states import PairState, RunState
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a manager asks of a run: experts for each application (None: as the instrument says), and the most
    applications of the call for each expert (None: as much as the expert takes)."""

    each: int | None = None
    most: int | None = None


def ask_run(call: Call, region: Region | None, terms: Terms, *, by: User, at: datetime) -> MatchingRun:
    """Ask for a proposal; a job reckons it. An older one for the same applications stands until this one is found.

    Raises:
        RuleBroken: somebody else asked before, or the pairs of an earlier proposal are being assigned.
    """
    with unit_of_work():
        db.session.refresh(call, with_for_update={"of": Call})
        place = region.code if region else ALL_REGIONS
        if busy := queries.list_overlapping(call.id, place, queries.BUSY):
            raise RuleBroken(
                _("%(name)s asked for this before you, and it is still at work. Look at that one.",
                  name=busy[0].asked_by.name)
            )  # fmt: skip
        run = MatchingRun(
            call=call, region=region, place=place, each=terms.each, most=terms.most, asked_at=at, asked_by=by,
            figures={}, lacks=[],
        )  # fmt: skip
        with creation(run, MATCHING_RUN.ask, by=by, at=at) as step:
            step.enqueue("matching.propose", run_id=run.id)
        return run


def start_run(run: MatchingRun, *, by: Any, at: datetime) -> int:
    """Begin to reckon, for the first time or again; returns the number of the attempt."""
    with transition(run, MATCHING_RUN.start, by=by, at=at):
        run.attempt += 1
        run.stage, run.step = "", 0
        return run.attempt


def report_run(run: MatchingRun, stage: str, step: int, attempt: int, *, by: Any, at: datetime) -> None:
    """Note how far it has come. Raises `WrongState` when it was cancelled or overtaken."""
    with transition(run, MATCHING_RUN.report, by=by, at=at):
        _ensure_latest(run, attempt)
        run.stage, run.step = stage, step


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What is kept of a proposal: pairs with worth and reason, the figures, and the inputs' fingerprint."""

    pairs: tuple[tuple[Pair, int, dict[str, Any]], ...]
    figures: dict[str, Any]
    fingerprint: str


def propose_run(run: MatchingRun, found: Reckoned, attempt: int, *, by: Any, at: datetime) -> None:
    """Keep the proposal; nothing is assigned before somebody confirms it. It takes the place of older ones."""
    with transition(run, MATCHING_RUN.propose, by=by, at=at):
        _ensure_latest(run, attempt)
        _discard_older(run, {RunState.PROPOSED, RunState.IMPOSSIBLE}, at=at)
        run.figures, run.fingerprint, run.ended_at = found.figures, found.fingerprint, at
        rows = [
            {
                "run_id": run.id, "application_id": pair[0], "expert_id": pair[1], "state": PairState.PROPOSED,
                "worth": worth, "reason": reason, "refusal": "",
            }
            for pair, worth, reason in found.pairs
        ]  # fmt: skip
        for start in range(0, len(rows), AT_ONCE):
            db.session.execute(insert(MatchingPair), rows[start : start + AT_ONCE])


def find_run_impossible(
    run: MatchingRun, lacks: tuple[Lack, ...], fingerprint: str, attempt: int, *, by: Any, at: datetime
) -> None:
    """Keep why it cannot be done. An older proposal stands; an older answer of this kind is put aside."""
    with transition(run, MATCHING_RUN.find_impossible, by=by, at=at):
        _ensure_latest(run, attempt)
        _discard_older(run, {RunState.IMPOSSIBLE}, at=at)
        run.lacks = [asdict(lack) | {"references": list(lack.references)} for lack in lacks]
        run.fingerprint, run.ended_at = fingerprint, at


def cancel_run(run: MatchingRun, *, by: User, at: datetime) -> None:
    """Stop it; the job notices at its next look."""
    with transition(run, MATCHING_RUN.cancel, by=by, at=at):
        run.ended_at = at


def discard_run(run: MatchingRun, *, by: Any, at: datetime) -> None:
    """Put a proposal aside; what was assigned from it stands."""
    with transition(run, MATCHING_RUN.discard, by=by, at=at):
        run.ended_at = at


def _discard_older(run: MatchingRun, states: set[RunState], *, at: datetime) -> None:
    for older in queries.list_overlapping(run.call_id, run.place, states):
        if older.id < run.id:
            discard_run(older, by=OFFICE, at=at)


def _ensure_latest(run: MatchingRun, attempt: int) -> None:
    if run.attempt != attempt:
        raise WrongState(_("This was begun anew by another worker."))
