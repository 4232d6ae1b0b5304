"""Finding rates, and what a file would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.rates.models import Rate, RateImport
from vouchers.rates.rules.converting import EURO, Quote, month_of
from vouchers.rates.rules.table import RateLine, read_rates
from vouchers.rates.states import Effect


def get_import(import_id: int) -> RateImport:
    """A file of rates. Raises `NotFound`."""
    found = db.session.get(RateImport, import_id)
    if found is None:
        raise NotFound(_("There is no such file of rates."))
    return found


def list_rates(query: ListQuery) -> Page:
    """The rates that hold, with the filters ``currency`` and ``month`` (``2026-10``)."""
    statement = select(Rate).where(Rate.is_current).options(joinedload(Rate.rate_import))
    if currency := query.filters.get("currency"):
        statement = statement.where(Rate.currency == currency)
    if month := query.filters.get("month"):
        statement = statement.where(Rate.month == date.fromisoformat(f"{month}-01"))
    orders = {"month": (Rate.month, Rate.currency), "currency": (Rate.currency, Rate.month)}
    return paginate(db.session, statement, query, orders, unique=[Rate.id])


def list_imports(most: int = 10) -> list[RateImport]:
    """The last files, newest first."""
    return list(db.session.scalars(select(RateImport).order_by(RateImport.id.desc()).limit(most)))


def list_currencies() -> list[str]:
    """The currencies of which a rate is known, and the euro."""
    found = db.session.scalars(select(Rate.currency).where(Rate.is_current).distinct())
    return sorted({EURO, *found})


def list_months() -> list[date]:
    """The months of which a rate is known, newest first."""
    found = select(Rate.month).where(Rate.is_current).distinct().order_by(Rate.month.desc())
    return list(db.session.scalars(found))


def map_quotes(currencies: Collection[str], to: str, *, on: date) -> dict[str, Quote]:
    """How amounts of these currencies are converted on a day: at the rates of its month.

    Where the month has no rate yet, the last one that is known stands in for it (`Quote.is_final` says so). A currency
    without any rate is left out.
    """
    month = month_of(on)
    known = _last_known({*currencies, to} - {EURO}, month)
    known[EURO] = (month, Decimal(1))
    if to not in known:
        return {}
    quotes = {}
    for currency in set(currencies) & known.keys():
        (from_month, from_units), (to_month, to_units) = known[currency], known[to]
        oldest = min(from_month, to_month)
        quotes[currency] = Quote(oldest, from_units, to_units, is_final=oldest == month)
    return quotes


def _last_known(currencies: Collection[str], month: date) -> dict[str, tuple[date, Decimal]]:
    """The last rate of each of these currencies up to a month."""
    if not currencies:
        return {}
    last = (
        select(Rate.currency, func.max(Rate.month))
        .where(Rate.is_current, Rate.currency.in_(currencies), Rate.month <= month)
        .group_by(Rate.currency)
    )
    found = select(Rate).where(Rate.is_current, tuple_(Rate.currency, Rate.month).in_(last))
    return {rate.currency: (rate.month, rate.units) for rate in db.session.scalars(found)}


# What a file would do ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What one line of a file would do."""

    line: RateLine
    effect: Effect
    before: Decimal | None = None


def map_current(months: Iterable[date]) -> dict[tuple[str, date], Rate]:
    """The rates that hold in these months, by currency and month."""
    wanted = sorted(set(months))
    if not wanted:
        return {}
    between: Any = select(Rate).where(Rate.is_current, Rate.month.between(wanted[0], wanted[-1]))
    return {(rate.currency, rate.month): rate for rate in db.session.scalars(between)}


def plan_import(kept: RateImport) -> list[LinePlan]:
    """What each line of a file would do, beside the rates that hold now."""
    return plan_lines(read_rates(kept.text, month=kept.month, today=office_day(kept.read_at)))


def plan_lines(lines: Iterable[RateLine]) -> list[LinePlan]:
    """What each line would do, beside the rates that hold now."""
    every = list(lines)
    current = map_current(line.month for line in every if line.month is not None)
    return [_plan(line, current) for line in every]


def _plan(line: RateLine, current: dict[tuple[str, date], Rate]) -> LinePlan:
    if line.fault is not None or line.month is None:
        return LinePlan(line, Effect.REFUSED)
    rate = current.get((line.code, line.month))
    if rate is None:
        return LinePlan(line, Effect.NEW)
    return LinePlan(line, Effect.SAME if rate.units == line.units else Effect.CHANGED, rate.units)
