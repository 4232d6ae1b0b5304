"""The same invoice, or the same file, elsewhere in the programme."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.claims.models import Claim, CostLine, Deliverable
from vouchers.claims.queries.files import DEAD, WHOLE
from vouchers.claims.queries.suppliers import map_other_suppliers
from vouchers.claims.rules.invoices import is_alike, say_same_file, say_same_file_delivered
from vouchers.claims.rules.naming import core_of_number
from vouchers.claims.rules.proofs import files_of
from vouchers.claims.rules.reporting import deliverable_purpose
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.models import Call


def _programme_of(claim: Claim) -> int:
    programme_id: int = claim.agreement.application.call.programme_id
    return programme_id


def _live_claims(programme_id: int) -> Select[Any]:
    return _of_live(select(Claim), programme_id).options(*WHOLE)


def _of_live(wanted: Select[Any], programme_id: int) -> Select[Any]:
    wanted = wanted.join(Claim.agreement).join(Agreement.application).join(Application.call)
    return wanted.where(Call.programme_id == programme_id, Claim.state.not_in(DEAD))


def find_claim_with_invoice(
    claim: Claim, invoice_key: str, *, besides: CostLine | None, is_to_be_paid: bool = False
) -> Claim | None:
    """A live claim of the programme (this one included) that has this invoice, in another cost than `besides`.

    A parked line and the line that takes it up again are one cost.

    What another organisation has only written down and not handed in does not count; it is asked again when handed in.

    Args:
        is_to_be_paid: whether this is the decision on `besides`: what an officer has refused elsewhere does not count.
    """
    same = select(CostLine.id).where(
        CostLine.claim_id == Claim.id, CostLine.invoice_key == invoice_key, CostLine.removed_at.is_(None)
    )
    if is_to_be_paid:
        same = same.where(
            or_(CostLine.accepted_cents.is_(None), CostLine.accepted_cents > 0, CostLine.parked_at.is_not(None))
        )
    if besides is not None:
        root = func.coalesce(CostLine.taken_from_id, CostLine.id)
        same = same.where(root != besides.root_id)
    own = claim.agreement.application.organisation_id
    found = _live_claims(_programme_of(claim)).where(same.exists(), or_(Claim.submitted_at.is_not(None), _is_of(own)))
    return db.session.scalars(found.order_by(Claim.id).limit(1)).first()


def _is_of(organisation_id: int) -> Any:
    agreed = select(Agreement.id).join(Agreement.application).where(Application.organisation_id == organisation_id)
    return Claim.agreement_id.in_(agreed)


def map_alike(claim: Claim) -> dict[int, list[Claim]]:
    """Cost -> the live, submitted claims of the programme (this one included) with a cost that may be the same invoice,
    typed in another way; for a person to look at. In a constant number of queries."""
    own = {line.id: line for line in claim.costs if core_of_number(line.invoice_number)}
    if not own:
        return {}
    ends = {core_of_number(line.invoice_number) for line in own.values()}
    programme_id = _programme_of(claim)
    lines = _of_live(select(CostLine).join(CostLine.claim), programme_id).where(
        Claim.submitted_at.is_not(None),
        CostLine.removed_at.is_(None),
        or_(*(CostLine.invoice_key.like(f"%{end}") for end in sorted(ends))),
    )
    found: dict[int, set[int]] = {}
    for other in db.session.scalars(lines.order_by(CostLine.id)):
        for line in own.values():
            if other.root_id != line.root_id and is_alike(_named(line), _named(other)):
                found.setdefault(line.id, set()).add(other.claim_id)
    wanted = {claim_id for ids in found.values() for claim_id in ids}
    live = _live_claims(programme_id).where(Claim.id.in_(wanted))
    claims = {one.id: one for one in db.session.scalars(live)} if wanted else {}
    return {line_id: [claims[one] for one in sorted(ids)] for line_id, ids in found.items()}


def _named(line: CostLine) -> tuple[str, str, Money]:
    return line.supplier, line.invoice_number, line.invoice_total


def map_same_file(claim: Claim) -> dict[int, Sentence]:
    """Cost -> what whoever checks it should know: its evidence is the same file as that of other costs of the claim."""
    documents = list_documents_of("claim", claim.id) if len(claim.costs) > 1 else []
    hashes = {line.id: {one.sha256 for one in files_of(line, documents)} for line in claim.costs}
    sharing = {
        line.id: [one for one in claim.costs if one is not line and hashes[one.id] & hashes[line.id]]
        for line in claim.costs
    }
    return {
        line_id: say_same_file([(one.supplier, one.invoice_number) for one in others])
        for line_id, others in sharing.items()
        if others
    }


def map_same_file_delivered(claim: Claim) -> dict[str, Sentence]:
    """Code of a deliverable -> what whoever judges it should know: its file is also that of others of the claim."""
    names = {one.code: one.name.for_reader() for one in claim.agreement.application.instrument.plan.claim.deliverables}
    codes = {one.purpose: one.code for one in claim.delivered}
    of_file: dict[str, set[str]] = {}
    for document in list_documents_of("claim", claim.id) if len(codes) > 1 else ():
        if document.purpose in codes:
            of_file.setdefault(document.sha256, set()).add(codes[document.purpose])
    found: dict[str, set[str]] = {}
    for together in of_file.values():
        for code in together:
            found.setdefault(code, set()).update(together - {code})
    return {
        code: say_same_file_delivered([names.get(one, one) for one in sorted(others)])
        for code, others in found.items()
        if others
    }


def list_pointed_at(claim: Claim) -> set[int]:
    """Ids of the costs that the office itself points at: perhaps the same invoice, the same file, another supplier.
    No sample leaves them out."""
    return set(map_alike(claim)) | set(map_same_file(claim)) | set(map_other_suppliers(claim))


class Proof(Enum):
    """What a file is put on a claim for."""

    COST = auto()
    DELIVERABLE = auto()
    NOTHING = auto()
    """Nothing is paid for it."""


def find_claim_with_file(claim: Claim, sha256: str, *, proves: Proof) -> Claim | None:
    """Another live claim of the programme with this file, where it proves a cost here, or proves there what is paid.

    A deliverable that was refused is not paid, so its file may show it, or another, once more.
    """
    same = select(Document.id).where(
        Document.subject_kind == "claim",
        Document.subject_id == Claim.id,
        Document.sha256 == sha256,
        Document.removed_at.is_(None),
    )
    own = aliased(CostLine)
    taken = select(own.taken_from_id).where(own.claim_id == claim.id, own.taken_from_id.is_not(None))
    of_cost = or_(CostLine.document_id == Document.id, CostLine.id == Document.part_id)
    root = func.coalesce(CostLine.taken_from_id, CostLine.id)
    same = same.where(~exists().where(of_cost, root.in_(taken)))
    if proves is not Proof.COST:
        proves_cost = exists().where(of_cost, CostLine.removed_at.is_(None))
        proves_deliverable = exists().where(
            Deliverable.claim_id == Document.subject_id,
            Document.purpose == deliverable_purpose("") + Deliverable.code,
            Deliverable.removed_at.is_(None),
            or_(Deliverable.is_accepted.is_(None), Deliverable.is_accepted.is_(True)),
        )
        same = same.where(or_(proves_cost, proves_deliverable) if proves is Proof.DELIVERABLE else proves_cost)
    found = _live_claims(_programme_of(claim)).where(Claim.id != claim.id, same.exists())
    return db.session.scalars(found.order_by(Claim.id).limit(1)).first()
