"""The files of the bulk, and each company's declaration of aid with what was kept of it at a submission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from vouchers.core.money import Money
from vouchers.demo.bulk_pen import Pen, Row
from vouchers.demo.declaring import declared
from vouchers.documents.actions import KeptFile
from vouchers.documents.models import Document
from vouchers.eligibility.lifecycle import AID_DECLARATION, KEPT_CHECK
from vouchers.eligibility.models import AidDeclaration, KeptCheck
from vouchers.eligibility.rules.facts import AidReceived
from vouchers.eligibility.rules.papers import OWN, read_entries, sha256_of
from vouchers.eligibility.states import Occasion
from vouchers.regions.models import Region
from vouchers.workflow.transition import OFFICE


def attach(
    pen: Pen, kept: KeptFile, purpose: str, *, to: tuple[str, int], step_id: str, by: int, at: datetime, name: str = ""
) -> Row:
    """A file on a subject given as (kind, id); many rows share its bytes."""
    kind, subject_id = to
    return pen.add(
        Document,
        subject_kind=kind,
        subject_id=subject_id,
        purpose=purpose,
        filename=name or kept.filename,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        scan_state=kept.scan_state,
        stored_at=at,
        stored_by_id=by,
        step_id=step_id,
        removed_at=None,
    )


@dataclass(slots=True)
class Declarations:
    """The declaration in force of each company, by the organisation's id."""

    pen: Pen
    paper: KeptFile
    signed: dict[int, Row] = field(default_factory=dict)

    def sign(self, organisation: Row, owner: Row, received: Money | None, *, region: Region, at: datetime) -> None:
        """The owner declares what the application says was received, unless the company has declared before."""
        if organisation["id"] in self.signed:
            return
        content = declared(received, country=region.country, at=at)
        declaration = self.pen.add(
            AidDeclaration,
            organisation_id=organisation["id"],
            content=content,
            sha256=sha256_of(content),
            signed_name=owner["name"],
            signed_at=at,
            signed_by_id=owner["id"],
        )
        step_id = self.pen.record(
            AID_DECLARATION.sign,
            declaration,
            scope=f"-/{region.code}",
            by=owner["id"],
            at=at,
            contents=[("aid_declaration", "aid_declaration", self.paper.sha256)],
        )
        subject, name = ("aid_declaration", declaration["id"]), f"aid-declaration-{declaration['id']}.pdf"
        attach(self.pen, self.paper, "aid_declaration", to=subject, step_id=step_id, by=owner["id"], at=at, name=name)
        self.signed[organisation["id"]] = declaration

    def keep(self, application: Row, *, scope: str, unit: str, at: datetime) -> None:
        """Which declaration was in force at the submission, in whose unit of work it is kept."""
        kept = self.pen.add(
            KeptCheck,
            application_id=application["id"],
            occasion=Occasion.SUBMISSION,
            statement_id=None,
            declaration_id=self.signed[application["organisation_id"]]["id"],
            readings=[],
            scope=scope,
            kept_at=at,
        )
        self.pen.record(KEPT_CHECK.keep, kept, scope=scope, by=None, actor=OFFICE.name, at=at, unit=unit)

    def read(self, organisation: Row, *, country: str) -> AidReceived:
        """What the formal check learns of it."""
        entries = read_entries(self.signed[organisation["id"]]["content"])
        return AidReceived(country, is_signed=True, entries=entries, members=frozenset({OWN}))
