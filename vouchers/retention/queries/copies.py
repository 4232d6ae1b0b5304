"""Copies of persons' own data: finding them, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from vouchers.advances.models import Advance
from vouchers.agreements.models import Agreement
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Application
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.documents.models import Document, ScanState
from vouchers.enquiries.models import Clarification
from vouchers.retention.models import DataCopy
from vouchers.retention.queries.sections import Section, is_member_of
from vouchers.retention.queries.told_account import ACCOUNT
from vouchers.retention.queries.told_applicant import APPLICANT
from vouchers.retention.queries.told_expert import EXPERT
from vouchers.retention.states import CopyState
from vouchers.users.models import User

SECTIONS: tuple[Section, ...] = (*ACCOUNT, *APPLICANT, *EXPERT)
"""Everything that a copy tells of the packages below; `use_sections` adds those of the packages above."""
_above: list[Section] = []
PERSONAL_FILES = ("expert", "expert_contract", "enrolment")
"""Kinds of subjects that are the person's own, so that files on them are too."""


def use_sections(sections: Sequence[Section]) -> None:
    """Set what the packages above tell of a person (the application shell does)."""
    _above[:] = sections


def list_sections() -> list[Section]:
    """Every section of a copy, in the order in which they stand there."""
    return [*SECTIONS, *_above]


def get_copy(copy_id: int) -> DataCopy:
    """A copy. Raises `NotFound`."""
    found = db.session.scalars(
        select(DataCopy).where(DataCopy.id == copy_id).options(joinedload(DataCopy.user))
    ).first()
    if found is None:
        raise NotFound(_("There is no such copy."))
    return found


def find_newest(user_id: int) -> DataCopy | None:
    """The copy of a person's data that was asked for last."""
    found = select(DataCopy).where(DataCopy.user_id == user_id).order_by(DataCopy.id.desc())
    return db.session.scalars(found.limit(1)).first()


def find_newest_asked(user_id: int, by_id: int) -> DataCopy | None:
    """The copy that a member of the staff asked for last, of a person's data."""
    found = select(DataCopy).where(DataCopy.user_id == user_id, DataCopy.asked_by_id == by_id)
    return db.session.scalars(found.order_by(DataCopy.id.desc()).limit(1)).first()


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


def list_own_files(user: User) -> list[Document]:
    """The files that a person uploaded and that are still there: their own, and those of an organisation to which the
    person belongs. What staff uploads for the office's work is the office's, and mostly tells of others."""
    found = select(Document).where(
        Document.stored_by_id == user.id,
        Document.disposed_at.is_(None),
        Document.scan_state != ScanState.QUARANTINED,
        or_(Document.subject_kind.in_(PERSONAL_FILES), *(_is_on(kind, ids) for kind, ids in _reach(user).items())),
    )
    return list(db.session.scalars(found.order_by(Document.id)))


def _is_on(kind: str, ids: Select[Any]) -> ColumnElement[bool]:
    return and_(Document.subject_kind == kind, Document.subject_id.in_(ids))


def _reach(user: User) -> dict[str, Select[Any]]:
    """The subjects of the person's organisations on which an applicant's files stand."""
    own = select(Application.id).where(is_member_of(Application, user))
    agreed = select(Agreement.id).where(Agreement.application_id.in_(own))
    return {
        "application": own,
        "clarification": select(Clarification.id).where(Clarification.application_id.in_(own)),
        "appeal": select(Appeal.id).where(Appeal.application_id.in_(own)),
        "advance": select(Advance.id).where(Advance.agreement_id.in_(agreed)),
        "claim": select(Claim.id).where(Claim.agreement_id.in_(agreed)),
    }
