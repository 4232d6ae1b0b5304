"""The last minutes of a call: two hundred clients hand in two thousand drafts, as fast as the office takes them.

Each client is a browser on one connection: it opens the page that shows all answers and presses its button, then goes
on with the draft of the next owner. Afterwards the database is asked whether everything is in once, and in order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update

from bench.browsers import Browser, run_clients
from bench.figures import Figure, Times
from bench.offices import CALL, PROGRAMME, SEED, Office, settle_down
from bench.pages import each, note_of, press, ready_drafts, submit_one
from bench.proof import Receipt, faults_of
from tests.builders.programmes import LoadedProgramme
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application, Submission
from vouchers.audit.models import AuditEvent
from vouchers.core import clock
from vouchers.core.database import db, unit_of_work
from vouchers.demo.bulk import build_in_bulk
from vouchers.programmes.models import Call

CLIENTS, PER_PROCESS = 200, 50
SECONDS = 120
"""Within which all of them are to be in."""
GROWTH = 10


def rush(office: Office, *, drafts: int) -> list[Figure]:
    """The rush, the same with ten times as many applications in the call, and one in which the deadline passes."""
    there = _count()
    first, took = _rush(office, drafts, f"rush: {CLIENTS} clients, {there:,} in the call")
    build_in_bulk(_call(), max(GROWTH * there - _count(), 1), seed=SEED + 1, until=clock.now())
    settle_down(office.url)
    grown, grown_took = _rush(office, drafts, f"  the same with {_count():,} in the call")
    p95, rate = grown_took.percentile(0.95) / (took.percentile(0.95) or 1), (grown.rate or 0) / (first.rate or 1)
    growth = Figure(f"  growth with {GROWTH}x", note=f"p95 of a submission x {p95:.2f}, throughput x {rate:.2f}")
    soon = drafts / 6 / max(first.rate or 1, grown.rate or 1)  # a third of the time that half as many would take
    return [first, grown, growth, _over_the_deadline(office, drafts // 2, soon=soon)]


def _rush(office: Office, drafts: int, name: str) -> tuple[Figure, Times]:
    ready, first = ready_drafts(office, drafts), _next_number()
    office.let_go()
    spent = office.worker_seconds()
    times, passed = run_clients(office.port, submit_one, _shared_out(ready), SECONDS, per_process=PER_PROCESS)
    spent = office.worker_seconds() - spent
    took, errors = times.get("both", Times()), times[""].errors
    faults = faults_of(_receipts(ready), first=first, accepted=len(took.took))
    if len(took.took) < drafts:
        faults.append(f"{drafts - len(took.took)} are not in after {passed:.0f} s")
    note = (
        f"{len(took.took):,} in {passed:.1f} s, max {took.percentile(1) / 1000:.1f} s; p95 of the page "
        f"{times['page'].percentile(0.95):,.0f} ms, of the POST {times['post'].percentile(0.95):,.0f} ms; "
        f"{each(spent, len(took.took))}; {'FAULTS' if faults else 'each in once, receipts in the order of time'}"
    )
    return Figure(
        name, len(took.took) / passed, "/s", took.percentile(0.5), took.percentile(0.95), memory=office.worker_memory(),
        errors=len(errors) + len(faults), note=note_of([note], errors, faults),
    ), took  # fmt: skip


# The deadline passes -------------------------------------------------------------------------------------------------


def _over_the_deadline(office: Office, drafts: int, *, soon: float) -> Figure:
    ready, first = ready_drafts(office, drafts), _next_number()
    with _closing_in(timedelta(seconds=soon)) as until:
        office.let_go()
        tasks = _shared_out([(*one, until) for one in ready])
        times, passed = run_clients(office.port, submit_or_hear_why, tasks, SECONDS, per_process=PER_PROCESS)
    took, errors = times.get("both", Times()), times[""].errors
    told = {word: len(times.get(word, Times()).took) for word in ("refused", "closed")}
    faults = faults_of(_receipts(ready), first=first, accepted=len(took.took), until=until)
    if len(took.took) + sum(told.values()) != drafts:
        faults.append("some had no clear answer")
    if len(took.took) in (0, drafts):
        faults.append("the deadline was not within the rush, so this shows nothing")
    note = (
        f"{len(took.took):,} in, {told['refused']:,} refused at the button and {told['closed']:,} told on the page "
        f"that the call has closed; {'FAULTS' if faults else 'nobody before the deadline, everybody after it'}"
    )
    return Figure(
        "  the deadline passes in the middle", drafts / passed, "/s", took.percentile(0.5), took.percentile(0.95),
        errors=len(errors) + len(faults), note=note_of([note], errors, faults),
    )  # fmt: skip


def submit_or_hear_why(browser: Browser, task: tuple[int, str, datetime]) -> dict[str, float]:
    """The same where the call may close meanwhile: whoever is not in must have been told so, and not too early."""
    application_id, browser.cookie, until = task
    began, last = time.perf_counter(), until + timedelta(seconds=1)
    status, _head, page = browser.get(f"/applications/{application_id}/check")
    if status == 200 and CLOSED in page and datetime.now(UTC) >= last:
        return {"closed": time.perf_counter() - began}
    asked_at, (status, head, page) = datetime.now(UTC), press(browser, application_id, page)
    took = time.perf_counter() - began
    if status == 303 and b"/receipt" in head and asked_at < last:
        return {"both": took}
    if status == 422 and CLOSED in page and datetime.now(UTC) >= last:
        return {"refused": took}
    raise AssertionError(f"the POST answers {status} at {datetime.now(UTC):%H:%M:%S.%f}, last second {until:%H:%M:%S}")


CLOSED = b"This call closed on"


@contextmanager
def _closing_in(left: timedelta) -> Iterator[datetime]:
    """Let the call close in the midst of a minute, which no programme file can say; afterwards it is as it was."""
    call = _call()
    call_id, kept = call.id, {"closes_at": call.closes_at, "config": call.config, "digest": call.digest}
    until = (clock.now() + left).replace(microsecond=0)
    config = {**call.config, "closes_at": until.isoformat(), "grace_minutes": 0}
    _set_call(call_id, closes_at=until, config=config, digest=uuid4().hex)
    try:
        yield until
    finally:
        _set_call(call_id, **kept)


def _set_call(call_id: int, **columns: Any) -> None:
    with unit_of_work():
        db.session.execute(update(Call).where(Call.id == call_id).values(columns))


# What the database says ----------------------------------------------------------------------------------------------


def _call() -> Call:
    return LoadedProgramme(PROGRAMME).call(CALL)


def _count() -> int:
    return db.session.scalar(select(func.count(Application.id))) or 0


def _next_number() -> int:
    last = db.session.scalar(select(Submission.receipt_number).order_by(Submission.receipt_number.desc()).limit(1))
    return int(last.rpartition("-")[2]) + 1 if last else 1


def _receipts(ready: Sequence[tuple[int, str]]) -> list[Receipt]:
    db.session.rollback()
    found = (
        select(
            Submission.receipt_number,
            Submission.application_id,
            Submission.submitted_at,
            AuditEvent.id,
            AuditEvent.at,
        )
        .join(AuditEvent, AuditEvent.subject_id == Submission.application_id)
        .where(AuditEvent.subject_kind == "application", AuditEvent.tag == APPLICATION.submit.tag)
        .where(Submission.application_id.in_([application_id for application_id, _cookie in ready]))
    )
    return [Receipt(*row) for row in db.session.execute(found)]


def _shared_out(tasks: Sequence[Any]) -> list[Sequence[Any]]:
    return [tasks[place::CLIENTS] for place in range(CLIENTS)]
