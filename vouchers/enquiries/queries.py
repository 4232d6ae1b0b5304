"""Finding questions, public answers and requests for clarification."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.applications.models import Application, Partner, Submission
from vouchers.applications.queries.files import WHOLE as WHOLE_APPLICATION
from vouchers.applications.queries.files import map_values
from vouchers.audit.queries import list_events_of
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.enquiries.lifecycle import CLARIFICATION
from vouchers.enquiries.models import Clarification, Enquiry, Message, PublicAnswer
from vouchers.enquiries.rules.publishing import Known
from vouchers.enquiries.states import ClarificationState, EnquiryState, PublicAnswerState
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.form_plan import QuestionType
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

_WHOLE_ENQUIRY = (
    joinedload(Enquiry.application).options(*WHOLE_APPLICATION),
    selectinload(Enquiry.messages),
)
_WHOLE_CLARIFICATION = joinedload(Clarification.application).options(*WHOLE_APPLICATION)
_WHOLE_PUBLIC_ANSWER = (
    joinedload(PublicAnswer.enquiry).options(*_WHOLE_ENQUIRY),
    joinedload(PublicAnswer.call),
)


def get_enquiry(enquiry_id: int) -> Enquiry:
    """A thread with its messages and its application. Raises `NotFound`."""
    found = db.session.scalars(select(Enquiry).where(Enquiry.id == enquiry_id).options(*_WHOLE_ENQUIRY)).first()
    if found is None:
        raise NotFound(_("There is no such question."))
    return found


def list_enquiries(application_id: int) -> list[Enquiry]:
    """The threads of an application, the newest message first."""
    found = select(Enquiry).where(Enquiry.application_id == application_id).options(selectinload(Enquiry.messages))
    return list(db.session.scalars(found.order_by(Enquiry.last_at.desc(), Enquiry.id.desc())))


def find_just_asked(application_id: int, title: str, text: str, *, user_id: int, since: datetime) -> Enquiry | None:
    """A thread that this person began with these words since a moment."""
    found = select(Enquiry).where(
        Enquiry.application_id == application_id,
        Enquiry.asked_by_id == user_id,
        Enquiry.title == title,
        Enquiry.asked_at >= since,
        Enquiry.messages.any(Message.text == text),
    )
    return db.session.scalars(found.limit(1)).first()


def list_waiting(query: ListQuery, mandate: Mandate) -> Page:
    """Threads within a mandate; without a filter those that wait for the region."""
    statement = (
        select(Enquiry)
        .join(Enquiry.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.organisation)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(joinedload(Enquiry.application).options(*WHOLE_APPLICATION))
    )
    state = query.filters.get("state") or EnquiryState.WITH_REGION.value
    if state != "all":
        statement = statement.where(Enquiry.state == EnquiryState(state))
    if query.q:
        statement = statement.where(
            or_(
                Enquiry.title.icontains(query.q, autoescape=True),
                Application.reference.icontains(query.q, autoescape=True),
                Organisation.name.icontains(query.q, autoescape=True),
            )
        )
    orders = {
        "last": Enquiry.last_at,
        "reference": Application.reference,
        "organisation": Organisation.name,
        "region": Region.code,
    }
    return paginate(db.session, statement, query, orders)


# Public answers ------------------------------------------------------------------------------------------------------


def get_public_answer(public_answer_id: int) -> PublicAnswer:
    """A public answer with the thread that it came from. Raises `NotFound`."""
    wanted = select(PublicAnswer).where(PublicAnswer.id == public_answer_id).options(*_WHOLE_PUBLIC_ANSWER)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise NotFound(_("There is no such public answer."))
    return found


def list_public_answers(call_id: int) -> list[tuple[str, str, datetime, str]]:
    """(question, answer, since when, language) of what everybody may read of a call, in the order of publication."""
    found = (
        select(PublicAnswer.question, PublicAnswer.answer, PublicAnswer.published_at, PublicAnswer.language)
        .where(PublicAnswer.call_id == call_id, PublicAnswer.state == PublicAnswerState.PUBLISHED)
        .order_by(PublicAnswer.id)
    )
    return [(row.question, row.answer, row.published_at, row.language) for row in db.session.execute(found)]


def list_public_answers_from(enquiry_id: int) -> list[PublicAnswer]:
    """What was published from a thread, taken back or not."""
    found = select(PublicAnswer).where(PublicAnswer.enquiry_id == enquiry_id).options(*_WHOLE_PUBLIC_ANSWER)
    return list(db.session.scalars(found.order_by(PublicAnswer.id)))


def find_known(application: Application) -> Known:
    """Everything by which the applicant could be recognised: organisations, people, accounts, the application."""
    applicant = find_applicant(application)
    named = (application.reference, application.title, *_named_in_answers(application))
    return replace(applicant, names=[*applicant.names, *named])


def find_applicant(application: Application) -> Known:
    """Who the applicant and its partners are: organisations, people, accounts."""
    people = (
        select(User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == application.organisation_id)
    )
    accounts = select(BankAccount.holder, BankAccount.iban).where(
        BankAccount.organisation_id == application.organisation_id
    )
    partners = select(Partner.name, Partner.contact, Partner.email, Partner.vat_number, Partner.register_number).where(
        Partner.application_id == application.id
    )
    persons, others = db.session.execute(people).all(), db.session.execute(partners).all()
    organisation, plan = application.organisation, application.call.plan
    return Known(
        names=[
            organisation.name,
            organisation.vat_number,
            organisation.register_number,
            urlsplit(organisation.website).hostname or organisation.website,
            *(text for row in (*persons, *others, *db.session.execute(accounts)) for text in row),
        ],
        organisations=[organisation.name, *(row.name for row in others)],
        people=[*(row.name for row in persons), *(row.contact for row in others)],
        public=f"{plan!r} {application.instrument.plan!r}",
    )


def _named_in_answers(application: Application) -> list[str]:
    """The providers and experts whom the answers name."""
    kinds = (QuestionType.PROVIDER, QuestionType.EXPERT)
    named = {one.code for one in application.call.plan.form.questions if one.type in kinds} | {
        "provider_name",
        "provider_contact",
        "provider_email",
    }
    found = []
    for code, value in map_values(application.id).items():
        if code in named:
            found += [str(part) for part in value.values()] if isinstance(value, dict) else [str(value or "")]
    return [text for text in found if not text.isdigit()]


# Clarifications ------------------------------------------------------------------------------------------------------


def get_clarification(clarification_id: int, **_rest_of_address: Any) -> Clarification:
    """A request with its application. Raises `NotFound`."""
    wanted = select(Clarification).where(Clarification.id == clarification_id).options(_WHOLE_CLARIFICATION)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found


def list_clarifications(application_id: int) -> list[Clarification]:
    """The requests about an application, the newest first."""
    found = select(Clarification).where(Clarification.application_id == application_id)
    return list(db.session.scalars(found.order_by(Clarification.id.desc())))


def find_open_clarification(application_id: int) -> Clarification | None:
    """The request that waits for the applicant."""
    found = select(Clarification).where(
        Clarification.application_id == application_id, Clarification.state == ClarificationState.REQUESTED
    )
    return db.session.scalars(found).first()


def list_extensions(clarification: Clarification) -> list[tuple[datetime, str]]:
    """When the region gave more time, and why."""
    events = list_events_of([("clarification", clarification.id)])
    given = [event for event in events if event.tag == CLARIFICATION.extend.tag]
    return [(event.at, str((event.detail.body or {}).get("why") or "")) for event in given]


def list_to_remind(*, due_from: datetime, due_by: datetime) -> list[int]:
    """Open requests that fall due within this span and of which nobody was reminded yet."""
    found = select(Clarification.id).where(
        Clarification.state == ClarificationState.REQUESTED,
        Clarification.reminded_at.is_(None),
        Clarification.due_at >= due_from,
        Clarification.due_at <= due_by,
    )
    return list(db.session.scalars(found.order_by(Clarification.id)))


def list_overdue(before: datetime) -> list[int]:
    """Open requests whose last instant lies before this one."""
    found = select(Clarification.id).where(
        Clarification.state == ClarificationState.REQUESTED, Clarification.due_at < before
    )
    return list(db.session.scalars(found.order_by(Clarification.id)))


def get_submission_of(clarification: Clarification, submission_id: int) -> Submission:
    """A version of the same application. Raises `NotFound`."""
    found = db.session.get(Submission, submission_id)
    if found is None or found.application_id != clarification.application_id:
        raise NotFound(_("There is no such version."))
    return found
