"""Harsh and mild experts: a call with 100,000 marks corrected, and the pages of a call with 10,000 marked applications.

``python -m bench.severity 100000`` corrects so many marks in a process of its own and prints the figures as JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, Times, peak_memory

if TYPE_CHECKING:
    from bench.offices import Office

EACH = 3
"""Experts for an application."""
LOAD = 50
"""Applications for an expert."""
SEED = 20261122
PAGES = 30


def a_design(marks: int) -> list[tuple[int, int, Decimal]]:
    """Expert, application, score from 0 to 15 in half points: experts differ by half a point, applications by two."""
    dice = random.Random(SEED)
    experts, applications = max(marks // LOAD, EACH), marks // EACH
    effects = [dice.gauss(0, 0.5) for _number in range(experts)]
    made = []
    for application in range(applications):
        worth = dice.gauss(9, 2)
        for expert in dice.sample(range(experts), EACH):
            score = min(max(round(2 * (worth + effects[expert] + dice.gauss(0, 1))), 0), 30)
            made.append((expert, application, Decimal(score) / 2))
    return made


def correct_once(marks: int) -> dict[str, Any]:
    """Seconds, processor seconds and the peak of this process in MB; what is imported for it counts."""
    made = a_design(marks)
    before = peak_memory()
    began, cpu = time.perf_counter(), time.process_time()
    from vouchers.evaluation.rules.severity import correct

    fitted = correct(made)
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "mb": peak_memory(),
        "before": before,
        "marks": len(made),
        "experts": len(fitted.experts),
        "applications": len(fitted.applications),
        "variance": str(fitted.variance),
    }


FEW = 10_000
"""Marks that are corrected once only: a trial."""


def measure(marks: int = 100_000) -> list[Figure]:
    """The line of the model alone, each run in a new process."""
    command = [sys.executable, "-m", "bench.severity", str(marks)]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _run in range(3 if marks > FEW else 1)
    ]
    best = min(runs, key=lambda run: run["seconds"])
    note = (
        f"{best['marks']:,} marks, {best['applications']:,} applications, {best['experts']:,} experts: "
        f"{best['seconds']:.1f} s ({best['cpu']:.1f} s of processor time), with standard errors; the best of three; "
        f"{best['before']:.0f} MB before"
    )
    rate = best["marks"] / best["seconds"]
    return [Figure("severity: marks corrected", rate, "/s", memory=max(run["mb"] for run in runs), note=note)]


def measure_pages(office: Office) -> list[Figure]:
    """The whole call read, corrected and stored; its page; and what a ranking page asks for it."""
    from sqlalchemy import select

    from vouchers.core import clock
    from vouchers.core.database import db
    from vouchers.evaluation.actions.correcting import reckon_marks
    from vouchers.evaluation.queries.assignments import map_results_of_call
    from vouchers.evaluation.queries.corrections import get_corrected
    from vouchers.users.models import User
    from vouchers.workflow.transition import OFFICE

    call = mark_everything()
    marking = call.plan.marking
    began = time.perf_counter()
    kept = reckon_marks(call, by=OFFICE, at=clock.now())
    took = time.perf_counter() - began
    sheets = kept.sheets if kept else 0
    figures = [Figure("  read, corrected, stored", sheets / took, "/s", note=f"{sheets:,} sheets in {took:.1f} s")]
    coordinator = db.session.scalars(select(User).where(User.email == "coordinator@bench.example")).one()
    cookie = office.cookie_of(coordinator)
    for name, part in (("marks of a call", "?sort=raw"), ("its experts", "/experts")):
        path = f"/evaluation/calls/{call.id}/marks{part}"
        queries, times = office.queries_of(cookie, path), Times()
        for _page in range(PAGES):
            began = time.perf_counter()
            office.open_page(cookie, path)
            times.took.append(time.perf_counter() - began)
        figures.append(Figure(f"  page: {name}", None, "", times.percentile(0.5), times.percentile(0.95), str(queries)))
    for name, ask in (
        ("raw results", lambda: map_results_of_call(call.id, 1, marking)),
        ("corrected scores", lambda: get_corrected(call.id, marking, [])),
    ):
        times = Times()
        for _turn in range(PAGES):
            db.session.rollback()
            began = time.perf_counter()
            ask()
            times.took.append(time.perf_counter() - began)
        figures.append(Figure(f"  query: {name}", None, "", times.percentile(0.5), times.percentile(0.95)))
    return figures


def mark_everything() -> Any:
    """Give every submitted application of the call `EACH` submitted sheets, past the steps that lead there."""
    from sqlalchemy import insert, select

    from bench.offices import CALL, PROGRAMME
    from tests.builders.experts import an_expert
    from tests.builders.programmes import LoadedProgramme
    from vouchers.applications.models import Application
    from vouchers.core import clock
    from vouchers.core.database import db, unit_of_work
    from vouchers.evaluation.models import Assignment
    from vouchers.evaluation.rules.scoring import bare_marks
    from vouchers.evaluation.states import AssignmentState

    call, dice, at = LoadedProgramme(PROGRAMME).call(CALL), random.Random(SEED), clock.now()
    marking = call.plan.marking
    assert marking is not None
    db.session.rollback()
    found = select(Application.id).where(Application.call_id == call.id, Application.submitted_at.is_not(None))
    applications = list(db.session.scalars(found))
    experts = [an_expert(PROGRAMME, at=at).id for _number in range(max(EACH, len(applications) * EACH // LOAD // 4))]
    effects = {expert: dice.gauss(0, 0.4) for expert in experts}
    rows = [
        {
            "state": AssignmentState.SUBMITTED, "version": 3, "application_id": application, "expert_id": expert,
            "assigned_at": at - timedelta(days=9), "assigned_by_id": 1, "due_at": at, "submitted_at": at,
            "marks": {
                one.code: {"mark": _mark(dice.gauss(3.3, 0.9) + effects[expert]), "comment": "Well founded. " * 20}
                for one in marking.criteria
            },
            "overall_comment": "Good.", "reason": "",
        }
        for application in applications for expert in dice.sample(experts, EACH)
    ]  # fmt: skip
    for row in rows:
        row["marks_alone"] = bare_marks(row["marks"])
    with unit_of_work():
        db.session.execute(insert(Assignment), rows)
    return LoadedProgramme(PROGRAMME).call(CALL)


def _mark(value: float) -> str:
    return str(min(max(round(2 * value), 0), 10) / 2).removesuffix(".0")


if __name__ == "__main__":
    print(json.dumps(correct_once(int(sys.argv[1]))))
