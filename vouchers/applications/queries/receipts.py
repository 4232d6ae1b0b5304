"""Whether a receipt was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from vouchers.applications.models import Submission
from vouchers.core.database import db


def find_receipt(number: str, hashes: Sequence[str]) -> tuple[str, datetime] | None:
    """(hash, when the server received it) where this number was given for one of these hashes; nothing of the content.

    A number without its hash finds nothing, so that nobody learns by counting numbers up.
    """
    found = select(Submission.sha256, Submission.submitted_at).where(
        Submission.receipt_number == number, Submission.sha256.in_(hashes)
    )
    row = db.session.execute(found).first()
    return (row.sha256, row.submitted_at) if row else None
