"""Whether a receipt was given."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from vouchers.applications.models import Submission
from vouchers.applications.rules.content import read_content
from vouchers.applications.rules.receipts import Receipt
from vouchers.core.database import db


def find_receipt(numbers: Sequence[str], hashes: Sequence[str]) -> Receipt | None:
    """What is on record where one of these numbers was given for one of these hashes; nothing of the answers.

    A number without its hash finds nothing, so that nobody learns by counting numbers up.
    """
    row = db.session.scalars(
        select(Submission)
        .where(Submission.receipt_number.in_(numbers), Submission.sha256.in_(hashes))
        .order_by(Submission.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    files = frozenset(one.sha256 for one in read_content(row.content).documents)
    return Receipt(row.receipt_number, row.sha256, row.submitted_at, files)
