"""Taking up in a later claim what was parked in an earlier one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import inspect

from vouchers.claims.actions.proving import put_on
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, CostLine, Journey
from vouchers.claims.queries import files as queries
from vouchers.claims.queries import parking
from vouchers.claims.rules.proofs import files_of
from vouchers.core.database import db, unit_of_work
from vouchers.documents.actions import KeptFile, add_document
from vouchers.documents.queries import list_documents_of
from vouchers.users.models import User
from vouchers.workflow.transition import Step, transition

OF_ITS_OWN = frozenset({
    "id", "claim_id", "document_id", "accepted_cents", "deduction_reason", "error", "is_sampled", "parked_at",
    "taken_from_id", "removed_at",
})  # fmt: skip
"""What the new line does not have from the old one."""
OF_A_JOURNEY = ("from_place", "to_place", "leaves_on", "arrives_on", "traveller")


def include_parked(claim: Claim, line_id: int, *, by: User, at: datetime) -> CostLine:
    """Take a parked cost into this claim, with its evidence, as it was handed in: its rate stays frozen.

    Raises:
        NotFound: it does not wait any more.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        old = parking.get_parked(claim, line_id)
        why = f"{old.claim.number}: {old.supplier}, {old.invoice_number}"
        with transition(claim, CLAIM.include, by=by, at=at, why=why) as step:
            line = CostLine(claim=claim, taken_from_id=old.root_id, deduction_reason="", is_sampled=False)
            for attribute in inspect(CostLine).column_attrs:
                if attribute.key not in OF_ITS_OWN:
                    setattr(line, attribute.key, getattr(old, attribute.key))
            line.journeys = [
                Journey(**{name: getattr(journey, name) for name in OF_A_JOURNEY}) for journey in old.itinerary
            ]
            db.session.add(line)
            _copy_evidence(claim, old, line, step, by=by, at=at)
        return line


def _copy_evidence(claim: Claim, old: CostLine, line: CostLine, step: Step, *, by: User, at: datetime) -> None:
    db.session.flush()  # a further file names its cost
    for one in files_of(old, list_documents_of("claim", old.claim_id)):
        kept = KeptFile(one.filename, one.media_type, one.size, one.sha256, one.scan_state)
        copy = add_document(
            kept, purpose=one.purpose, subject_kind="claim", subject_id=claim.id, step_id=step.id, by_id=by.id, at=at
        )
        put_on(line, copy)
