"""Pins, exclusions, and the experts' own answers."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.models import Application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.evaluation.actions.findings import keep_declared
from vouchers.evaluation.queries.assignments import find_language
from vouchers.evaluation.queries.conflicts import map_hard_among
from vouchers.evaluation.rules.assigning import say_unread
from vouchers.evaluation.rules.conflicts import declared_by_expert
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.matching.lifecycle import BID, WISH
from vouchers.matching.models import Bid, Wish
from vouchers.matching.queries import runs as queries
from vouchers.matching.queries.waiting import STATES
from vouchers.matching.states import BidAnswer
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def pin_pair(application: Application, expert: Expert, *, by: User, at: datetime) -> Wish:
    """Want this pair in every proposal from now on; takes the place of an exclusion.

    Raises:
        RuleBroken: a conflict or the language forbids the pair, which no wish can change.
    """
    with unit_of_work():
        barred = map_hard_among(application.call, [expert], [application.id])
        if hard := barred.get((expert.id, application.id)):
            raise RuleBroken(_("This expert cannot be assigned. %(evidence)s", evidence=hard[0].evidence))
        if unread := say_unread(find_language(application), expert.languages):
            raise RuleBroken(unread)
        wish = _new_wish(application, expert, by=by, at=at)
        with creation(wish, WISH.pin, by=by, at=at):
            return wish


def exclude_pair(application: Application, expert: Expert, *, by: User, at: datetime) -> Wish:
    """Want this pair in no proposal from now on; takes the place of a pin."""
    with unit_of_work():
        wish = _new_wish(application, expert, by=by, at=at)
        with creation(wish, WISH.exclude, by=by, at=at):
            return wish


def drop_wish(wish: Wish, *, by: User, at: datetime) -> None:
    """Want it no more."""
    with transition(wish, WISH.drop, by=by, at=at):
        pass


def _new_wish(application: Application, expert: Expert, *, by: User, at: datetime) -> Wish:
    db.session.refresh(application, with_for_update={"of": Application})
    if expert.programme_code != application.call.programme.code:
        raise RuleBroken(_("This expert is not admitted in this programme."))
    if earlier := queries.find_wish(application.id, expert.id):
        drop_wish(earlier, by=by, at=at)
    return Wish(application=application, expert=expert, made_at=at, made_by_id=by.id)


def answer_bid(application: Application, expert: Expert, answer: BidAnswer, *, by: User, at: datetime) -> None:
    """Say how gladly one would mark an application, or that one has a conflict; the latter stays, and forbids the pair
    also to a manager who assigns by hand.

    Raises:
        RuleBroken: it is not given to experts now, or the person is not in this pool.
    """
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        if application.state not in STATES:
            raise RuleBroken(_("%(reference)s is not given to experts now.", reference=application.reference))
        if expert.programme_code != application.call.programme.code or expert.state != ExpertState.ADMITTED:
            raise RuleBroken(_("You are not admitted as an expert in this programme."))
        kept = queries.map_bids(expert.id, [application.id]).get(application.id)
        if kept is not None and (kept.answer == answer or kept.answer is BidAnswer.CONFLICT):
            return
        if answer is BidAnswer.CONFLICT:
            said = declared_by_expert(BID.kind)
            keep_declared(application, expert, said.fact, said.evidence.source, by=by, at=at)
        if kept is not None:
            with transition(kept, BID.change, by=by, at=at):
                kept.answer, kept.answered_at = answer, at
            return
        bid = Bid(application=application, expert=expert, answer=answer, answered_at=at)
        with creation(bid, BID.give, by=by, at=at):
            pass
