"""Claims held against the record: each version is what its step names, and each claim is what its last version says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.claims.models import Claim, ClaimVersion
from vouchers.claims.queries.contents import map_standing
from vouchers.claims.rules.content import PURPOSE, TAGS_OF_FIXING, differences, sha256_of
from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.documents.proof import FURTHER
from vouchers.ledger.proof import Fault

_AT_ONCE = 200
_MOST_TOLD = 5
"""Differences of one claim that are told; it is one fault."""


def faults_of_claims() -> Iterator[Fault]:
    """Every version of a claim that is not what its step names, every one that is missing, and every claim that was
    changed since by no step.

    A version whose time was over is gone; its hash stays. A step that was recorded before steps named claims, or whose
    detail was erased by law, names none.
    """
    yield from _faults_of_versions()
    yield from _faults_of_steps()
    last = 0
    while claim_ids := _list_ids(last):
        yield from _faults_of_rows(claim_ids)
        last = claim_ids[-1]


def _faults_of_versions() -> Iterator[Fault]:
    rows = db.session.execute(
        select(
            Claim.number, ClaimVersion.content, ClaimVersion.sha256, ClaimVersion.erased_at, ClaimVersion.kept_at,
            AuditEvent.id, AuditDetail.body,
        )
        .join(Claim, Claim.id == ClaimVersion.claim_id)
        .outerjoin(AuditEvent, AuditEvent.step_id == ClaimVersion.step_id)
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .order_by(ClaimVersion.id)
        .execution_options(yield_per=500)
    )  # fmt: skip
    for number, content, sha256, erased_at, kept_at, event_id, body in rows:
        named = f"claim {number}, as it was kept on {office_day(kept_at).isoformat()}"
        if erased_at is None and sha256_of(content) != sha256:
            yield Fault(f"{named}: it is not what was kept under this hash")
        if event_id is None:
            yield Fault(f"{named}: no step of the record kept it")
        elif body is not None and sha256 not in _named_in(body):
            yield Fault(f"{named}: it is not the claim that the record names")


def _faults_of_steps() -> Iterator[Fault]:
    """Steps that name a version which is not there."""
    rows = db.session.execute(
        select(AuditEvent.subject_id, AuditEvent.tag, Claim.number, AuditDetail.body)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .outerjoin(ClaimVersion, ClaimVersion.step_id == AuditEvent.step_id)
        .outerjoin(Claim, Claim.id == AuditEvent.subject_id)
        .where(AuditEvent.subject_kind == "claim", AuditEvent.tag.in_(TAGS_OF_FIXING), ClaimVersion.id.is_(None))
        .order_by(AuditEvent.id)
        .execution_options(yield_per=500)
    )
    for claim_id, tag, number, body in rows:
        if body is not None and _named_in(body):
            yield Fault(f"claim {number or claim_id}: the version that {tag} kept is missing")


def _named_in(body: dict[str, Any]) -> list[str]:
    return [one["sha256"] for one in body.get("contents", ()) if one["purpose"] == PURPOSE]


def _list_ids(last: int) -> Sequence[int]:
    return db.session.scalars(select(Claim.id).where(Claim.id > last).order_by(Claim.id).limit(_AT_ONCE)).all()


def _faults_of_rows(claim_ids: Sequence[int]) -> Iterator[Fault]:
    standing = map_standing(claim_ids)
    wanted = select(ClaimVersion.step_id, ClaimVersion.content).where(ClaimVersion.erased_at.is_(None))
    rows = db.session.execute(wanted.where(ClaimVersion.step_id.in_([one.step_id for one in standing.values()])))
    kept = {row.step_id: row.content for row in rows}
    for one in sorted(standing.values(), key=lambda one: one.number):
        before = kept.get(one.step_id, one.content)
        if before != one.content:
            told = list(differences(before, one.content))
            more = [f"{len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
            yield Fault(f"claim {one.number}: changed by no step of the record: {'; '.join(told[:_MOST_TOLD] + more)}")


FURTHER.append(faults_of_claims)
