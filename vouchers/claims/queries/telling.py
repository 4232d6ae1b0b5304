"""What becomes of the claims of applications, for the applicant's pages of the application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from vouchers.agreements.models import Agreement
from vouchers.audit.models import AuditEvent
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db


def map_claim_states(application_ids: Collection[int]) -> Mapping[int, Sequence[ClaimState]]:
    """Application id -> where its claims stand, oldest first, but for those that were cancelled."""
    found: dict[int, list[ClaimState]] = defaultdict(list)
    if not application_ids:
        return found
    chosen = (
        select(Agreement.application_id, Claim.state)
        .join(Claim.agreement)
        .where(Agreement.application_id.in_(application_ids), Claim.state != ClaimState.CANCELLED)
        .order_by(Claim.id)
    )
    for application_id, state in db.session.execute(chosen).tuples():
        found[application_id].append(state)
    return found


def list_claim_steps(application_id: int, tags: Collection[str]) -> list[tuple[datetime, str, str]]:
    """(when, tag, number of the claim) of some steps of all claims of an application, oldest first."""
    chosen = (
        select(AuditEvent.at, AuditEvent.tag, Claim.number)
        .join(Claim, Claim.id == AuditEvent.subject_id)
        .join(Claim.agreement)
        .where(AuditEvent.subject_kind == "claim", AuditEvent.tag.in_(tags))
        .where(Agreement.application_id == application_id)
        .order_by(AuditEvent.id)
    )
    return [(at, tag, number) for at, tag, number in db.session.execute(chosen).tuples()]
