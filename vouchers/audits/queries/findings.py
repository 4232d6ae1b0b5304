"""Finding what auditors found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.audits.models import AuditFinding, FindingNote, Mandate
from vouchers.audits.queries.mandates import WHOLE
from vouchers.audits.states import FindingState, Severity
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import OFFICERS
from vouchers.users.mandate import Mandate as Reach
from vouchers.users.models import User
from vouchers.users.queries import covered_by, list_holders

WAITING = (FindingState.ISSUED, FindingState.FOLLOWED_UP)
"""The region is to answer."""


def get_finding(finding_id: int) -> AuditFinding:
    """A finding with what was said of it. Raises `NotFound`."""
    wanted = select(AuditFinding).where(AuditFinding.id == finding_id)
    whole = (
        joinedload(AuditFinding.mandate).options(*WHOLE),
        joinedload(AuditFinding.region),
        selectinload(AuditFinding.notes).joinedload(FindingNote.by),
    )
    found = db.session.scalars(wanted.options(*whole)).first()
    if found is None:
        raise NotFound(_("There is no such finding."))
    return found


def _covered(reach: Reach) -> Select[Any]:
    return (
        select(AuditFinding)
        .join(AuditFinding.region)
        .join(AuditFinding.mandate)
        .join(Mandate.programme)
        .where(covered_by(reach, Programme.code, Region.code))
        .options(
            contains_eager(AuditFinding.region),
            contains_eager(AuditFinding.mandate).contains_eager(Mandate.programme),
        )
    )


def list_findings(query: ListQuery, reach: Reach) -> Page:
    """The findings that lie in somebody's roles. Filters: ``state``, ``severity``, ``region``; search by words."""
    wanted = _covered(reach)
    if state := query.filters.get("state"):
        wanted = wanted.where(AuditFinding.state == FindingState(state))
    if severity := query.filters.get("severity"):
        wanted = wanted.where(AuditFinding.severity == Severity(severity))
    if region := query.filters.get("region"):
        wanted = wanted.where(Region.code == region)
    if query.q:
        words = [
            column.icontains(query.q, autoescape=True)
            for column in (AuditFinding.number, AuditFinding.title, AuditFinding.voucher)
        ]
        wanted = wanted.where(words[0] | words[1] | words[2])
    orders = {
        "number": AuditFinding.number,
        "issued": AuditFinding.issued_at,
        "reply_by": AuditFinding.reply_by,
        "amount": AuditFinding.amount_cents,
        "region": Region.plain_name,
    }
    return paginate(db.session, wanted, query, orders)


def list_waiting(reach: Reach) -> list[AuditFinding]:
    """The findings in these roles that wait for the region's answer, most urgent first."""
    wanted = _covered(reach).where(AuditFinding.state.in_(WAITING))
    return list(db.session.scalars(wanted.order_by(AuditFinding.reply_by, AuditFinding.id)))


def list_of_voucher(reference: str) -> list[AuditFinding]:
    """What was found in a voucher."""
    wanted = select(AuditFinding).where(AuditFinding.voucher == reference)
    return list(db.session.scalars(wanted.order_by(AuditFinding.id)))


def list_of_mandate(mandate: Mandate) -> list[AuditFinding]:
    """What was found under a mandate, newest first."""
    wanted = select(AuditFinding).where(AuditFinding.mandate_id == mandate.id).options(joinedload(AuditFinding.region))
    return list(db.session.scalars(wanted.order_by(AuditFinding.id.desc())))


def list_officers(finding: AuditFinding) -> list[User]:
    """Who may answer for the region."""
    return list_holders(OFFICERS, finding.mandate.programme.code, finding.region.code)
