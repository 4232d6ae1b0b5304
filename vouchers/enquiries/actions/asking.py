"""Threads between an applicant and its region, and what is answered in public."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.enquiries import letters, queries
from vouchers.enquiries.lifecycle import ENQUIRY, PUBLIC_ANSWER
from vouchers.enquiries.models import Enquiry, Message, PublicAnswer
from vouchers.enquiries.rules.publishing import ensure_names_nobody
from vouchers.enquiries.states import EnquiryState
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition

TWICE = timedelta(minutes=5)
"""A question that is asked in the same words within this was sent by pressing twice."""


def ask_enquiry(application: Application, title: str, text: str, *, by: User, at: datetime) -> Enquiry:
    """The applicant asks; the region's managers are told. The same question twice within minutes is one."""
    if asked := queries.find_just_asked(application.id, title, text, user_id=by.id, since=at - TWICE):
        return asked
    enquiry = _new(application, title, by=by, at=at)
    with creation(enquiry, ENQUIRY.ask, by=by, at=at) as step:
        _add(enquiry, text, is_from_region=False, by=by, at=at)
        letters.write_to_region(step, enquiry, text, by=by)
        return enquiry


def begin_enquiry(application: Application, title: str, text: str, *, by: User, at: datetime) -> Enquiry:
    """The region writes first; the applicant is told. The same message twice within minutes is one."""
    if asked := queries.find_just_asked(application.id, title, text, user_id=by.id, since=at - TWICE):
        return asked
    enquiry = _new(application, title, by=by, at=at)
    with creation(enquiry, ENQUIRY.begin, by=by, at=at) as step:
        _add(enquiry, text, is_from_region=True, by=by, at=at)
        letters.write_to_applicant(step, enquiry, text)
        return enquiry


def _new(application: Application, title: str, *, by: User, at: datetime) -> Enquiry:
    return Enquiry(application=application, title=title, asked_at=at, asked_by_id=by.id, last_at=at)


def _add(enquiry: Enquiry, text: str, *, is_from_region: bool, by: Any, at: datetime) -> None:
    enquiry.last_at = at
    db.session.add(
        Message(enquiry_id=enquiry.id, text=text, is_from_region=is_from_region, written_at=at, written_by_id=by.id)
    )


def follow_up_enquiry(enquiry: Enquiry, text: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """The applicant writes again. `version`: of the thread that the writer saw, so that a second press adds nothing."""
    with transition(enquiry, ENQUIRY.follow_up, by=by, at=at, version=version) as step:
        _add(enquiry, text, is_from_region=False, by=by, at=at)
        letters.write_to_region(step, enquiry, text, by=by)


def answer_enquiry(enquiry: Enquiry, text: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """The region writes; the applicant is told."""
    with transition(enquiry, ENQUIRY.answer, by=by, at=at, version=version) as step:
        _add(enquiry, text, is_from_region=True, by=by, at=at)
        letters.write_to_applicant(step, enquiry, text)


def close_enquiry(enquiry: Enquiry, *, by: User, at: datetime) -> None:
    """Nothing more is expected from either side."""
    with transition(enquiry, ENQUIRY.close, by=by, at=at):
        pass


def reopen_enquiry(enquiry: Enquiry, *, by: User, at: datetime) -> None:
    """It was not settled after all."""
    with transition(enquiry, ENQUIRY.reopen, by=by, at=at):
        pass


def publish_public_answer(
    enquiry: Enquiry, question: str, answer: str, *, by: User, at: datetime, language: str = ""
) -> PublicAnswer:
    """Put a question and its answer on the page of the call, in words that name nobody; who waited for it is told.

    `language` is that of both texts, the writer's own where it is not said.

    Raises:
        RuleBroken: the applicant can be recognised.
    """
    application = enquiry.application
    public = PublicAnswer(
        call_id=application.call_id,
        enquiry=enquiry,
        question=question,
        answer=answer,
        language=language or by.language,
        published_at=at,
        published_by_id=by.id,
    )
    with creation(public, PUBLIC_ANSWER.publish, by=by, at=at):
        ensure_publishable(enquiry, question, answer)
        if enquiry.state == EnquiryState.WITH_REGION:
            _answer_in_public(enquiry, answer, by=by, at=at)
        return public


def ensure_publishable(enquiry: Enquiry, question: str, answer: str) -> None:
    """Refuse words by which the applicant can be recognised."""
    ensure_names_nobody({"question": question, "answer": answer}, queries.find_known(enquiry.application))


def _answer_in_public(enquiry: Enquiry, answer: str, *, by: User, at: datetime) -> None:
    """The thread waited for this answer: it is the applicant's turn, as after a message of the region."""
    with transition(enquiry, ENQUIRY.answer, by=by, at=at) as step:
        enquiry.last_at = at
        letters.write_to_applicant(step, enquiry, answer)


def withdraw_public_answer(public: PublicAnswer, *, by: User, at: datetime) -> None:
    """Take it off the page of the call."""
    with transition(public, PUBLIC_ANSWER.withdraw, by=by, at=at):
        pass
