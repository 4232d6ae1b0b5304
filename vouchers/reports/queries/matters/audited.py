"""What auditors found and a region has to answer. Their desk stands on a floor above this one, so that its tables are
known by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from vouchers.core.database import Base
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.reports.queries.matters.matter import Seen

WAITING = ("issued", "followed_up")


def to_answer(_seen: Seen) -> Any:
    """Findings that wait for the region, the one that is to be answered first before the others."""
    finding, mandate = (Base.metadata.tables[name] for name in ("audit_finding", "audit_mandate"))
    return (
        select(finding.c.id, finding.c.number, finding.c.title, finding.c.issued_at, finding.c.reply_by)
        .select_from(finding)
        .join(mandate, mandate.c.id == finding.c.mandate_id)
        .join(Programme, Programme.id == mandate.c.programme_id)
        .join(Region, Region.id == finding.c.region_id)
        .where(finding.c.state.in_(WAITING))
        .order_by(finding.c.reply_by, finding.c.id)
    )
