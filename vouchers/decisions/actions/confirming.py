"""The second person confirms a session, and a job decides its lines: in their order, some in each unit of work.

What is decided carries the session's number, so a worker that was killed is followed by another one that goes on
behind the last line decided, and two at once decide nothing twice. Before each part, under the lock of the money, it is
asked again whether the confirmer still may, and whether the list still is what was proposed on, apart from what the
session itself has decided; if not, the rest is left undecided and the session says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Busy, Refused, RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions import policy
from vouchers.decisions.actions.deciding import award_within, lock_money, reject_within, reserve_within
from vouchers.decisions.actions.sessions import ensure_neutral
from vouchers.decisions.lifecycle import DECISION_SESSION
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.ranked import map_applications
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.rules.sessions import Line, Proposed
from vouchers.evaluation.queries.tainted import ensure_untainted
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition

AT_ONCE = 50
"""Lines in one unit of work: a second or so in which others wait for the money."""


def confirm_session(session: DecisionSession, *, by: User, at: datetime) -> None:
    """The second person agrees; a job decides every line. Letters wait for their batch.

    Raises:
        RuleBroken: the ranking or the money has changed since the proposal.
    """
    with unit_of_work():
        session = queries.get_decision_session(session.id)
        lock_money(queries.get_group_of_session(session))
        with transition(session, DECISION_SESSION.confirm, by=by, at=at) as step:
            _ensure_unchanged(session, queries.get_contest_of_session(session), {})
            ensure_neutral(session, by)
            ensure_untainted(session.call, rules.list_proposed(session.lines))
            session.decided_at, session.decided_by_id = at, by.id
            session.answer = ""
            step.enqueue("decisions.decide_session", session_id=session.id)


def decide_some(session_id: int, *, by: Any, at: datetime) -> bool:
    """Decide the next lines of a confirmed session, and end it behind the last one; False when nothing is left to do.

    What is refused stops the session with a sentence; of the lines tried together with it none is decided.
    """
    try:
        with unit_of_work():
            session = _hold(session_id)
            todo = queries.list_undecided(session)
            move = DECISION_SESSION.decide if todo[AT_ONCE:] else DECISION_SESSION.finish
            with transition(session, move, by=by, at=at):
                _decide_lines(session, todo[:AT_ONCE], at=at)
        return move is DECISION_SESSION.decide
    except WrongState:  # another worker has ended it
        return False
    except Busy:  # nobody has refused it: the job is tried again
        raise
    except Refused as refused:
        stop_session(session_id, str(refused), by=by, at=at)
        return False


def stop_session(session_id: int, why: str, *, by: Any, at: datetime) -> None:
    """Leave undecided what is not decided yet, and keep why. Nothing where another worker has ended it."""
    with unit_of_work():
        session = _hold(session_id)
        done = queries.map_decided(session.id)
        move = DECISION_SESSION.break_off if done else DECISION_SESSION.stop
        if session.state not in move.sources:
            return
        with transition(session, move, by=by, at=at, why=why):
            session.answer = why
            if not done:
                session.decided_at, session.decided_by_id = None, None


def _hold(session_id: int) -> DecisionSession:
    """A session with the money of its list and itself locked, in this order."""
    session = queries.get_decision_session(session_id)
    lock_money(queries.get_group_of_session(session))
    db.session.refresh(session, with_for_update={"of": DecisionSession})
    return session


def _decide_lines(session: DecisionSession, lines: Sequence[Line], *, at: datetime) -> None:
    """Decide these lines, all or none. Raises `RuleBroken` with everything that stands against it."""
    person = session.decided_by
    assert person is not None  # it is confirmed
    done = queries.map_decided(session.id)
    if reason := policy.is_second_person(person, session):
        raise RuleBroken(_say_stop(done, reason, reason))
    ensure_neutral(session, person)
    contest = queries.get_contest_of_session(session)
    _ensure_unchanged(session, contest, done)
    ensure_untainted(session.call, rules.list_proposed(lines))
    if refused := _decide_each(session, contest, lines, at=at):
        said = " ".join(refused[: rules.MOST_SAID])
        nothing = _("Nothing was decided, because this is refused: %(refused)s", refused=said)
        raise RuleBroken(_say_stop(done, nothing, said))


def _ensure_unchanged(session: DecisionSession, contest: Contest, done: Mapping[str, Money | None]) -> None:
    """The list is what was proposed on, apart from what the session has decided itself. Raises `RuleBroken`."""
    assert session.seen is not None  # it is proposed
    changes = rules.say_changes(session.seen, queries.see_list(contest, own=done), decided=done.keys())
    if changes:
        said = " ".join(str(change) for change in changes)
        nothing = _(
            "The ranking has changed since the proposal, so nothing was decided. Send it back. %(changes)s",
            changes=said,
        )
        raise RuleBroken(_say_stop(done, nothing, said))


def _say_stop(done: Collection[str], nothing: Sentence, why: Sentence | str) -> Sentence:
    """`nothing` where nothing was decided, else how many stand and why the rest does not."""
    if not done:
        return nothing
    return _("Decided: %(count)s. The rest is left undecided: %(why)s", count=len(done), why=why)


def _decide_each(session: DecisionSession, contest: Contest, lines: Sequence[Line], *, at: datetime) -> list[str]:
    """Decide each line; what is refused, in words. With a refusal, the caller undoes all of them."""
    applications = map_applications([line.key for line in lines])
    together = rules.list_with(session.lines, Proposed.AWARD)
    listed, refused = contest.without(rules.list_with(session.lines, Proposed.REJECT)), []
    for line in lines:
        try:
            _decide(
                session,
                contest if line.outcome is Proposed.REJECT else listed,
                line,
                applications[line.key],
                together,
                at=at,
            )
        except (RuleBroken, WrongState) as problem:
            refused.append(f"{line.reference}: {problem}")
        except Refused as problem:
            refused.append(f"{line.reference}: {problem}")
            break
    return refused


def _decide(
    session: DecisionSession,
    contest: Contest,
    line: Line,
    application: Application,
    together: Collection[int],
    *,
    at: datetime,
) -> None:
    if line.outcome is Proposed.AWARD:
        award_within(
            contest,
            application,
            line.amount,
            line.reason,
            conditions=line.conditions,
            session=session,
            together=together,
            by=OFFICE,
            at=at,
        )
    elif line.outcome is Proposed.RESERVE:
        reserve_within(contest, application, line.reason, session=session, by=OFFICE, at=at)
    else:
        reject_within(contest, application, line.reason, session=session, by=OFFICE, at=at)
