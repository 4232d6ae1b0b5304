"""What claims say, whole: as they stand now, and as steps kept them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from vouchers.audit.models import AuditEvent
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.rules.content import TAG_OF_OPENING, TAGS_OF_FIXING, content_of
from vouchers.core.database import db
from vouchers.documents.models import Document

_PARTS = (
    selectinload(Claim.lines).selectinload(CostLine.journeys),
    selectinload(Claim.deliverables),
    selectinload(Claim.signatures),
    selectinload(Claim.stops),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a claim says now that no one may change but by a further step, and the step that fixed it last."""

    number: str
    step_id: str
    content: str


def map_standing(claim_ids: Sequence[int]) -> dict[int, Standing]:
    """Those of these claims that are fixed, in a constant number of queries.

    Left out are claims that are open to the beneficiary, and one that takes a step while this reads.
    """
    before = _map_last_steps(claim_ids)
    claims = _list_claims([claim_id for claim_id, (tag, _step) in before.items() if tag != TAG_OF_OPENING])
    contents = _contents_of(claims)
    after = _map_last_steps(list(contents))
    return {
        claim.id: Standing(claim.number, before[claim.id][1], contents[claim.id])
        for claim in claims
        if before[claim.id] == after.get(claim.id)
    }


def _map_last_steps(claim_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Claim -> tag and id of the last step that fixed it, or gave it back to be changed."""
    last = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.subject_kind == "claim", AuditEvent.subject_id.in_(claim_ids))
        .where(AuditEvent.tag.in_((*TAGS_OF_FIXING, TAG_OF_OPENING)))
        .group_by(AuditEvent.subject_id)
    )
    rows = db.session.execute(
        select(AuditEvent.subject_id, AuditEvent.tag, AuditEvent.step_id).where(AuditEvent.id.in_(last))
    )
    return {claim_id: (tag, step_id) for claim_id, tag, step_id in rows}


def read_content(claim_id: int) -> str:
    """What a claim says now."""
    return _contents_of(_list_claims([claim_id]))[claim_id]


def _list_claims(claim_ids: Sequence[int]) -> Sequence[Claim]:
    """They, read afresh."""
    wanted = select(Claim).where(Claim.id.in_(claim_ids)).options(*_PARTS)
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def _contents_of(claims: Sequence[Claim]) -> dict[int, str]:
    documents = _map_documents([claim.id for claim in claims])
    return {claim.id: content_of(claim, documents[claim.id]) for claim in claims}


def _map_documents(claim_ids: Sequence[int]) -> dict[int, list[Document]]:
    """The files that stand on each; also those whose time was over, for their hashes stay."""
    found: dict[int, list[Document]] = defaultdict(list)
    wanted = select(Document).where(Document.subject_kind == "claim", Document.subject_id.in_(claim_ids))
    for document in db.session.scalars(wanted.where(Document.removed_at.is_(None)).order_by(Document.id)):
        found[document.subject_id].append(document)
    return found
