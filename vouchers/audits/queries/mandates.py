"""Finding mandates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from vouchers.applications.models import Application
from vouchers.audits.models import AuditFinding, Mandate, Sample
from vouchers.audits.states import FindingState, MandateState, SampleState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.states import MembershipState
from vouchers.programmes.models import Call, Programme
from vouchers.providers.models import Provider
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions_of
from vouchers.users.models import User

WHOLE = (joinedload(Mandate.programme), joinedload(Mandate.auditor))
ORDERS = {"given": Mandate.given_at, "ends": Mandate.ends_at, "auditor": User.name, "number": Mandate.number}


def get_mandate(mandate_id: int) -> Mandate:
    """A mandate with its programme and auditor. Raises `NotFound`."""
    found = db.session.scalars(select(Mandate).where(Mandate.id == mandate_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such mandate."))
    return found


def find_mandate(number: str) -> Mandate | None:
    """A mandate by its number, such as ``M-2026-0001``."""
    return db.session.scalars(select(Mandate).where(Mandate.number == number).options(*WHOLE)).first()


def list_mandates(query: ListQuery, *, programmes: Collection[str] | None, auditor_id: int) -> Page:
    """The mandates in these programmes (None: all), and one's own. Filter: ``state``."""
    found = select(Mandate).join(Mandate.programme).join(Mandate.auditor)
    if programmes is not None:
        found = found.where(or_(Programme.code.in_(programmes), Mandate.auditor_id == auditor_id))
    if state := query.filters.get("state"):
        found = found.where(Mandate.state == MandateState(state))
    found = found.options(contains_eager(Mandate.programme), contains_eager(Mandate.auditor))
    return paginate(db.session, found, query, ORDERS)


def list_own(user_id: int, keys: Collection[str]) -> list[Mandate]:
    """The mandates in force of an auditor, as far as their roles are held (`Mandate.key`), the one that ends first."""
    wanted = select(Mandate).where(Mandate.auditor_id == user_id, Mandate.state == MandateState.GIVEN)
    found = db.session.scalars(wanted.options(*WHOLE).order_by(Mandate.ends_at, Mandate.id))
    return [one for one in found if one.key in keys]


def list_interests(user_id: int, programme: Programme) -> list[str]:
    """The organisations for which a person acts and that applied to a programme, or do its work: by name."""
    applied = (
        select(Application.id)
        .join(Application.call)
        .where(Application.organisation_id == Organisation.id, Call.programme_id == programme.id)
    )
    provides = select(Provider.id).where(
        Provider.organisation_id == Organisation.id, Provider.programme_code == programme.code
    )
    found = (
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE)
        .where(or_(applied.exists(), provides.exists()))
    )
    return list(db.session.scalars(found.distinct().order_by(Organisation.name)))


def list_over(at: datetime) -> list[int]:
    """The mandates whose time is over and that nobody has ended."""
    wanted = select(Mandate.id).where(Mandate.state == MandateState.GIVEN, Mandate.ends_at <= at)
    return list(db.session.scalars(wanted.order_by(Mandate.id)))


def list_regions(mandate: Mandate) -> list[Region]:
    """The regions that lie in it, by name."""
    return [one for one in list_regions_of([mandate.programme.code]) if mandate.covers(one.code)]


def find_programme(code: str) -> Programme | None:
    """A programme by its code."""
    return db.session.scalars(select(Programme).where(Programme.code == code)).first()


def list_programmes(codes: Collection[str] | None) -> Sequence[Programme]:
    """These programmes (None: all)."""
    wanted = select(Programme).order_by(Programme.code)
    return db.session.scalars(wanted if codes is None else wanted.where(Programme.code.in_(codes))).all()


def list_open_work(mandate_ids: Sequence[int]) -> dict[str, list[Any]]:
    """What waits for the auditor of these mandates: ``samples`` under way, ``findings`` with a reply."""
    samples = select(Sample).where(
        Sample.mandate_id.in_(mandate_ids),
        Sample.state.in_([SampleState.PLANNED, SampleState.DRAWING, SampleState.DRAWN]),
    )
    findings = select(AuditFinding).where(
        AuditFinding.mandate_id.in_(mandate_ids), AuditFinding.state == FindingState.REPLIED
    )
    return {
        "samples": list(db.session.scalars(samples.order_by(Sample.id))),
        "findings": list(db.session.scalars(findings.order_by(AuditFinding.id))),
    }
