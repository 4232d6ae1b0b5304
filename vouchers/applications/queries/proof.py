"""What was submitted, held against the record: each version is what its receipt says, and what its step names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, select

from vouchers.applications.models import Submission
from vouchers.applications.rules.content import sha256_of
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.documents.proof import FURTHER
from vouchers.ledger.proof import Fault

_TAGS = ("application.submit", "application.amend")


def faults_of_submissions() -> Iterator[Fault]:
    """Every version whose words, hash or moment are not those of its receipt and of the step that took it in.

    Words whose time was over are gone; their hash stays. A step that was recorded before steps named contents, or whose
    detail was erased by law, names none.
    """
    step = and_(
        AuditEvent.subject_kind == "application",
        AuditEvent.subject_id == Submission.application_id,
        AuditEvent.at == Submission.submitted_at,
        AuditEvent.tag.in_(_TAGS),
    )
    rows = db.session.execute(
        select(
            Submission.receipt_number, Submission.content, Submission.sha256, Submission.erased_at, AuditEvent.id,
            AuditDetail.body,
        )
        .outerjoin(AuditEvent, step)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .order_by(Submission.id)
        .execution_options(yield_per=500)
    )  # fmt: skip
    for number, content, sha256, erased_at, event_id, body in rows:
        named = [one["sha256"] for one in (body or {}).get("contents", ())]
        if erased_at is None and sha256_of(content) != sha256:
            yield Fault(f"receipt {number}: the application is not what was submitted under this hash")
        if event_id is None:
            yield Fault(f"receipt {number}: no step of the record took it in at its moment")
        elif named and sha256 not in named:
            yield Fault(f"receipt {number}: it is not the application that the record names")


FURTHER.append(faults_of_submissions)
