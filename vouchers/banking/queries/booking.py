"""What a movement of the bank can be booked on: programmes, fund lines, and what was recorded by hand before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from vouchers.banking.models import Entry, EntryDebt
from vouchers.banking.rules.booking import Payer
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.programmes.models import Envelope, EnvelopeFund
from vouchers.programmes.queries import WHOLE_ENVELOPE, get_envelope
from vouchers.regions.models import PaidProgramme, Region

__all__ = ["get_envelope"]
BY_HAND = ("envelope", "recovery")
"""Whose journals at the bank a person records by hand. Those of payments are matched with the payments."""
MOST_TO_CHOOSE = 100


@dataclass(frozen=True, slots=True)
class Recorded:
    """A journal that moves the bank."""

    id: int
    on: date
    reference: str
    narrative: str
    amount: Money
    """Above zero what came in."""
    fund: Fund
    """One of those that carry it."""


def list_payers(iban: str) -> list[Payer]:
    """The programmes in regions that an account pays for."""
    found = select(PaidProgramme.programme, Region.code).join(Region, Region.id == PaidProgramme.region_id)
    rows = db.session.execute(found.where(Region.iban == iban).order_by(PaidProgramme.programme, Region.code))
    return [Payer(programme, region) for programme, region in rows]


def list_fund_lines(iban: str, currency: str) -> list[EnvelopeFund]:
    """The fund lines of the budgets that an account pays, with their funds; in the order of their codes."""
    found = _fund_lines(iban).where(Fund.currency == currency)
    codes = (Fund.programme, Fund.call, Fund.region, Fund.instrument, Fund.line)
    return list(db.session.scalars(found.order_by(*codes)))


def find_fund_line(iban: str, fund_id: int | None) -> EnvelopeFund | None:
    """One of them."""
    return db.session.scalars(_fund_lines(iban).where(Fund.id == fund_id)).first()


def _fund_lines(iban: str) -> Select[EnvelopeFund]:
    found = select(EnvelopeFund).join(EnvelopeFund.fund).join(Envelope, Envelope.id == EnvelopeFund.envelope_id)
    found = found.join(Envelope.region).where(Region.iban == iban)
    return found.options(contains_eager(EnvelopeFund.fund))


def list_envelopes(envelope_ids: Sequence[int]) -> list[Envelope]:
    """These envelopes, as policies need them."""
    return list(db.session.scalars(select(Envelope).where(Envelope.id.in_(envelope_ids)).options(*WHOLE_ENVELOPE)))


def get_envelope_of(fund_id: int) -> Envelope:
    """The envelope of which a fund carries a line."""
    found = select(EnvelopeFund.envelope_id).where(EnvelopeFund.fund_id == fund_id)
    return get_envelope(db.session.scalars(found).one())


def count_bookings(entry_id: int) -> int:
    """How many journals of funders' money bear the reference of an entry, those that were taken back included."""
    entry = db.session.get_one(Entry, entry_id)
    line = entry.receipt_line.replace(" ", "").upper()
    reference = func.upper(func.replace(Journal.reference, " ", ""))
    same = (reference == line) | reference.startswith(f"{line}(", autoescape=True)
    return db.session.scalar(select(func.count()).where(Journal.event == "receive_funds", same)) or 0


def day_of_journal(journal_id: int) -> date:
    """The accounting day of a journal."""
    return db.session.scalars(select(Journal.on).where(Journal.id == journal_id)).one()


def list_recorded(entry: Entry) -> list[Recorded]:
    """What was recorded by hand of exactly this amount and no other movement is, the newest first."""
    cents = entry.cents if entry.is_credit else -entry.cents
    return _recorded(entry.statement.iban, entry.currency, func.sum(JournalLine.cents) == cents)


def find_recorded(iban: str, currency: str, journal_id: int | None) -> Recorded | None:
    """One journal of these, whatever its amount."""
    return next(iter(_recorded(iban, currency, Journal.id == journal_id)), None)


def _recorded(iban: str, currency: str, wanted: ColumnElement[bool]) -> list[Recorded]:
    reversed_ids = select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))
    taken = select(Entry.journal_id).where(Entry.journal_id.is_not(None)).union(select(EntryDebt.journal_id))
    cents = func.sum(JournalLine.cents)
    found = (
        select(Journal.id, cents.label("cents"), func.min(Fund.id).label("fund_id"))
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(JournalLine.account == Account.BANK.value, Fund.currency == currency)
        .where(Fund.region.in_(select(Region.code).where(Region.iban == iban)))
        .where(Journal.subject_kind.in_(BY_HAND), Journal.reverses_id.is_(None))
        .where(Journal.id.not_in(reversed_ids), Journal.id.not_in(taken))
        .group_by(Journal.id)
        .having(wanted)
        .order_by(Journal.id.desc())
        .limit(MOST_TO_CHOOSE)
        .subquery()
    )
    whole = select(Journal, found.c.cents, Fund).join(found, found.c.id == Journal.id)
    rows = db.session.execute(whole.join(Fund, Fund.id == found.c.fund_id).order_by(Journal.id.desc()))
    return [
        Recorded(one.id, one.on, one.reference, one.narrative, Money(int(cents), fund.currency), fund)
        for one, cents, fund in rows
    ]
