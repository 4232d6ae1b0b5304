"""The ranking page of one long list, and the feedback reports of its applicants."""

from __future__ import annotations

import random
import time
from typing import Any

from sqlalchemy import insert, select, update

from bench.figures import Figure, Times, peak_memory
from bench.offices import CALL, PROGRAMME, SEED, Office
from bench.pages import read_pages
from tests.builders.experts import an_expert
from tests.builders.programmes import LoadedProgramme
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core import clock
from vouchers.core.database import db, unit_of_work
from vouchers.decisions.exports import feedback_pdf
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.feedback import feedback_on
from vouchers.decisions.queries.ranked import map_applications
from vouchers.decisions.states import DecisionState
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.rules.scoring import bare_marks
from vouchers.evaluation.states import AssignmentState
from vouchers.users.models import User

REGION, SHEETS = "BE-WAL", 3
COMMENT = "The case is well made, the partner is the right one, and the plan names who does what and until when. "


def one_long_list() -> int:
    """Everything that was submitted, in one region, marked by three experts each. Returns how many there are."""
    loaded = LoadedProgramme(PROGRAMME)
    call, region, instrument = loaded.call(CALL), loaded.region(REGION), loaded.instrument("COL")
    experts, at, chance = [an_expert(at=clock.now()) for _number in range(SHEETS)], clock.now(), random.Random(SEED)
    marking = call.plan.marking
    assert marking is not None
    with unit_of_work():
        mine = (Application.call_id == call.id, Application.submitted_at.is_not(None))
        ids = list(db.session.scalars(select(Application.id).where(*mine)))
        moved = {"region_id": region.id, "instrument_id": instrument.id, "state": ApplicationState.EVALUATED}
        db.session.execute(update(Application).where(*mine).values(moved))
        rows = [
            {
                "state": AssignmentState.SUBMITTED,
                "version": 3,
                "application_id": number,
                "expert_id": expert.id,
                "assigned_at": at,
                "assigned_by_id": expert.user_id,
                "due_at": at,
                "submitted_at": at,
                "marks": {
                    one.code: {"mark": str(chance.randint(5, 10) / 2), "comment": COMMENT * 3}
                    for one in marking.criteria
                },
                "overall_comment": COMMENT * 4,
            }
            for number in ids
            for expert in experts
        ]
        for row in rows:
            row["marks_alone"] = bare_marks(row["marks"])
        for start in range(0, len(rows), 2_000):
            db.session.execute(insert(Assignment), rows[start : start + 2_000])
    return len(ids)


def ranking(office: Office, *, count: int, seconds: float) -> list[Figure]:
    """Its pages, the first, the last, those of one standing, and the same list under other suppositions."""
    user = db.session.scalars(select(User).where(User.email == f"{REGION.lower()}@bench.example")).one()
    cookie, call_id = office.cookie_of(user), LoadedProgramme(PROGRAMME).call(CALL).id
    base = f"/decisions/calls/{call_id}?region={REGION}"
    what_if = f"/decisions/calls/{call_id}/what-if?region={REGION}&money=300000"
    paths = [base, f"{base}&page=2", f"{base}&page={count // 50}", f"{base}&standing=within", f"{base}&standing=beyond"]
    note = f"over {count:,} applications with {SHEETS} sheets each"
    queries, queries_if = office.queries_of(cookie, base), office.queries_of(cookie, what_if)
    return [
        read_pages(office, "ranking page of 50", cookie, paths, seconds, str(queries), note, clients=1),
        read_pages(office, "what-if page", cookie, [what_if], seconds, str(queries_if), note, clients=1),
    ]


def feedback(*, seconds: float) -> list[Figure]:
    """Reports as PDF, one after another on one core, each with its queries."""
    ids = list(db.session.scalars(select(Application.id).where(Application.state == ApplicationState.EVALUATED)))[:200]
    decided: dict[int, Any] = {
        application.id: (application, Decision(state=DecisionState.REJECTED, reason="Not new.", decided_at=clock.now()))
        for application in map_applications(ids).values()
    }
    took, done = Times(), 0
    size = len(_report(*decided[ids[0]]))
    began_cpu, until = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        _report(*decided[ids[done % len(ids)]])
        took.took.append(time.perf_counter() - began)
        done += 1
    cpu = time.process_time() - began_cpu
    return [
        Figure(
            "feedback reports (PDF), one core", done / cpu, "/s", took.percentile(0.5), took.percentile(0.95), "",
            peak_memory(),
            note=f"{SHEETS} sheets, {size // 1024} kB each; rate per second of processor time, queries included",
        )
    ]  # fmt: skip


def _report(application: Application, decision: Decision) -> bytes:
    found = feedback_on(application, language="en")
    assert found is not None
    return feedback_pdf(application, decision, found, language="en")
