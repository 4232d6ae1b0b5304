"""What an agreement is written from, and how its figures are put into words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vouchers.agreements.states import PartyKind
from vouchers.core.money import Money
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.plan import StateAid


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """One side as it is named in the agreement; `details` are identifiers, address and contact, in order."""

    kind: PartyKind
    name: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """All that an agreement is written from."""

    number: str
    programme: str
    funder: str
    project: str
    application_reference: str
    instrument: Instrument
    parties: tuple[PartyFacts, ...]
    amount: Money
    approved_on: date
    starts_on: date
    ends_on: date
    claim_by: date
    accept_by: str
    """The last moment to accept, in words with its time zone."""
    state_aid: StateAid
    de_minimis_ceiling: Money
    pay_within_days: int
    office_name: str
    office_address: tuple[str, ...]
    office_email: str
    outside_reason: str = ""
    """Why the activity of the application does not lie within the days; empty where it does."""
    partner: str = ""
    """With whom, and where, says the application; empty where the provider is a party, or nobody was named."""
    activity: tuple[date, date] | None = None
    """The first and the last day of the activity, says the application; None where it was not asked, or where the days
    of the agreement are others."""
    amendments_signed: bool = True
    """Whether an amendment holds only once every party has accepted it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How amounts, days and rates stand in the text."""

    money: Callable[[Money], str]
    day: Callable[[date], str]
    percent: Callable[[Decimal], str]
