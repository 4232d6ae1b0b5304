"""Which persons nothing has to be kept of any more, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from vouchers.applications.models import Application, Submission
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.clock import office_day, office_midnight
from vouchers.core.database import db
from vouchers.eligibility.models import AidDeclaration
from vouchers.evaluation.models import Assignment
from vouchers.experts.models import Absence, Expert, ExpertContract, InterestDeclaration
from vouchers.fees.models import FeeStatement
from vouchers.fees.states import FeeState
from vouchers.letters.models import Letter
from vouchers.likenesses.models import Likeness
from vouchers.organisations.models import BankAccount, Membership
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payments.models import Payment
from vouchers.pools.models import Enrolment
from vouchers.programmes.models import Call, Programme
from vouchers.retention.models import DataCopy, Disposal, DisposalItem, Hold
from vouchers.retention.queries.reach import NAMELESS, Branch, Reach, grow
from vouchers.retention.rules.classes import ACCOUNT_MONTHS, AID_YEARS, PAYMENT_YEARS, SELECTION_YEARS
from vouchers.retention.rules.keeping import Basis, keep_account, last_day_gone
from vouchers.retention.states import DisposalState, HoldState
from vouchers.users.models import RoleGrant, User, UserSession, is_in_time
from vouchers.users.rules.pseudonyms import pseudonym_of
from vouchers.users.states import GrantState, Role


@dataclass(frozen=True, slots=True)
class Forgettable:
    """A person of whom nothing has to be kept any more."""

    id: int
    reference: str
    basis: Basis


TREE = (
    Branch(
        Expert, User, Expert.user_id, "expert",
        {"employer": NAMELESS, "languages": [], "expertise": "", "referees": "", "suspended_because": ""},
    ),
    Branch(Absence, Expert, Absence.expert_id, "absence"),
    Branch(
        ExpertContract, Expert, ExpertContract.expert_id, "expert_contract",
        {"terms": {}, "accepted_name": "", "reason": ""},
    ),
    Branch(
        InterestDeclaration, Expert, InterestDeclaration.expert_id, "interest_declaration",
        {"statement": "", "organisations": [], "declared_name": ""},
    ),
    Branch(
        FeeStatement, Expert, FeeStatement.expert_id, "fee_statement",
        {"agreed_name": "", "holder": "", "iban": "", "bic": "", "invoice_number": "", "reason": ""},
    ),
    Branch(
        BankAccount, Expert, BankAccount.expert_id, "bank_account",
        {"holder": NAMELESS, "iban": "", "bic": "", "reason": ""},
    ),
    Branch(
        Payable, Expert, Payable.expert_id, "payable", {"payee_name": NAMELESS, "hold_reason": "", "return_note": ""}
    ),
    Branch(PayeeCheck, BankAccount, PayeeCheck.bank_account_id, "payee_check", {"name_at_bank": "", "reason": ""}),
    Branch(Payment, Payable, Payment.payable_id, "payment"),
    Branch(
        Enrolment, User, Enrolment.user_id, "enrolment",
        {"content": {}, "submitted_name": "", "marks": {}, "reasons": ""},
    ),
    Branch(AidDeclaration, User, AidDeclaration.signed_by_id, "aid_declaration", {"signed_name": NAMELESS}),
    Branch(Membership, User, Membership.user_id, "membership"),
    Branch(Likeness, User, Likeness.actor_id, "likeness", {"reason": "", "answer": ""}),
    Branch(RoleGrant, User, RoleGrant.user_id, "role"),
    Branch(UserSession, User, UserSession.user_id, "session"),
    Branch(DataCopy, User, DataCopy.user_id, "data_copy", {"reason": ""}),
)  # fmt: skip
"""What is kept of a person beside the papers of applications, and what its columns say afterwards."""


def reach_of_person(user: User) -> Reach:
    """Everything that hangs on an account."""
    return grow(User, user.id, "user", TREE)


def count_forgettable(*, today: date) -> int:
    """How many persons may be forgotten and stand on no list that waits."""
    return db.session.scalar(select(func.count(User.id)).where(is_forgettable(today), ~_is_listed())) or 0


def list_forgettable(*, today: date, most: int, only: int | None = None) -> list[Forgettable]:
    """The persons who may be forgotten and stand on no list that waits.

    Args:
        only: a person's id; whether it stands on a list is not asked then.
    """
    used = select(func.max(UserSession.started_at)).where(UserSession.user_id == User.id).scalar_subquery()
    found = (
        select(User.id, User.created_at, used)
        .where(is_forgettable(today), User.id == only if only else ~_is_listed())
        .order_by(User.id)
        .limit(most)
    )
    rows = db.session.execute(found).all()
    steps = _map_last_steps([row.id for row in rows])
    return [
        Forgettable(row[0], pseudonym_of(row[0]), keep_account(_last(row[1], row[2], steps.get(row[0]))))
        for row in rows
    ]


def _map_last_steps(ids: Sequence[int]) -> dict[int, datetime]:
    found = (
        select(AuditEvent.actor_id, func.max(AuditEvent.at))
        .where(AuditEvent.actor_id.in_(ids))
        .group_by(AuditEvent.actor_id)
    )
    return {key: at for key, at in db.session.execute(found) if key is not None}


def _last(*moments: datetime | None) -> date:
    return office_day(max(moment for moment in moments if moment is not None))


def is_forgettable(today: date) -> ColumnElement[bool]:
    """Whether an account is unused for long, holds no role, and its person stands in no papers that are kept."""
    last = office_midnight(last_day_gone(today, ACCOUNT_MONTHS) + timedelta(days=1))
    return and_(
        User.forgotten_at.is_(None),
        User.created_at < last,
        ~exists().where(UserSession.user_id == User.id, UserSession.started_at >= last),
        ~exists().where(AuditEvent.actor_id == User.id, AuditEvent.at >= last),
        ~exists().where(RoleGrant.user_id == User.id, RoleGrant.state == GrantState.GRANTED, is_in_time()),
        ~_is_in_papers(),
        ~_is_in_accounts(today),
        ~_has_decided(today),
        ~_is_held(),
    )


def _is_in_papers() -> ColumnElement[bool]:
    """In an application whose papers are kept: as its writer, a member of its company, its expert, or by a step."""
    kept = Application.disposed_at.is_(None)
    member = and_(Membership.user_id == User.id, Membership.organisation_id == Application.organisation_id)
    wrote = and_(Submission.submitted_by_id == User.id, Submission.application_id == Application.id)
    marks = and_(
        Expert.user_id == User.id, Assignment.expert_id == Expert.id, Assignment.application_id == Application.id
    )
    acted = and_(
        AuditEvent.actor_id == User.id,
        AuditEvent.subject_kind == "application",
        AuditEvent.subject_id == Application.id,
    )
    return or_(
        exists().where(Application.started_by_id == User.id, kept),
        *(exists().where(way, kept) for way in (member, wrote, marks, acted)),
    )


def _is_in_accounts(today: date) -> ColumnElement[bool]:
    """An expert's fees within the time of payments, or not settled; a candidacy within the time of selections."""
    paid = date(today.year - PAYMENT_YEARS, 1, 1)
    chosen = office_midnight(date(today.year - SELECTION_YEARS, 1, 1))
    settled = FeeStatement.state.in_((FeeState.PAID, FeeState.CANCELLED))
    fee = and_(Expert.user_id == User.id, FeeStatement.expert_id == Expert.id)
    moved = and_(Expert.user_id == User.id, Payable.expert_id == Expert.id, Payment.payable_id == Payable.id)
    contract = and_(Expert.user_id == User.id, ExpertContract.expert_id == Expert.id)
    return or_(
        exists().where(fee, or_(~settled, FeeStatement.drawn_up_at >= office_midnight(paid))),
        exists().where(moved, Payment.executed_on >= paid),
        exists().where(contract, ExpertContract.until_on >= paid),
        exists().where(Enrolment.user_id == User.id, Enrolment.submitted_at >= chosen),
    )


def _has_decided(today: date) -> ColumnElement[bool]:
    """Once of the staff, and acted within the longest of all times."""
    since = office_midnight(date(today.year - AID_YEARS, 1, 1))
    return and_(
        exists().where(RoleGrant.user_id == User.id, RoleGrant.role != Role.EXPERT),
        exists().where(AuditEvent.actor_id == User.id, AuditEvent.at >= since),
    )


def _is_held() -> ColumnElement[bool]:
    """A hold over a whole programme in which the person ever applied, or held a role."""
    stands = and_(Hold.state == HoldState.SET, Hold.application_id.is_(None))
    applied = and_(
        Call.programme_id == Hold.programme_id,
        Application.call_id == Call.id,
        or_(
            Application.started_by_id == User.id,
            and_(Membership.user_id == User.id, Membership.organisation_id == Application.organisation_id),
        ),
    )
    served = and_(
        Programme.id == Hold.programme_id,
        RoleGrant.user_id == User.id,
        or_(RoleGrant.programme_code.is_(None), RoleGrant.programme_code == Programme.code),
    )
    return or_(exists().where(stands, applied), exists().where(stands, served))


def _is_listed() -> ColumnElement[bool]:
    waiting = (DisposalState.PROPOSED, DisposalState.APPROVED)
    return exists().where(
        DisposalItem.user_id == User.id, Disposal.id == DisposalItem.disposal_id, Disposal.state.in_(waiting)
    )


def list_letters_to(user: User) -> list[int]:
    """The letters to a person in which words still stand."""
    found = select(Letter.id).where(or_(Letter.to_user_id == user.id, Letter.to_email == user.email), Letter.body != "")
    return list(db.session.scalars(found))


def list_events_naming(email: str) -> list[int]:
    """The events of which the record tells something with this address in it."""
    body = cast(AuditDetail.body, String)
    return list(db.session.scalars(select(AuditDetail.event_id).where(body.contains(email, autoescape=True))))


def get_person(user_id: int) -> User:
    """A person, held for the rest of the open unit of work."""
    return db.session.scalars(select(User).where(User.id == user_id).with_for_update(of=User)).one()
