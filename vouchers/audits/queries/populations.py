"""The population of a mandate: what was paid or accepted on each voucher in its period, from the books alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, literal, select

from vouchers.applications.models import Application
from vouchers.audits.models import Mandate
from vouchers.audits.rules.populations import Unit
from vouchers.audits.rules.sizes import Stratum
from vouchers.audits.states import Basis, StrataBy
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Instrument

ACCOUNTS = {Basis.PAID: Account.PAID, Basis.ACCEPTED: Account.GRANTS}
"""What is paid stands on the stage of that name, less what came back; what is accepted is the expense."""
_AT_ONCE = 5_000


def _units(mandate: Mandate, basis: Basis) -> Any:
    """(reference, region, call, instrument, cents) of each voucher on which anything but zero was booked."""
    cents = cast(func.sum(JournalLine.cents), BigInteger)  # PostgreSQL sums whole numbers to decimals
    found: Any = (
        select(
            JournalLine.voucher.label("reference"),
            func.min(Fund.region).label("region"),
            func.min(Fund.call).label("call"),
            func.min(func.coalesce(Instrument.code, Fund.instrument)).label("instrument"),
            cents.label("cents"),
        )
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .outerjoin(Application, Application.reference == JournalLine.voucher)
        .outerjoin(Instrument, Instrument.id == Application.instrument_id)
        .where(JournalLine.account == ACCOUNTS[basis].value, JournalLine.voucher != "")
        .where(Fund.programme == mandate.programme.code, Fund.currency == currency_of(mandate))
        .where(Journal.on >= mandate.first_on, Journal.on <= mandate.last_on)
        .group_by(JournalLine.voucher)
        .having(cents != 0)
    )
    return found.where(Fund.region.in_(mandate.region_codes)) if mandate.region_codes else found


def currency_of(mandate: Mandate) -> str:
    """The currency in which the programme keeps its books."""
    return str(mandate.programme.plan.currency)


def stream_units(mandate: Mandate, basis: Basis) -> Iterator[Unit]:
    """Every unit in the order of the references, byte by byte: the same on both databases. In constant memory, on a
    connection of its own, so that whoever reads may write meanwhile."""
    collation = "C" if db.engine.dialect.name == "postgresql" else "BINARY"
    wanted = _units(mandate, basis).order_by(JournalLine.voucher.collate(collation))
    with db.engine.connect() as connection:
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted)
        for reference, region, call, instrument, cents in rows:
            yield Unit(reference, region, call, instrument, int(cents))


def list_strata(mandate: Mandate, basis: Basis, by: StrataBy) -> list[Stratum]:
    """The strata of the positive units as they are now, in the order of their codes."""
    units = _units(mandate, basis).subquery()
    code = literal("") if by is StrataBy.NONE else units.c[by.value]
    wanted = select(code, func.count(), func.sum(units.c.cents)).where(units.c.cents > 0)
    rows = db.session.execute(wanted if by is StrataBy.NONE else wanted.group_by(code))
    return sorted((Stratum(name, count, int(cents)) for name, count, cents in rows if count), key=lambda one: one.code)


@dataclass(frozen=True, slots=True)
class Share:
    """What of a population lies in one region."""

    region: str
    count: int
    amount: Money
    negative_count: int
    negative: Money


def list_shares(mandate: Mandate, basis: Basis) -> list[Share]:
    """The population region by region; negative units apart."""
    units, currency = _units(mandate, basis).subquery(), currency_of(mandate)
    is_positive = units.c.cents > 0
    rows = db.session.execute(
        select(
            units.c.region,
            func.sum(case((is_positive, 1), else_=0)),
            func.sum(case((is_positive, units.c.cents), else_=0)),
            func.sum(case((is_positive, 0), else_=1)),
            func.sum(case((is_positive, 0), else_=units.c.cents)),
        )
        .group_by(units.c.region)
        .order_by(units.c.region)
    )
    return [
        Share(region, int(count), Money(int(cents), currency), int(below), Money(int(negative), currency))
        for region, count, cents, below, negative in rows
    ]


def list_units(query: ListQuery, mandate: Mandate, basis: Basis) -> Page:
    """The units page by page, as rows with ``reference``, ``region``, ``instrument``, ``cents`` and ``organisation``.

    Filter: ``region``; search by reference or organisation.
    """
    units = _units(mandate, basis).subquery()
    wanted: Any = (
        select(units, Organisation.name.label("organisation"))
        .outerjoin(Application, Application.reference == units.c.reference)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
    )
    if region := query.filters.get("region"):
        wanted = wanted.where(units.c.region == region)
    if query.q:
        named = Organisation.name.icontains(query.q, autoescape=True)
        wanted = wanted.where(named | units.c.reference.icontains(query.q, autoescape=True))
    orders = {"reference": units.c.reference, "amount": units.c.cents, "organisation": Organisation.name}
    return paginate(db.session, wanted, query, orders, unique=[units.c.reference])
