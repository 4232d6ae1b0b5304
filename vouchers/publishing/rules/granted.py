"""One voucher as the public may know it: of its application nothing but the title, no word of a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.plan import FundKind, ProgrammePlan


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who receives it. Of a natural person nothing is published but the region (`is_person`)."""

    id: int
    name: str
    is_person: bool
    country: str
    post_code: str
    town: str
    vat_number: str
    register_number: str


@dataclass(frozen=True, slots=True)
class Place:
    """The region that grants it."""

    code: str
    name: Text
    country: str
    office: str
    """The body that answers for the region."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A voucher that was awarded, and whose applicant was told so."""

    reference: str
    title: str
    programme: ProgrammePlan
    call: str
    call_title: Text
    instrument: Instrument
    place: Place
    beneficiary: Beneficiary
    amount: Money
    paid: Money
    cost: Money
    """What the activity costs: as it was verified, before that as much as the voucher takes to be paid whole."""
    awarded_on: date
    starts_on: date | None
    ends_on: date | None
    changed_at: datetime

    @property
    def own_contribution(self) -> Money:
        """What the beneficiary bears."""
        left: Money = self.cost - self.amount
        return left if left.cents > 0 else Money(0, self.amount.currency)

    def purpose_in(self, language: str) -> str:
        """What vouchers of this kind are for, in one line."""
        plan = self.instrument
        summary = " ".join(plan.summary.in_language(language).split())
        return f"{plan.name.in_language(language)}: {summary}" if summary else plan.name.in_language(language)


def cost_of(amount: Money, rate: Decimal | None, verified: Money | None) -> Money:
    """The cost of an operation: what was verified; before that the least that makes the grant whole at its rate."""
    if verified is not None:
        return verified
    if not rate:
        return amount
    needed = Fraction(amount.cents) / Fraction(rate)
    return Money(-(-needed.numerator // needed.denominator), amount.currency)


def union_rate(programme: ProgrammePlan) -> Decimal:
    """Which part of the money is not the regions' own, from 0 to 1."""
    return sum((line.rate for line in programme.fund_lines if line.kind is not FundKind.OWN), Decimal(0))


def fund_of(one: Granted, language: str) -> str:
    """The Fund concerned: what the programme says, else the names of the fund lines that are not the regions' own."""
    said = one.programme.publishing.filing_of(one.instrument.code).fund
    lines = [line.name for line in one.programme.fund_lines if line.kind is not FundKind.OWN]
    return ", ".join(name.in_language(language) for name in ([said] if said else lines))


def achievements_of(one: Granted, language: str) -> str:
    """What is expected of a voucher: what the programme says, else what its instrument says is delivered."""
    said = one.programme.publishing.filing_of(one.instrument.code).achievements
    delivered = [what.name for what in one.instrument.claim.deliverables]
    return "; ".join(name.in_language(language) for name in ([said] if said else delivered))
