"""Proposals of who marks what, made by asking and letting the job reckon. ``in2()`` must have been loaded."""

from __future__ import annotations

from typing import Any

from tests.builders.evaluation import a_manager
from tests.builders.kept import kept, known
from tests.builders.programmes import during_call, in2
from vouchers.matching import jobs
from vouchers.matching.actions.reckoning import Terms, ask_run
from vouchers.matching.models import MatchingRun
from vouchers.matching.queries.runs import get_run


@known
def an_asked_run(region: str = "BE-WAL", *, by: Any = None, **terms: int | None) -> MatchingRun:
    """Asked for by the region's manager; no worker has begun yet."""
    manager = by or a_manager(region)
    found = in2()
    return ask_run(found.call(), found.region(region), Terms(**terms), by=manager, at=during_call())


@kept
def a_reckoned_run(region: str = "BE-WAL", **how: Any) -> MatchingRun:
    """Proposed, or found impossible."""
    run = an_asked_run(region, **how)
    jobs.propose(run.id, at=during_call())
    return get_run(run.id)
