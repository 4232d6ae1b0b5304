"""What the deletion of an application and the forgetting of a person have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update

from vouchers.audit.actions import erase_details
from vouchers.core.database import db
from vouchers.documents.actions import dispose_of_documents
from vouchers.documents.classes import Law, PaperClass
from vouchers.letters.models import Letter
from vouchers.payments.models import Payment
from vouchers.retention.models import DisposalItem
from vouchers.retention.queries import reach

_PAYMENT = {
    "creditor_name": "", "street": "", "building": "", "post_code": "", "town": "", "iban": "", "bic": "",
    "remittance": "", "reason_note": "",
}  # fmt: skip
_LETTER = {"to_email": "", "heading": "", "body": "", "unsubscribe_url": None}


def empty(found: reach.Reach, tree: Sequence[reach.Branch]) -> None:
    """Empty the columns in which words stand."""
    for branch in tree:
        ids = found.rows_of(branch.model)
        if branch.blanks and ids:
            run(update(branch.model).where(branch.model.id.in_(ids)).values(**branch.blanks))


def erase_around(
    found: reach.Reach, letters: Sequence[int], events: Sequence[int], item: DisposalItem, law: Law, *, at: datetime
) -> None:
    """Empty the payments, the letters and the details of the record; a bank file goes with the last of its payees.

    Args:
        letters, events: further ones that are not about the rows that were found.
    """
    payments = found.rows_of(Payment)
    run(update(Payment).where(Payment.id.in_(payments)).values(**_PAYMENT))
    batches = reach.list_nameless_batches(payments)
    subjects = [*found.subjects, *batches]
    item.files += dispose_of_documents(reach.list_documents(batches), law, paper=PaperClass.EXPENDITURE, at=at)
    written = {*reach.list_letter_ids(subjects), *letters}
    run(update(Letter).where(Letter.id.in_(written)).values(**_LETTER))
    item.letters = len(written)
    item.details = erase_details(sorted({*reach.list_event_ids(subjects), *events}))


def erase_traces(
    subjects: Sequence[tuple[str, int]], item: DisposalItem, law: Law, *, paper: PaperClass, at: datetime
) -> None:
    """Delete the files on these, the letters about them, and what the record tells of them."""
    item.files += dispose_of_documents(reach.list_documents(subjects), law, paper=paper, at=at)
    written = reach.list_letter_ids(subjects)
    run(update(Letter).where(Letter.id.in_(written)).values(**_LETTER))
    item.letters += len(written)
    item.details += erase_details(reach.list_event_ids(subjects))


def run(statement: Any) -> None:
    """Write to many rows at once."""
    db.session.execute(statement.execution_options(synchronize_session=False))
