"""The same invoice, or the same file, elsewhere in the programme."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.files import DEAD, WHOLE
from vouchers.claims.rules.invoices import core_of_number, is_alike, say_same_file
from vouchers.claims.rules.proofs import files_of
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


def find_claim_with_invoice(claim: Claim, invoice_key: str, *, besides: CostLine | None) -> Claim | None:
    """A live claim of the programme (this one included) that has this invoice, in another cost than `besides`.

    A parked line and the line that takes it up again are one cost.

    What another organisation has only written down and not handed in does not count; it is asked again when handed in.
    """
    same = select(CostLine.id).where(
        CostLine.claim_id == Claim.id, CostLine.invoice_key == invoice_key, CostLine.removed_at.is_(None)
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


def find_claim_with_file(claim: Claim, sha256: str, *, for_a_cost: bool) -> Claim | None:
    """Another live claim of the programme that has this file, where it proves a cost here or there."""
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
    if not for_a_cost:
        same = same.where(exists().where(of_cost, CostLine.removed_at.is_(None)))
    found = _live_claims(_programme_of(claim)).where(Claim.id != claim.id, same.exists())
    return db.session.scalars(found.order_by(Claim.id).limit(1)).first()
