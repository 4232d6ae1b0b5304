"""How far the books are closed, for whom they could be closed next, and what was closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.models import ClosedPeriod, Fund, Journal, JournalLine
from vouchers.ledger.queries import find_closed_day
from vouchers.periods.rules import Standing
from vouchers.programmes.models import Programme
from vouchers.programmes.queries import get_programme
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region, list_regions
from vouchers.users.mandate import Mandate
from vouchers.users.models import User

Scopes = Sequence[tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True)
class Books:
    """The books of a programme, or of one region of it (None: all regions)."""

    programme: Programme
    region: Region | None
    standing: Standing

    @property
    def region_code(self) -> str:
        """As a closed period names it: ``*`` is all."""
        return self.region.code if self.region else "*"

    @property
    def scope(self) -> str:
        """Whose mandate covers them."""
        return f"{self.programme.code}/{self.region.code if self.region else '-'}"


def get_books(programme_code: str, region_code: str = "-") -> Books:
    """The books of a programme (``-``), or of one region that has money in it. Raises `NotFound`."""
    found = get_programme(programme_code)
    begins = _map_beginnings([found.code])
    if region_code == "-":
        return Books(found, None, Standing(find_closed_day(found.code), min(begins.values(), default=None)))
    place, begin_on = find_region(region_code), begins.get((found.code, region_code))
    if place is None or begin_on is None:
        raise NotFound(
            _("The books of %(programme)s know no region %(region)s.", programme=found.code, region=region_code)
        )
    return Books(found, place, Standing(find_closed_day(found.code, place.code), begin_on))


def list_books(mandate: Mandate) -> list[Books]:
    """The books of every programme and region that the mandate covers and that has money; four queries."""
    programmes = {
        one.code: one
        for one in db.session.scalars(select(Programme).order_by(Programme.code))
        if mandate.covers_programme(one.code)
    }
    begins, closed = _map_beginnings(list(programmes)), _map_closed_days(list(programmes))
    regions = {region.code: region for region in list_regions()}
    found = []
    for code, programme in programmes.items():
        whole = closed.get((code, "*"))
        if mandate.regions_in(code) is None:
            first = min((day for (of, _region), day in begins.items() if of == code), default=None)
            found.append(Books(programme, None, Standing(whole, first)))
        for (of, region), first in sorted(begins.items()):
            if of == code and region in regions and mandate.covers(code, region):
                days = [day for day in (whole, closed.get((code, region))) if day]
                found.append(Books(programme, regions[region], Standing(max(days, default=None), first)))
    return found


def _map_beginnings(programmes: Sequence[str]) -> dict[tuple[str, str], date]:
    """(programme, region) -> the day on which its first budget was voted: nothing can be booked before."""
    rows = db.session.execute(
        select(Fund.programme, Fund.region, func.min(Journal.on))
        .select_from(Journal)
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.event == "appropriate", Fund.programme.in_(programmes))
        .group_by(Fund.programme, Fund.region)
    )
    return {(programme, region): day for programme, region, day in rows}


def _map_closed_days(programmes: Sequence[str]) -> dict[tuple[str, str], date]:
    rows = db.session.execute(
        select(ClosedPeriod.programme, ClosedPeriod.region, func.max(ClosedPeriod.through_on))
        .where(ClosedPeriod.programme.in_(programmes))
        .group_by(ClosedPeriod.programme, ClosedPeriod.region)
    )
    return {(programme, region): day for programme, region, day in rows}


def list_periods(query: ListQuery, *, scopes: Scopes) -> Page:
    """Closed periods within (programme, region) mandates, None standing for all; what is closed for all regions is
    everybody's."""
    statement: Any = select(ClosedPeriod).where(
        or_(
            *(
                and_(
                    ClosedPeriod.programme == programme if programme else ClosedPeriod.id.is_not(None),
                    ClosedPeriod.region.in_(("*", region)) if region else ClosedPeriod.id.is_not(None),
                )
                for programme, region in scopes
            )
        )
    )
    if programme := query.filters.get("programme"):
        statement = statement.where(ClosedPeriod.programme == programme)
    if region := query.filters.get("region"):
        statement = statement.where(ClosedPeriod.region.in_(("*", region)))
    orders = {"through": ClosedPeriod.through_on, "closed": ClosedPeriod.closed_at}
    return paginate(db.session, statement, query, orders)


def map_closers(periods: Sequence[ClosedPeriod]) -> dict[int, str]:
    """User id -> name of those who closed these."""
    ids = {period.closed_by_id for period in periods if period.closed_by_id}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).tuples().all())
