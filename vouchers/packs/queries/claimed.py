"""Claims, whole, as steps under a seal left them; for many vouchers in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from vouchers.audit.models import AuditEvent, AuditSeal
from vouchers.claims.models import Claim, ClaimVersion
from vouchers.claims.queries.contents import map_standing
from vouchers.claims.rules.content import sha256_of
from vouchers.core.database import db


@dataclass(frozen=True, slots=True)
class Version:
    """A claim as it stood after one step."""

    claim: str
    """Its number."""
    number: int
    """Of the version, from 1."""
    tag: str
    step_id: str
    kept_at: datetime
    content: str
    sha256: str
    erased_at: datetime | None


def map_versions(claim_ids: Sequence[int], seal: AuditSeal) -> dict[int, list[Version]]:
    """Claim -> its versions, the oldest first.

    The last one of a claim that nobody may change is what its rows say now, so that a pack shows what stands in the
    office, and its program finds where that is not what the record names.
    """
    standing = {one.step_id: one.content for one in map_standing(claim_ids).values()}
    found: dict[int, list[Version]] = defaultdict(list)
    rows = db.session.execute(
        select(ClaimVersion, Claim.number, AuditEvent.tag)
        .join(Claim, Claim.id == ClaimVersion.claim_id)
        .outerjoin(AuditEvent, AuditEvent.step_id == ClaimVersion.step_id)
        .where(ClaimVersion.claim_id.in_(claim_ids), ClaimVersion.kept_at <= seal.sealed_at)
        .order_by(ClaimVersion.id)
        .execution_options(populate_existing=True)
    )
    for kept, number, tag in rows:
        versions = found[kept.claim_id]
        content, sha256 = kept.content, kept.sha256
        if kept.erased_at is None:
            content = standing.get(kept.step_id, content)
            sha256 = sha256_of(content)
        which = len(versions) + 1
        versions.append(Version(number, which, tag or "", kept.step_id, kept.kept_at, content, sha256, kept.erased_at))
    return found
