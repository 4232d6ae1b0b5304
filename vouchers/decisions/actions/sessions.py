"""Decision sessions: one person proposes the decisions on a list, for another one to confirm or to send back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from vouchers.applications.models import Application
from vouchers.applications.policy import is_neutral
from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.decisions.actions.deciding import lock_money
from vouchers.decisions.actions.guards import ensure_turn
from vouchers.decisions.lifecycle import DECISION_SESSION
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.ranked import map_applications
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.rules.awards import usual_amount
from vouchers.decisions.rules.conditions import ensure_ahead
from vouchers.decisions.rules.sessions import Line, Proposed, Words
from vouchers.decisions.rules.taking_over import ensure_unchanged_since, take_over
from vouchers.evaluation.queries.tainted import ensure_untainted
from vouchers.users.models import User
from vouchers.workflow.transition import creation, refuse_overtaken, transition


def prepare_session(
    contest: Contest, *, only: Collection[int] | None = None, by: User, at: datetime
) -> DecisionSession:
    """Begin a session with what the ranking itself proposes.

    Args:
        only: ids of the applications to decide; None for the whole list.

    Raises:
        RuleBroken: there is nothing to decide, or another open session decides it.
    """
    lines = [line for line in queries.prefill_lines(contest, _usual_words()) if only is None or line.key in only]
    if not lines:
        raise RuleBroken(_("There is nothing to decide here, or another open session decides it already."))
    session = DecisionSession(
        call=contest.call,
        region=contest.region,
        instrument=contest.instruments[0].code,
        round=contest.round.number if contest.round else 0,
        lines_json=[line.as_json() for line in lines],
        writer_ids=[by.id],
        note="",
        answer="",
        seen=queries.see_list(contest),
        prepared_at=at,
    )
    with creation(session, DECISION_SESSION.prepare, by=by, at=at):
        return session


def _usual_words() -> Words:
    return Words(
        below=str(_("It does not reach the thresholds of the call.")),
        no_money=str(_("The money of the region does not reach it.")),
    )


def take_ranking(session: DecisionSession, *, by: User, at: datetime) -> None:
    """Go on from the ranking as it is now; what was typed or chosen on purpose stays.

    Raises:
        RuleBroken: nothing of the session waits for a decision any more.
    """
    words, contest = _usual_words(), queries.get_contest_of_session(session)
    with transition(session, DECISION_SESSION.edit, by=by, at=at):
        fresh = queries.prefill_lines(contest, words, besides=session.id)
        lines = take_over(session.lines, fresh, session.seen, words)
        if not lines:
            raise RuleBroken(_("There is nothing to decide here, or another open session decides it already."))
        session.lines_json = [line.as_json() for line in lines]
        session.seen = queries.see_list(contest)
        session.writer_ids = sorted({*session.writer_ids, by.id})


def change_lines(
    session: DecisionSession, changed: Sequence[Line], *, seen: str | None = None, by: User, at: datetime
) -> None:
    """Write other outcomes, amounts, reasons or conditions into a session; each line by its key.

    Args:
        seen: what the person was looking at, if it is one line, see `rules.seen_line`. Others may change other lines of
            the session meanwhile.

    Raises:
        RuleBroken: an award without an amount or above what was asked for, a rejection without a reason; an outcome
            for an application from which the person has to keep away; a condition whose last day is over.
        WrongState: the line has changed since it was looked at.
    """
    today = day_in(session.region.time_zone, at)
    wanted = {line.key: line for line in changed}
    with transition(session, DECISION_SESSION.edit, by=by, at=at):
        if seen is not None and seen not in {rules.seen_line(line) for line in session.lines if line.key in wanted}:
            refuse_overtaken(session, DECISION_SESSION.edit, by=by)
        applications = map_applications(list(wanted))
        _ensure_neutral_to([key for key, line in wanted.items() if line.outcome is not Proposed.WAIT], by)
        lines = [
            _changed(line, wanted[line.key], applications[line.key], today) if line.key in wanted else line
            for line in session.lines
        ]
        session.lines_json = [line.as_json() for line in lines]
        session.writer_ids = sorted({*session.writer_ids, by.id})


def _changed(line: Line, wanted: Line, application: Application, today: date) -> Line:
    changed = rules.change_line(line, wanted, _most(application), is_sum=application.grant.is_sum)
    ensure_ahead([one.until for one in changed.conditions], today)
    return changed


def _most(application: Application) -> Money:
    return usual_amount(application.requested, application.grant.cap)


def set_outcome(
    session: DecisionSession, keys: Collection[int], outcome: Proposed, reason: str, *, by: User, at: datetime
) -> None:
    """Give several lines one outcome and, where one is typed, one reason; awards get what was asked for."""
    applications = map_applications(list(keys))
    changed = [
        replace(
            line,
            outcome=outcome,
            reason=reason or line.reason,
            amount=line.amount or _most(applications[line.key]) if outcome is Proposed.AWARD else None,
            conditions=line.conditions if outcome is Proposed.AWARD else (),
        )
        for line in session.lines
        if line.key in keys
    ]
    change_lines(session, changed, by=by, at=at)


def propose_session(session: DecisionSession, note: str, *, by: User, at: datetime) -> None:
    """Hand the proposal to the second person, with the fingerprint of the ranking that it rests on.

    Raises:
        RuleBroken: nothing is decided, a rejection has no reason, the awards exceed the money, another open session
            decides one of the applications, the ranking is another one than at the preparation, or an award passes
            over a better place in a way that the call does not allow, or a place that is not beyond the money goes to
            the reserve list without a reason.
    """
    with unit_of_work():
        session = queries.get_decision_session(session.id)
        contest = queries.get_contest_of_session(session)
        lock_money(contest)
        with transition(session, DECISION_SESSION.propose, by=by, at=at, why=note or None):
            rules.ensure_ready(session.lines)
            if session.seen:
                ensure_unchanged_since(rules.say_changes(session.seen, queries.see_list(contest)))
            rules.ensure_affordable(session.lines, contest.left, contest.slots)
            _ensure_not_elsewhere(session, contest)
            _ensure_turns(session, contest, day_in(session.region.time_zone, at))
            _ensure_reserves_said(session, contest)
            ensure_neutral(session, by)
            ensure_untainted(session.call, rules.list_proposed(session.lines))
            session.seen = queries.see_list(contest)
            session.note, session.answer = note, ""
            session.proposed_at, session.proposed_by_id = at, by.id


def _ensure_not_elsewhere(session: DecisionSession, contest: Contest) -> None:
    taken = queries.list_in_open_sessions(contest, besides=session.id)
    twice = [line.reference for line in session.lines if line.key in taken and line.outcome is not Proposed.WAIT]
    if twice:
        raise RuleBroken(_("Another open session decides these: %(references)s.", references=rules.name_some(twice)))


def _ensure_turns(session: DecisionSession, contest: Contest, today: date) -> None:
    """No award passes over a better place against the rules of the call, and every condition can still be met."""
    together = rules.list_with(session.lines, Proposed.AWARD)
    listed, refused = contest.without(rules.list_with(session.lines, Proposed.REJECT)), []
    for line in session.lines:
        if line.outcome is Proposed.AWARD:
            try:
                ensure_ahead([one.until for one in line.conditions], today)
                ensure_turn(listed, line.key, line.reference, line.reason, together)
            except RuleBroken as broken:
                refused.append(str(_("%(reference)s: %(reason)s", reference=line.reference, reason=broken)))
    if refused:
        raise RuleBroken(" ".join(refused[: rules.MOST_SAID]))


def _ensure_reserves_said(session: DecisionSession, contest: Contest) -> None:
    """Every place on the reserve list that is not beyond the money, once the rejections are made, has its reason."""
    listed = contest.without(rules.list_with(session.lines, Proposed.REJECT))
    unsaid = [
        line.reference
        for line in session.lines
        if line.outcome is Proposed.RESERVE and not line.reason.strip() and not listed.find_shortage(line.key)
    ]
    if unsaid:
        raise RuleBroken(
            _(
                "The money does not end before these places: say why they go to the reserve list. %(references)s.",
                references=rules.name_some(unsaid),
            )
        )


def ensure_neutral(session: DecisionSession, person: User) -> None:
    """Nobody decides on an organisation of their own, nor on an application from which they have stepped back, as the
    first person or as the second."""
    _ensure_neutral_to([line.key for line in session.lines if line.outcome is not Proposed.WAIT], person)


def _ensure_neutral_to(decided: Collection[int], person: User) -> None:
    for application in map_applications(list(decided)).values():
        if reason := is_neutral(person, application):
            raise RuleBroken(_("%(reference)s: %(reason)s", reference=application.reference, reason=reason))


def send_back_session(session: DecisionSession, answer: str, *, by: User, at: datetime) -> None:
    """The second person does not agree, and says why; the proposal can be changed and proposed again."""
    if not answer.strip():
        raise RuleBroken(_("Say what should be changed."), field="answer")
    with transition(session, DECISION_SESSION.send_back, by=by, at=at, why=answer):
        ensure_neutral(session, by)
        session.answer = answer


def discard_session(session: DecisionSession, *, by: User, at: datetime) -> None:
    """Nothing of it is decided."""
    with transition(session, DECISION_SESSION.discard, by=by, at=at):
        session.seen = None
