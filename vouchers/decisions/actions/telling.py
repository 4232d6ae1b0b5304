"""The letters of a session: sent in one confirmed batch, each once; and the words of a region's own letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications.actions.deciding import tell_application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.decisions import letters
from vouchers.decisions.actions.sessions import ensure_neutral
from vouchers.decisions.lifecycle import DECISION, DECISION_SESSION, LETTER_TEMPLATE
from vouchers.decisions.models import Decision, DecisionSession, LetterTemplate
from vouchers.decisions.queries.contests import Contest, find_decision
from vouchers.decisions.queries.reserves import get_reserve
from vouchers.decisions.queries.sessions import (
    count_told,
    get_decision_session,
    get_group_of_session,
    list_session_decisions,
    lock_telling,
)
from vouchers.decisions.queries.templates import digest_template, digest_words, find_kept_template
from vouchers.decisions.rules.wording import ensure_known
from vouchers.decisions.states import SessionState
from vouchers.users.models import User
from vouchers.workflow.transition import creation, fresh, refuse_overtaken, transition


def announce_session(session: DecisionSession, count: int, *, words: str | None = None, by: User, at: datetime) -> None:
    """Let every letter of a confirmed session go out. A job writes them, so that a long list keeps nobody waiting;
    until it has, the words stay as they are.

    Args:
        count: how many letters the person was shown.
        words: in which words, see `queries.templates.digest_words`; None where nobody was shown them.

    Raises:
        RuleBroken: there are more or fewer by now, somebody has changed the words, or the person has to keep away from
            one of the applications.
    """
    with transition(session, DECISION_SESSION.announce, by=by, at=at) as step:
        ensure_neutral(session, by)
        told, all_of_them = count_told(session.id)
        if all_of_them - told != count:
            raise RuleBroken(
                _("There are %(now)s letters to send, not %(shown)s. Look again.", now=all_of_them - told, shown=count)
            )
        if words is not None and words != digest_words(session.call_id, session.region_id):
            raise RuleBroken(_("Somebody has changed the words of the letters. Read them again, then send them."))
        session.announced_at = at
        step.enqueue("decisions.tell_session", session_id=session.id)


def tell_session(session_id: int, *, by: Any, at: datetime) -> None:
    """Write the letters of a session that are not written yet, each in a unit of work of its own."""
    untold = [(one.id, one.application_id) for one in list_session_decisions(session_id, untold=True)]
    group = get_group_of_session(get_decision_session(session_id))
    places = get_reserve(group).numbers if untold and group.call.plan.has_reserve_list else {}
    for number, application_id in untold:
        tell_decision(number, place=places.get(application_id), by=by, at=at)


def tell_decision(decision_id: int, *, place: int | None, by: Any, at: datetime) -> None:
    """Write the letter on a decision, once; one that a later decision has overtaken goes out no more.

    Args:
        place: on the reserve list.
    """
    with unit_of_work():
        decision = fresh(Decision, decision_id)
        application = get_application(decision.application_id)
        is_overtaken = find_decision(application.id) is not decision
        if decision.is_told or is_overtaken:
            return
        with transition(decision, DECISION.tell, by=by, at=at) as step:
            if decision.is_told:
                return
            decision.is_told = True
            tell_application(application, by=by, at=at)
            letters.write_decision(step, decision, place=place)


# The words -----------------------------------------------------------------------------------------------------------


def word_letters(
    contest: Contest,
    outcome: str,
    language: str,
    heading: str,
    body: str,
    *,
    seen: str | None = None,
    by: User,
    at: datetime,
) -> LetterTemplate:
    """Keep a region's own words for a letter in a call; what is written later uses them.

    Args:
        seen: the words that the person began from, see `queries.templates.digest_template`.

    Raises:
        RuleBroken: something in braces is not a field, with its line; or letters are just being sent.
        WrongState: somebody else has kept other words meanwhile.
    """
    ensure_known(heading, body)
    with unit_of_work():
        _ensure_not_being_sent(contest.call.id, contest.region.id)
        template = find_kept_template(contest.call.id, contest.region.id, outcome, language)
        if template is not None and seen is not None and seen != digest_template(template):
            refuse_overtaken(template, LETTER_TEMPLATE.edit, by=by)
        if template is not None:
            with transition(template, LETTER_TEMPLATE.edit, by=by, at=at):
                template.heading, template.body = heading, body
                template.written_at, template.written_by_id = at, by.id
                return template
        where = {"call": contest.call, "region": contest.region, "outcome": outcome, "language": language}
        template = LetterTemplate(**where, heading=heading, body=body, written_at=at, written_by_id=by.id)
        with creation(template, LETTER_TEMPLATE.write, by=by, at=at):
            return template


def set_aside_words(template: LetterTemplate, *, by: User, at: datetime) -> None:
    """Go back to the usual text; the own words are kept. Raises `RuleBroken` while letters are being sent."""
    with unit_of_work():
        _ensure_not_being_sent(template.call_id, template.region_id)
        with transition(template, LETTER_TEMPLATE.set_aside, by=by, at=at):
            pass


def _ensure_not_being_sent(call_id: int, region_id: int) -> None:
    """The letters of one batch are all in the words that were read before it was sent."""
    for session in lock_telling(call_id, region_id):
        told, all_of_them = count_told(session.id)
        if session.state == SessionState.ANNOUNCED and told < all_of_them:
            raise RuleBroken(_("Letters in these words are just being sent. Change them when all are written."))
