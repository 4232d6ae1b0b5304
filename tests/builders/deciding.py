"""Calls in which two persons decide, and sessions in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.builders.evaluation import a_manager
from tests.builders.kept import kept, known
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme, during_call
from vouchers.applications.models import Application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Refused
from vouchers.decisions import jobs
from vouchers.decisions.actions import confirming, sessions
from vouchers.decisions.actions.conditions import attach_conditions
from vouchers.decisions.actions.feedback import ask_feedback
from vouchers.decisions.models import AwardCondition, DecisionSession, FeedbackPackage
from vouchers.decisions.queries.conditions import list_conditions
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.packages import get_package
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.decisions.rules.sessions import Condition, Line, Proposed
from vouchers.decisions.states import SessionState
from vouchers.users.models import User


def in2_with(
    euros: int,
    *,
    two_persons: bool = False,
    tie_breaks: str = "",
    prior_approval: bool = False,
    conditions_lapse: bool = False,
) -> LoadedProgramme:
    """IN2LifeSciences with only so many euros in Wallonia."""
    text = IN2_FILE.read_text(encoding="utf-8")
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    more = "    two_persons: yes\n" if two_persons else ""
    more += "    conditions_lapse: yes\n" if conditions_lapse else ""
    more += f"    tie_breaks: {tie_breaks}\n" if tie_breaks else ""
    if prior_approval:
        text = text.replace("prior_approval: no", "prior_approval: yes")
    return a_programme(text.replace("    reserve_list: yes\n", f"    reserve_list: yes\n{more}", 1))


@kept
def a_session(application: Application) -> DecisionSession:
    """Prepared from the ranking by the region's manager."""
    contest = get_contest_of(application)
    made = sessions.prepare_session(contest, by=a_manager(application.region.code), at=during_call())
    return get_decision_session(made.id)


@kept
def a_proposed_session(application: Application) -> DecisionSession:
    """Handed to the second person as the ranking prefilled it."""
    session = a_session(application)
    sessions.propose_session(session, "As ranked.", by=a_manager(application.region.code), at=during_call())
    return get_decision_session(session.id)


@kept
def decide(session: DecisionSession, second: User, at: datetime | None = None) -> DecisionSession:
    """Confirmed by a second person, and worked through by the job."""
    at = at or during_call()
    confirming.confirm_session(session, by=second, at=at)
    jobs.decide_session(session_id=session.id, at=at)
    return get_decision_session(session.id)


@kept
def a_feedback_package(application: Application, *, at: datetime | None = None) -> FeedbackPackage:
    """The reports of an application's list as one file, asked for by its manager and made by the job."""
    at = at or during_call()
    manager = a_manager(application.region.code, at=at)
    package = ask_feedback(get_contest_of(application), [application.id], "en", by=manager, at=at)
    jobs.make_feedback(package_id=package.id, at=at)
    return get_package(package.id)


@known
def a_stored_session(application: Application) -> DecisionSession:
    """One that is being prepared, also in a call in which one person decides."""
    line = Line(application.id, application.reference, Proposed.REJECT, reason="Not new.")
    session = DecisionSession(
        state=SessionState.DRAFT,
        version=1,
        call_id=application.call_id,
        region_id=application.region_id,
        instrument=application.instrument.code,
        round=0,
        lines_json=[line.as_json()],
        writer_ids=[a_manager(application.region.code).id],
        note="",
        answer="",
        prepared_at=during_call(),
    )
    with unit_of_work():
        db.session.add(session)
    return session


@known
def a_condition(application: Application) -> AwardCondition:
    """One that is attached to an award."""
    decision = find_decision(application.id)
    assert decision is not None
    with unit_of_work():
        asked = [Condition("Show the signed offer.")]
        attach_conditions(decision, asked, by=a_manager(application.region.code), at=during_call())
    return list_conditions(application.id)[-1]


def at_once(app: Any, *presses: Callable[[], Any]) -> list[str]:
    """What came of several presses at the same moment: ``done``, or the words of the refusal."""
    start, told = threading.Barrier(len(presses)), []

    def run(press: Callable[[], Any]) -> None:
        with app.app_context():
            start.wait()
            try:
                press()
                told.append("done")
            except Refused as refused:
                told.append(str(refused))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return told
