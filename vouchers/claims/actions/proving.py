"""Which files prove which cost of a claim. The first stands on the cost, a further one names it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.parking import map_kept_files
from vouchers.claims.rules.parking import ensure_evidence_stays
from vouchers.claims.rules.proofs import proves
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.documents.actions import remove_document
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of


def find_kept(there: Sequence[Document], sha256: str, line: CostLine | None) -> Document | None:
    """The same bytes among these files, where that one can prove this cost, too."""
    alike = [one for one in there if one.sha256 == sha256]
    if line is None or line.document_id is None:
        return alike[0] if alike else None
    return next((one for one in alike if one.part_id is None or proves(one, line)), None)


def put_on(line: CostLine, document: Document) -> None:
    """Let a file prove a cost, beside those that prove it already."""
    if line.document_id is None:
        line.document_id = document.id
    elif line.document_id != document.id:
        document.part_id = line.id


def find_replaced(claim: Claim, document_id: int | None) -> Document | None:
    """The file whose place another one takes; None where none is named. Raises `RuleBroken`: it is gone or stays."""
    if document_id is None:
        return None
    found = next((one for one in list_documents_of("claim", claim.id) if one.id == document_id), None)
    if found is None:
        raise RuleBroken(_("The file that you chose to replace is not attached any more."), field="replaces")
    ensure_may_be_taken_off(claim, found, field="replaces")
    return found


def ensure_may_be_taken_off(claim: Claim, document: Document, *, field: str | None = None) -> None:
    """Refuse the evidence with which a cost came from an earlier claim. Raises `RuleBroken`."""
    line = map_kept_files(claim).get(document.id)
    named = f"{line.supplier}, {line.invoice_number}" if line is not None else None
    ensure_evidence_stays(document.filename, named, field=field)


def line_of(claim: Claim, document: Document | None) -> CostLine | None:
    """The cost whose further file it is."""
    return next((line for line in claim.costs if document is not None and document.part_id == line.id), None)


def replace_file(claim: Claim, old: Document, new: Document, *, at: datetime) -> None:
    """Take a file off the claim; the new one proves each cost whose first file it was."""
    if old.id == new.id:
        return
    for line in claim.lines:
        if line.document_id == old.id:
            line.document_id = new.id
    remove_document(old, at=at)


def take_off(claim: Claim, document: Document, *, at: datetime) -> None:
    """Take a file off the claim; a cost whose first file it was has its next one in its place. Raises `RuleBroken`."""
    ensure_may_be_taken_off(claim, document)
    remove_document(document, at=at)
    rest = [one for one in list_documents_of("claim", claim.id) if one.id != document.id]
    for line in claim.lines:
        if line.document_id == document.id:
            line.document_id = next((one.id for one in rest if one.part_id == line.id), None)


def drop_files(claim: Claim, line: CostLine, *, at: datetime) -> None:
    """Take the files of a cost off the claim, but for those that prove another cost too."""
    others = [other for other in claim.costs if other is not line]
    for document in list_documents_of("claim", claim.id):
        if not proves(document, line):
            continue
        if not any(proves(document, other) for other in others):
            remove_document(document, at=at)
        elif document.part_id == line.id:
            document.part_id = None
    line.document_id = None
