"""Documents, draws by lot and samples that a pack takes along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import or_, select, true

from vouchers.applications.models import Application
from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate, Sample
from vouchers.audits.states import SampleState
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.draws.models import Draw
from vouchers.packs.rules import Cover
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region

_AT_ONCE = 500
NOT_TAKEN = ("pack", "feedback_package", "sample")
"""What was made here of other things to be taken away; and populations of samples, which lie beside their draws."""


def list_document_ids(step_ids: Sequence[str], seal: AuditSeal) -> Iterator[int]:
    """The numbers of the documents that these steps stored; of an application only once it was submitted."""
    is_submitted = select(Application.id).where(
        Application.id == Document.subject_id, Application.submitted_at <= seal.sealed_at
    )
    for start in range(0, len(step_ids), _AT_ONCE):
        yield from db.session.scalars(
            select(Document.id)
            .where(Document.step_id.in_(step_ids[start : start + _AT_ONCE]))
            .where(Document.subject_kind.not_in(NOT_TAKEN))
            .where(or_(Document.subject_kind != "application", is_submitted.exists()))
            .order_by(Document.id)
        )


def list_numbered(ids: Sequence[int]) -> list[Document]:
    """The documents with these numbers as they are now, in this order."""
    found = db.session.scalars(select(Document).where(Document.id.in_(ids)).execution_options(populate_existing=True))
    by_id = {document.id: document for document in found}
    return [by_id[number] for number in ids if number in by_id]


def is_disposed(document: Document) -> bool:
    """Whether it has been disposed of, asked again."""
    db.session.refresh(document)
    return document.disposed_at is not None


def list_draws(cover: Cover, seal: AuditSeal) -> Iterable[Draw]:
    """The draws by lot of the calls that are covered, as far as they were run before the seal and not again since."""
    found = (
        select(Draw)
        .join(Call, Call.id == Draw.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .join(Region, Region.id == Draw.region_id)
        .where(Draw.keystring.is_not(None), Draw.run_at <= seal.sealed_at)
        .where(true() if cover.programme is None else Programme.code == cover.programme)
        .where(Region.code.in_(cover.regions) if cover.regions else true())
        .order_by(Draw.id)
    )
    return db.session.scalars(found)


def list_samples(mandate: Mandate | None, cover: Cover, seal: AuditSeal) -> Iterable[Sample]:
    """The samples of a mandate that were drawn before the seal; without a mandate, those of all that are covered."""
    drawn = (
        select(Sample)
        .join(Sample.mandate)
        .join(Mandate.programme)
        .where(Sample.drawn_at <= seal.sealed_at, Sample.state != SampleState.DISCARDED)
        .order_by(Sample.id)
    )
    if mandate is not None:
        return db.session.scalars(drawn.where(Sample.mandate_id == mandate.id))
    if cover.programme is not None:
        drawn = drawn.where(Programme.code == cover.programme)
    found = db.session.scalars(drawn)
    return [one for one in found if not cover.regions or set(one.mandate.reach) <= set(cover.regions)]
