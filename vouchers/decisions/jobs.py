"""What the office does by itself: queues, reserve lists, and the letters of sessions that two persons decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from tempfile import TemporaryFile

from vouchers.core import clock
from vouchers.core.clock import day_in, office_day
from vouchers.core.errors import WrongState
from vouchers.decisions.actions import confirming, telling
from vouchers.decisions.actions import feedback as making
from vouchers.decisions.actions.conditions import remind_condition
from vouchers.decisions.actions.queueing import walk_queue as take_steps
from vouchers.decisions.exports import feedback_zip
from vouchers.decisions.queries import packages, queues
from vouchers.decisions.queries.conditions import list_near
from vouchers.decisions.rules.conditions import REMIND_DAYS, is_to_remind
from vouchers.documents.actions import take_written
from vouchers.jobs.actions import note_life
from vouchers.jobs.registry import LONG, job
from vouchers.workflow.transition import OFFICE


@job("decisions.walk_queue")
def walk_queue(
    *, call_id: int, region_id: int, at: datetime, application_id: int | None = None, is_freed: bool = False
) -> None:
    """Walk the queues or reserve lists of a region in a call to their end, some steps in each unit of work; may run
    many times at once.

    Args:
        is_freed: somebody has left a reserve list.
        application_id: the submission for which the walk was promised; where another walk has taken it up, all is done.
    """
    if application_id is not None and queues.is_taken_up(application_id):
        return
    while take_steps(call_id, region_id, is_freed=is_freed, by=OFFICE, at=at):
        pass


@job("decisions.walk_queues", every=300)
def walk_queues(*, at: datetime) -> None:
    """Walk every queue in which somebody waits: money may have come back in a way that promised no walk."""
    for call_id, region_id in queues.list_waiting_regions():
        walk_queue(call_id=call_id, region_id=region_id, at=at)


@job("decisions.decide_session", limit=LONG)
def decide_session(*, session_id: int, at: datetime) -> None:
    """Decide the lines of a confirmed session, some at a time; may be killed, run again, and run many times at once."""
    while confirming.decide_some(session_id, by=OFFICE, at=at):
        note_life(at=clock.now())


@job("decisions.make_feedback", limit=LONG)
def make_feedback(*, package_id: int, at: datetime) -> None:
    """Write all feedback reports of a list into one file; may be killed, run again, and run many times at once."""
    package = packages.get_package(package_id)

    def note(done: int) -> None:
        note_life(at=clock.now())
        making.report_feedback(packages.get_package(package_id), done, by=OFFICE, at=at)

    name = f"feedback-{package.call.code}-{package.region.code}.zip"
    try:
        with TemporaryFile() as stream:
            feedback_zip(package.application_ids, stream, language=package.language, at=at, note=note)
            kept = take_written(stream, name, "application/zip")
            making.keep_feedback(packages.get_package(package_id), kept, by=OFFICE, at=at)
    except WrongState:  # another worker has made it
        return


@job("decisions.tell_session")
def tell_session(*, session_id: int, at: datetime) -> None:
    """Write the letters of a confirmed session, each once; may run many times at once."""
    telling.tell_session(session_id, by=OFFICE, at=at)


@job("decisions.remind_conditions", every=86_400)
def remind_conditions(*, at: datetime) -> None:
    """Remind, once, of every condition whose last day is near; may run twice."""
    for condition in list_near(office_day(at) + timedelta(days=REMIND_DAYS + 1)):
        today = day_in(condition.application.region.time_zone, at)
        if condition.reminded_at is not None or not is_to_remind(condition.until, today):
            continue
        try:
            remind_condition(condition, by=OFFICE, at=at)
        except WrongState:  # it was met meanwhile
            continue
