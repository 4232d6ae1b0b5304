"""What is kept of one person, for that person: their own words, steps, letters and files, and nobody else's data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Answer, Application, Submission
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.models import Document, ScanState
from vouchers.enquiries.models import Enquiry, Message
from vouchers.evaluation.models import Assignment
from vouchers.experts.models import Absence, Expert, ExpertContract, InterestDeclaration
from vouchers.fees.models import FeeStatement
from vouchers.letters.models import Letter
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.retention.models import DataCopy
from vouchers.retention.states import CopyState
from vouchers.users.models import RoleGrant, User, UserSession

CONFIDENTIAL = ("suspicion",)
"""Kinds of subjects whose steps and letters are told to nobody but the few who work on them."""
OTHERS_ANSWERS = ("provider_", "partner_", "contact_")
"""Questions whose answers are the data of somebody else."""
_STREAM = {"yield_per": 1_000}

Section = tuple[str, Sentence, Select[Any]]


def get_copy(copy_id: int) -> DataCopy:
    """A copy. Raises `NotFound`."""
    found = db.session.scalars(
        select(DataCopy).where(DataCopy.id == copy_id).options(joinedload(DataCopy.user))
    ).first()
    if found is None:
        raise NotFound(_("There is no such copy."))
    return found


def find_newest(user_id: int) -> DataCopy | None:
    """The copy that a person asked for last."""
    found = select(DataCopy).where(DataCopy.user_id == user_id).order_by(DataCopy.id.desc())
    return db.session.scalars(found.limit(1)).first()


def is_being_written(user_id: int) -> bool:
    """Whether a copy was asked for and is not ready."""
    found = select(DataCopy.id).where(DataCopy.user_id == user_id, DataCopy.state == CopyState.ASKED)
    return db.session.scalar(found.limit(1)) is not None


def list_over(at: datetime) -> Sequence[int]:
    """Copies whose time is over."""
    found = select(DataCopy.id).where(DataCopy.state == CopyState.MADE, DataCopy.ends_at <= at)
    return db.session.scalars(found.order_by(DataCopy.id)).all()


def list_files(copy: DataCopy) -> list[Document]:
    """The file of a copy."""
    found = select(Document).where(Document.subject_kind == "data_copy", Document.subject_id == copy.id)
    return list(db.session.scalars(found))


def sections_of(user: User) -> list[Section]:
    """Everything, section by section: its name in the file, its heading, and what reads it."""
    expert = select(Expert.id).where(Expert.user_id == user.id)
    answers = (
        select(Application.reference, Answer.question, Answer.value, Answer.saved_at)
        .join(Application, Application.id == Answer.application_id)
        .where(Answer.saved_by_id == user.id)
    )
    for beginning in OTHERS_ANSWERS:
        answers = answers.where(~Answer.question.startswith(beginning, autoescape=True))
    return [
        (
            "account",
            _("Account"),
            select(User.id, User.name, User.email, User.language, User.time_zone, User.state, User.created_at).where(
                User.id == user.id
            ),
        ),
        (
            "roles",
            _("Roles"),
            select(
                RoleGrant.role, RoleGrant.programme_code, RoleGrant.region_code, RoleGrant.state, RoleGrant.granted_at,
                RoleGrant.ends_at,
            ).where(RoleGrant.user_id == user.id),
        ),
        (
            "sessions",
            _("Sessions"),
            select(UserSession.device, UserSession.state, UserSession.started_at, UserSession.ends_at).where(
                UserSession.user_id == user.id
            ),
        ),
        (
            "organisations",
            _("Organisations"),
            select(Organisation.name, Membership.role, Membership.state, Membership.email, Membership.invited_at)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.user_id == user.id),
        ),
        (
            "applications",
            _("Applications"),
            select(Application.reference, Application.title, Application.state, Application.started_at,
                   Application.submitted_at).where(Application.started_by_id == user.id),
        ),
        ("answers", _("Answers"), answers),
        (
            "submissions",
            _("Submissions"),
            select(Submission.receipt_number, Submission.sha256, Submission.submitted_at).where(
                Submission.submitted_by_id == user.id
            ),
        ),
        (
            "questions",
            _("Questions to the office"),
            select(Enquiry.title, Message.text, Message.written_at)
            .join(Enquiry, Enquiry.id == Message.enquiry_id)
            .where(Message.written_by_id == user.id),
        ),
        (
            "letters",
            _("Letters"),
            _not_confidential(
                select(Letter.written_at, Letter.to_email, Letter.heading, Letter.body, Letter.sent_at), Letter
            ).where(Letter.to_user_id == user.id),
        ),
        (
            "expert",
            _("Entry as an expert"),
            select(
                Expert.programme_code, Expert.state, Expert.employer, Expert.country, Expert.region_code,
                Expert.languages, Expert.fields, Expert.expertise, Expert.load_limit, Expert.rate_cents,
                Expert.currency, Expert.admitted_at, Expert.admitted_until,
            ).where(Expert.user_id == user.id),
        ),
        (
            "absences",
            _("Absences"),
            select(Absence.from_on, Absence.until_on, Absence.state).where(Absence.expert_id.in_(expert)),
        ),
        (
            "contracts",
            _("Contracts"),
            select(ExpertContract.number, ExpertContract.state, ExpertContract.terms, ExpertContract.until_on,
                   ExpertContract.accepted_at).where(ExpertContract.expert_id.in_(expert)),
        ),
        (
            "interests",
            _("Declarations of interests"),
            select(
                InterestDeclaration.statement, InterestDeclaration.organisations, InterestDeclaration.declared_at
            ).where(InterestDeclaration.expert_id.in_(expert)),
        ),
        (
            "candidacies",
            _("Candidacies for a pool"),
            select(PoolCall.title, Enrolment.state, Enrolment.content, Enrolment.submitted_at,
                   Enrolment.score_hundredths, Enrolment.reasons)
            .join(PoolCall, PoolCall.id == Enrolment.pool_call_id)
            .where(Enrolment.user_id == user.id),
        ),
        (
            "marks",
            _("Evaluations"),
            select(
                Application.reference, Assignment.state, Assignment.marks, Assignment.overall_comment,
                Assignment.declared_at, Assignment.submitted_at, Assignment.reason,
            )
            .join(Application, Application.id == Assignment.application_id)
            .where(Assignment.expert_id.in_(expert)),
        ),
        (
            "fees",
            _("Fees"),
            select(FeeStatement.number, FeeStatement.state, FeeStatement.amount_cents, FeeStatement.currency,
                   FeeStatement.holder, FeeStatement.iban, FeeStatement.drawn_up_at)
            .where(FeeStatement.expert_id.in_(expert)),
        ),
        (
            "bank_accounts",
            _("Bank accounts"),
            select(BankAccount.holder, BankAccount.iban, BankAccount.bic, BankAccount.state, BankAccount.proposed_at)
            .where(BankAccount.expert_id.in_(expert)),
        ),
        (
            "steps",
            _("Steps on record"),
            _not_confidential(
                select(AuditEvent.at, AuditEvent.tag, AuditEvent.subject_kind, AuditEvent.subject_id), AuditEvent
            ).where(AuditEvent.actor_id == user.id).order_by(AuditEvent.id),
        ),
    ]  # fmt: skip


def _not_confidential(statement: Select[Any], model: Any) -> Select[Any]:
    return statement.where(model.subject_kind.not_in(CONFIDENTIAL))


def stream_rows(statement: Select[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a section, in constant memory."""
    for row in db.session.execute(statement.execution_options(**_STREAM)).mappings():
        yield dict(row)


def list_own_files(user: User) -> list[Document]:
    """The files that a person uploaded and that are still there; what stands on a confidential matter is left out."""
    found = select(Document).where(
        Document.stored_by_id == user.id,
        Document.disposed_at.is_(None),
        Document.scan_state != ScanState.QUARANTINED,
        Document.subject_kind.not_in((*CONFIDENTIAL, "data_copy")),
    )
    return list(db.session.scalars(found.order_by(Document.id)))
