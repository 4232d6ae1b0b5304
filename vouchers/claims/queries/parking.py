"""Costs that wait for a later claim of their voucher."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from vouchers.audit.models import AuditEvent
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.rules.proofs import proves
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.documents.models import Document

SETTLED = (ClaimState.AUTHORISED, ClaimState.IN_PAYMENT, ClaimState.PAID)
"""Only of such a claim is it sure what was parked."""


def list_parked(agreement_id: int) -> list[CostLine]:
    """The parked costs of a voucher that no other claim of it has taken up, oldest first."""
    later, later_claim = aliased(CostLine), aliased(Claim)
    taken_up = (
        select(later.id)
        .join(later_claim, later_claim.id == later.claim_id)
        .where(
            later.taken_from_id == func.coalesce(CostLine.taken_from_id, CostLine.id),
            later.id > CostLine.id,
            later.removed_at.is_(None),
            later_claim.state.not_in((ClaimState.CANCELLED, ClaimState.REJECTED)),
        )
    )
    found = (
        select(CostLine)
        .join(CostLine.claim)
        .where(
            Claim.agreement_id == agreement_id,
            Claim.state.in_(SETTLED),
            CostLine.parked_at.is_not(None),
            CostLine.removed_at.is_(None),
            ~taken_up.exists(),
        )
        .options(joinedload(CostLine.claim))
    )
    return list(db.session.scalars(found.order_by(CostLine.id)))


def get_parked(claim: Claim, line_id: int) -> CostLine:
    """One of them. Raises `NotFound` once another claim has taken it up."""
    found = next((line for line in list_parked(claim.agreement_id) if line.id == line_id), None)
    if found is None:
        raise NotFound(_("This cost does not wait any more."))
    return found


def map_kept_files(claim: Claim) -> dict[int, CostLine]:
    """Document -> the cost from an earlier claim with which it came into this one: it stays as long as that cost does.

    A file that was added to such a cost here is not among them. Without such costs nothing is asked.
    """
    taken = [line for line in claim.costs if line.taken_from_id is not None]
    if not taken:
        return {}
    came = (
        select(Document)
        .join(AuditEvent, AuditEvent.step_id == Document.step_id)
        .where(Document.subject_kind == "claim", Document.subject_id == claim.id, Document.removed_at.is_(None))
        .where(AuditEvent.tag == CLAIM.include.tag)
        .order_by(Document.id)
    )
    return {one.id: line for one in db.session.scalars(came) for line in taken if proves(one, line)}
