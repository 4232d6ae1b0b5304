"""The staff's worklist of claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from vouchers.agreements import queries as agreements
from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.files import OWED
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate

SORTS = ("pay_by", "number", "organisation", "region", "instrument", "state", "submitted", "claimed")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist."""

    claim: Claim
    claimed: Money

    def is_late(self, today: date) -> bool:
        """Whether the office owes something since before this day."""
        return is_late(self.claim, today)

    def days_left(self, today: date) -> int | None:
        """Until the day by which it must be paid; None where the clock stands still, or it has passed."""
        return _days_left(self.claim, today)


def _days_left(claim: Claim, today: date) -> int | None:
    if claim.state not in OWED or claim.pay_by is None or claim.pay_by < today:
        return None
    return (claim.pay_by - today).days


def is_late(claim: Claim, today: date) -> bool:
    """Whether the day by which it must be paid has passed, and the office still has something to do."""
    return claim.state in OWED and claim.pay_by is not None and claim.pay_by < today


_CLAIMED = (
    select(func.coalesce(func.sum(CostLine.cost_cents), 0))
    .where(CostLine.claim_id == Claim.id, CostLine.removed_at.is_(None))
    .correlate(Claim)
    .scalar_subquery()
)


def list_claims(query: ListQuery, mandate: Mandate, *, today: date) -> Page:
    """Submitted claims within a mandate as `Row`s, in three queries. Filters: ``state``, ``region``, ``late``."""
    statement = (
        select(Claim, _CLAIMED.label("claimed"))
        .join(Claim.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.instrument)
        .join(Application.organisation)
        .where(agreements.covered_by(mandate), Claim.submitted_at.is_not(None))
        .options(
            contains_eager(Claim.agreement)
            .contains_eager(Agreement.application)
            .options(
                contains_eager(Application.call).contains_eager(Call.programme),
                contains_eager(Application.region),
                contains_eager(Application.instrument),
                contains_eager(Application.organisation),
            )
        )
    )
    if state := query.filters.get("state"):
        statement = statement.where(Claim.state == state)
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if query.filters.get("late") == "yes":
        statement = statement.where(Claim.state.in_(OWED), Claim.pay_by < today)
    if query.q:
        statement = statement.where(
            or_(
                Claim.number.icontains(query.q, autoescape=True),
                Organisation.name.icontains(query.q, autoescape=True),
            )
        )
    orders = {
        "pay_by": Claim.pay_by,
        "number": Claim.number,
        "organisation": Organisation.name,
        "region": Region.plain_name,
        "instrument": Instrument.code,
        "state": Claim.state,
        "submitted": Claim.submitted_at,
        "claimed": _CLAIMED,
    }
    page = paginate(db.session, statement, query, orders, unique=[Claim.id])
    rows = [Row(claim, Money(int(cents), claim.currency)) for claim, cents in page.items]
    return Page(rows, page.total, page.query)
