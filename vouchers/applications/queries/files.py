"""Finding applications and what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Answer, Application, Submission
from vouchers.applications.rules.next_steps import HAPPENED
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.policy import WRITERS
from vouchers.organisations.states import MembershipState
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.users.models import User

PLACE = (
    joinedload(Application.call).defer(Call.config).joinedload(Call.programme).defer(Programme.config),
    joinedload(Application.instrument).defer(Instrument.config),
    joinedload(Application.region),
)
"""Where an application belongs."""
WHOLE = (*PLACE, joinedload(Application.organisation).selectinload(Organisation.memberships))
"""What policies and pages need of an application; of the plans only the digest, for `plan` keeps what it has read."""


_members = joinedload(Application.organisation).joinedload(Organisation.memberships)  # of one, in the same query
_ONE = select(Application).where(Application.id == bindparam("id")).options(*PLACE, _members)


def get_application(application_id: int, **_rest_of_address: Any) -> Application:
    """An application with its call, instrument, region, organisation and members. Raises `NotFound`."""
    found = db.session.scalars(_ONE, {"id": application_id}).unique().first()
    if found is None:
        raise NotFound(_("There is no such application."))
    return found


def has_agreement(application_id: int) -> bool:
    """Whether its agreement was issued; agreements stand on a floor above, so their table is asked for by name."""
    agreement = Base.metadata.tables["agreement"]
    return bool(db.session.scalar(select(exists().where(agreement.c.application_id == application_id))))


def get_call(call_id: int) -> Call:
    """A call with its programme and instruments. Raises `NotFound`."""
    found = map_calls([call_id])
    if call_id not in found:
        raise NotFound(_("There is no such call."))
    return found[call_id]


def map_calls(ids: Collection[int]) -> dict[int, Call]:
    """Call id -> the same."""
    whole = joinedload(Call.programme).selectinload(Programme.instruments)
    found = db.session.scalars(select(Call).where(Call.id.in_(ids)).options(whole)) if ids else ()
    return {one.id: one for one in found}


def list_of_member(user_id: int) -> list[Application]:
    """The applications of the organisations that a person acts for, newest first."""
    mine = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE
    )
    found = select(Application).where(Application.organisation_id.in_(mine)).options(*WHOLE)
    return list(db.session.scalars(found.order_by(Application.id.desc())))


def has_written(user_id: int, call_id: int) -> bool:
    """Whether an organisation that the person acts for has an application in a call, also one that is not sent."""
    mine = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE
    )
    found = select(Application.id).where(Application.organisation_id.in_(mine), Application.call_id == call_id)
    return db.session.scalars(found.limit(1)).first() is not None


def find_untouched_draft(organisation_id: int, call_id: int, instrument_id: int, user_id: int) -> Application | None:
    """A draft of this person in which nothing has been written or attached yet."""
    files = select(Document.id).where(
        Document.subject_kind == "application", Document.subject_id == Application.id, Document.removed_at.is_(None)
    )
    found = select(Application).where(
        Application.organisation_id == organisation_id,
        Application.call_id == call_id,
        Application.instrument_id == instrument_id,
        Application.started_by_id == user_id,
        Application.state == ApplicationState.DRAFT,
        ~select(Answer.id).where(Answer.application_id == Application.id).exists(),
        ~files.exists(),
    )
    return db.session.scalars(found.options(*WHOLE).limit(1)).first()


def count_started_by(user_id: int) -> int:
    """How many applications this person has begun."""
    return db.session.scalar(select(func.count(Application.id)).where(Application.started_by_id == user_id)) or 0


def find_started_on_page(user_id: int, page: str) -> Application | None:
    """What this person has begun with this mark of a page."""
    found = select(Application).where(Application.started_by_id == user_id, Application.started_on_page == page)
    return db.session.scalars(found.options(*WHOLE)).first()


def map_answers(application_id: int) -> dict[str, Answer]:
    """The answers by question, with who saved them when."""
    found = db.session.scalars(select(Answer).where(Answer.application_id == application_id))
    return {answer.question: answer for answer in found}


_VALUES = select(Answer.question, Answer.value).where(Answer.application_id == bindparam("id"))


def map_values(application_id: int) -> dict[str, Any]:
    """What was answered, by question."""
    return {row.question: row.value for row in db.session.execute(_VALUES, {"id": application_id})}


def find_document_of(application_id: int, document_id: int) -> Document | None:
    """A file that stands on this application now."""
    found = select(Document).where(
        Document.id == document_id,
        Document.subject_kind == "application",
        Document.subject_id == application_id,
        Document.removed_at.is_(None),
    )
    return db.session.scalars(found).first()


def find_submission(application_id: int) -> Submission | None:
    """What was submitted last."""
    found = select(Submission).where(Submission.application_id == application_id).order_by(Submission.id.desc())
    return db.session.scalars(found.limit(1)).first()


def get_submission(application_id: int) -> Submission:
    """What was submitted last. Raises `NotFound` for a draft."""
    found = find_submission(application_id)
    if found is None:
        raise NotFound(_("This application has not been submitted, so there is no receipt yet."))
    return found


def count_standing(apart_from: Application) -> int:
    """How many other applications of the same call were submitted and not withdrawn."""
    found = select(func.count(Application.id)).where(
        Application.call_id == apart_from.call_id,
        Application.id != apart_from.id,
        Application.submitted_at.is_not(None),
        Application.state != ApplicationState.WITHDRAWN,
    )
    return db.session.scalar(found) or 0


def list_milestones(application_id: int) -> list[AuditEvent]:
    """The events that concern the applicant, oldest first; not the saving of single answers."""
    found = select(AuditEvent).where(
        AuditEvent.subject_kind == "application", AuditEvent.subject_id == application_id, AuditEvent.tag.in_(HAPPENED)
    )
    return list(db.session.scalars(found.options(joinedload(AuditEvent.detail)).order_by(AuditEvent.id)))


def map_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    found = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in found}


def list_writers(organisation: Organisation, *, present: User | None = None) -> list[User]:
    """The owners and editors of an organisation whose members are loaded; `present` is who need not be looked up."""
    ids = {
        member.user_id
        for member in organisation.memberships
        if member.state == MembershipState.ACTIVE and member.role in WRITERS and member.user_id is not None
    }
    found = [present] if present is not None and present.id in ids else []
    if others := ids - {one.id for one in found}:
        found += db.session.scalars(select(User).where(User.id.in_(others)))
    return sorted(found, key=lambda writer: writer.id)
