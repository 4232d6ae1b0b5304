"""Finding samples and their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from vouchers.applications.models import Application
from vouchers.audits.models import Mandate, Sample, SampleUnit
from vouchers.audits.queries.mandates import WHOLE
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.organisations.models import Organisation

_MANDATE = joinedload(Sample.mandate).options(*WHOLE)


def get_sample(sample_id: int) -> Sample:
    """A sample with its mandate. Raises `NotFound`."""
    wanted = select(Sample).where(Sample.id == sample_id).options(_MANDATE)
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(_("There is no such sample."))
    return found


def get_unit(unit_id: int) -> SampleUnit:
    """One unit of a sample, with the sample and its mandate. Raises `NotFound`."""
    wanted = select(SampleUnit).where(SampleUnit.id == unit_id)
    found = db.session.scalars(wanted.options(joinedload(SampleUnit.sample).options(_MANDATE))).first()
    if found is None:
        raise NotFound(_("There is no such unit in a sample."))
    return found


def list_samples_of(mandate: Mandate) -> list[Sample]:
    """The samples of a mandate, newest first."""
    wanted = select(Sample).where(Sample.mandate_id == mandate.id).options(_MANDATE)
    return list(db.session.scalars(wanted.order_by(Sample.id.desc())))


def list_units(query: ListQuery, sample: Sample) -> Page:
    """The units of a sample page by page, as rows (unit, organisation). Filter ``open``: ``yes`` for what waits."""
    wanted: Any = (
        select(SampleUnit, Organisation.name)
        .outerjoin(Application, Application.reference == SampleUnit.reference)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(SampleUnit.sample_id == sample.id)
    )
    if query.filters.get("open"):
        wanted = wanted.where(SampleUnit.error_cents.is_(None))
    if query.q:
        named = Organisation.name.icontains(query.q, autoescape=True)
        wanted = wanted.where(named | SampleUnit.reference.icontains(query.q, autoescape=True))
    orders = {
        "place": SampleUnit.place,
        "amount": SampleUnit.cents,
        "error": SampleUnit.error_cents,
        "organisation": Organisation.name,
    }
    return paginate(db.session, wanted, query, orders, unique=[SampleUnit.id])


def list_all_units(sample: Sample) -> list[SampleUnit]:
    """Every unit in the order of the population."""
    wanted = select(SampleUnit).where(SampleUnit.sample_id == sample.id).order_by(SampleUnit.place)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def list_picked(sample: Sample, ids: Sequence[int]) -> list[SampleUnit]:
    """Those of these units that stand in the sample and wait for their result."""
    wanted = select(SampleUnit).where(
        SampleUnit.sample_id == sample.id, SampleUnit.id.in_(ids), SampleUnit.error_cents.is_(None)
    )
    return list(db.session.scalars(wanted.order_by(SampleUnit.place)))


def count_open(sample: Sample) -> tuple[int, int]:
    """How many units there are, and how many wait for their result."""
    is_open = case((SampleUnit.error_cents.is_(None), 1), else_=0)
    wanted = select(func.count(), func.coalesce(func.sum(is_open), 0)).where(SampleUnit.sample_id == sample.id)
    every, waiting = db.session.execute(wanted).one()
    return int(every), int(waiting)


def map_counts(samples: Sequence[Sample]) -> dict[int, tuple[int, int]]:
    """Sample -> the same, of several at once."""
    is_open = case((SampleUnit.error_cents.is_(None), 1), else_=0)
    wanted = (
        select(SampleUnit.sample_id, func.count(), func.sum(is_open))
        .where(SampleUnit.sample_id.in_([one.id for one in samples]))
        .group_by(SampleUnit.sample_id)
    )
    return {key: (int(every), int(waiting)) for key, every, waiting in db.session.execute(wanted)}


def list_units_of_voucher(reference: str) -> list[SampleUnit]:
    """The samples in which a voucher stands."""
    wanted = (
        select(SampleUnit)
        .join(SampleUnit.sample)
        .where(SampleUnit.reference == reference)
        .options(contains_eager(SampleUnit.sample).options(_MANDATE))
    )
    return list(db.session.scalars(wanted.order_by(SampleUnit.id)))


def find_population(sample: Sample) -> Document | None:
    """The file of the population from which it was drawn."""
    found = list_documents_of("sample", sample.id)
    return next((one for one in found if one.purpose == "population"), None)
