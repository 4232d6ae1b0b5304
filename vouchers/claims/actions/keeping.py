"""Keeping a claim as a step leaves it, so that the record vouches for all of it. Inside the steps of others."""

from __future__ import annotations

from vouchers.claims.models import Claim, ClaimVersion
from vouchers.claims.queries.contents import read_content
from vouchers.claims.rules.content import PURPOSE, sha256_of
from vouchers.core.database import db
from vouchers.workflow.transition import Step


def keep_version(step: Step, claim: Claim) -> None:
    """Keep the claim, whole, as it stands at the end of this step, and let the step's event name it by its hash."""
    db.session.flush()
    content = read_content(claim.id)
    version = ClaimVersion(
        claim_id=claim.id, step_id=step.id, content=content, sha256=sha256_of(content), kept_at=step.at
    )
    db.session.add(version)
    step.vouch(PURPOSE, version.sha256)
