"""What an expert may say an answer to: applications that wait, shown by field and title alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.conflicts import map_hard_among
from vouchers.evaluation.rules.assigning import language_in
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.experts.queries import WHOLE
from vouchers.experts.states import ExpertState
from vouchers.matching.models import Bid
from vouchers.matching.queries.gathering import fields_in
from vouchers.matching.queries.runs import map_bids
from vouchers.matching.queries.waiting import STATES, map_answers, marked_instruments, waiting
from vouchers.matching.states import BidAnswer
from vouchers.programmes.models import Call, Programme


@dataclass(frozen=True, slots=True)
class BiddingCall:
    """A call in which a person may answer, with the person's entry in its pool."""

    call: Call
    expert: Expert


@dataclass(frozen=True, slots=True)
class Offered:
    """One application as the expert may see it before any declaration; in a blind call without its title."""

    application: Application
    title: str
    fields: tuple[str, ...]
    language: str
    answer: BidAnswer | None

    @property
    def is_closed(self) -> bool:
        """Whether a conflict was declared, which stays."""
        return self.answer is BidAnswer.CONFLICT


def list_calls_of(user_id: int) -> list[BiddingCall]:
    """The calls in which applications wait for the experts of this person's pools."""
    found = select(Expert).where(Expert.user_id == user_id, Expert.state == ExpertState.ADMITTED)
    entries = {expert.programme_code: expert for expert in db.session.scalars(found.options(*WHOLE))}
    calls = (
        select(Call)
        .join(Call.programme)
        .where(Programme.code.in_(entries))
        .where(Call.id.in_(select(Application.call_id).where(Application.state.in_(STATES))))
        .options(joinedload(Call.programme).selectinload(Programme.instruments))
        .order_by(Call.closes_at, Call.id)
    )
    return [
        BiddingCall(call, entries[call.programme.code])
        for call in db.session.scalars(calls)
        if call.plan.marking is not None and marked_instruments(call)
    ]


def get_bidding_call(call_id: int, user_id: int) -> BiddingCall:
    """A call of `list_calls_of`. Raises `NotFound`."""
    for found in list_calls_of(user_id):
        if found.call.id == call_id:
            return found
    raise NotFound(_("There is nothing to answer in this call now."))


def list_offered(bidding: BiddingCall, query: ListQuery) -> Page:
    """The applications that the expert was not given yet, without those that a conflict forbids anyway."""
    call, expert = bidding.call, bidding.expert
    asked = select(Assignment.application_id).where(
        Assignment.expert_id == expert.id, Assignment.state != AssignmentState.REMOVED
    )
    found = (
        waiting(call.id)
        .order_by(None)
        .where(Application.instrument_id.in_(marked_instruments(call)), Application.id.not_in(asked))
        .options(*applications.WHOLE)
    )
    page = paginate(db.session, found, query, {"reference": (Application.reference, Application.id)})
    hard = map_hard_among(call, [expert], [one.id for one in page.items])
    answers = map_answers([one.id for one in page.items])
    bids = map_bids(expert.id, [one.id for one in page.items])
    known = frozenset(one.code for one in call.programme.plan.fields)
    is_blind = bool(call.plan.marking and call.plan.marking.is_blind)
    items = [
        _offered(one, answers.get(one.id, {}), bids.get(one.id), known, is_blind=is_blind)
        for one in page.items
        if (expert.id, one.id) not in hard or (one.id in bids and bids[one.id].answer is BidAnswer.CONFLICT)
    ]
    return replace(page, items=items)


def _offered(
    application: Application, answers: Mapping[str, Any], bid: Bid | None, known: frozenset[str], *, is_blind: bool
) -> Offered:
    return Offered(
        application,
        "" if is_blind else application.title,
        fields_in(answers, known),
        language_in(answers),
        bid.answer if bid else None,
    )
