"""What matching does by itself: reckon a proposal, and assign what was confirmed.

The solvers are heavy to load, so they are imported when the first run begins, and never by the web.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.core import clock
from vouchers.core.database import end_reading
from vouchers.core.errors import NotFound, WrongState
from vouchers.jobs.actions import note_life
from vouchers.jobs.registry import LONG, job
from vouchers.matching.actions import giving, reckoning
from vouchers.matching.policy import covered_by
from vouchers.matching.queries import runs as queries
from vouchers.matching.queries.gathering import gather_inputs
from vouchers.matching.states import RunState
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

NOTED_EVERY = timedelta(seconds=2)


class Stopped(Exception):
    """The run was cancelled, or another worker has taken it over."""


class Teller:
    """Notes progress, not too often, and stops the reckoning when nobody wants it any more."""

    def __init__(self, run_id: int, attempt: int) -> None:
        self.run_id, self.attempt = run_id, attempt
        self._stage, self._noted_at = "", clock.now()

    def __call__(self, stage: str, number: int) -> None:
        if not queries.is_still(self.run_id, self.attempt):
            raise Stopped
        now = clock.now()
        if stage == self._stage and now - self._noted_at < NOTED_EVERY:
            return
        self._stage, self._noted_at = stage, now
        note_life(at=now)
        run = queries.get_run(self.run_id)
        try:
            reckoning.report_run(run, stage, number, self.attempt, by=OFFICE, at=now)
        except WrongState as refused:
            raise Stopped from refused


@job("matching.propose", limit=LONG)
def propose(run_id: int, *, at: datetime) -> None:
    """Reckon a proposal from what stands now. A second run of the same job begins anew and overtakes the first."""
    try:
        attempt = reckoning.start_run(queries.get_run(run_id), by=OFFICE, at=at)
        _reckon(run_id, attempt, at=at)
    except (NotFound, WrongState, Stopped):  # cancelled, ended or overtaken
        return


def _reckon(run_id: int, attempt: int, *, at: datetime) -> None:
    from vouchers.matching.rules.proposing import propose as reckon

    inputs = gather_inputs(queries.get_run(run_id))
    end_reading()
    found = reckon(inputs, Teller(run_id, attempt))
    run = queries.get_run(run_id)
    if found.lacks:
        reckoning.find_run_impossible(run, found.lacks, inputs.fingerprint, attempt, by=OFFICE, at=clock.now())
        return
    pairs = tuple((one.pair, one.worth, one.reason) for one in found.pairs)
    kept = reckoning.Reckoned(pairs, found.figures, inputs.fingerprint)
    reckoning.propose_run(run, kept, attempt, by=OFFICE, at=clock.now())


@job("matching.give")
def give(run_id: int, *, at: datetime) -> None:
    """Assign the confirmed pairs, some at a time; may run twice, also at once."""
    run = queries.get_run(run_id)
    try:
        while run.state == RunState.GIVING and run.confirmed_by is not None:
            regions = covered_by(run.confirmed_by, run, {Role.CLUSTER_MANAGER})
            pairs = queries.list_to_give(run_id, regions=regions, at_most=giving.BATCH)
            if not pairs:
                giving.finish_run(run, by=OFFICE, at=clock.now())
                return
            given = [giving.give_pair(run, pair, at=clock.now()) for pair in pairs]
            giving.note_given(run, given, by=OFFICE, at=clock.now())
            run = queries.get_run(run_id)
    except WrongState:  # another worker has finished it
        return
