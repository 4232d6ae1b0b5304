"""What the formal rules are told of an application: plain values, gathered once, judged on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.sme import Status
from vouchers.organisations.states import Size
from vouchers.programmes.rules.instrument_plan import CrossBorder, PerSme, ProviderRule
from vouchers.programmes.rules.plan import StateAid


@dataclass(frozen=True, slots=True)
class Company:
    """The applicant's own figures of the last closed year. None: not answered."""

    name: str
    headcount: int | None
    turnover: Money | None
    balance_sheet: Money | None
    de_minimis_received: Money | None
    member_emails: frozenset[str] = frozenset()
    nace: str = ""
    """The code of its main activity, from its statement of ownership or from the form."""
    status: Status | None = None
    """By its statement of ownership; None where it has made none, and the figures above are all there is."""
    linked_names: frozenset[str] = frozenset()
    """Firms of its statement that are linked with it."""


@dataclass(frozen=True, slots=True)
class AidReceived:
    """What is known of the State aid that the applicant and the firms with it have received."""

    member_state: str = ""
    """The country of the granting body."""
    is_signed: bool = False
    """Whether a declaration is signed; only then the entries are all that it has received."""
    entries: tuple[Aid, ...] = ()
    members: frozenset[str] = frozenset()
    """Those that count as one undertaking, as the entries call them."""
    left_out: tuple[str, ...] = ()
    """Firms that its statement of ownership shows as controlled, and that the declaration does not name."""
    in_programme: Money | None = None
    """Granted to it by this programme so far."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region and its country; both empty where it is not one of the programme's."""

    code: str
    name: Text | Sentence | str
    country: str


@dataclass(frozen=True, slots=True)
class Evaluator:
    """An expert who was given applications of the call."""

    name: str
    email: str
    employer: str
    linked: tuple[str, ...] = ()
    """Providers for whose organisation the expert acts."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The service provider whom the applicant names."""

    name: str
    email: str
    place: Place | None
    evaluators: tuple[Evaluator, ...] = ()
    """Those who mark in the same call."""
    directory: frozenset[str] = frozenset()
    """Providers of the programme's register, where the partner must be one of them."""
    others: tuple[tuple[str, str], ...] = ()
    """Name and address of everybody else whom the applicant chooses out of a register."""

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Name and address of everybody who is chosen."""
        return ((self.name, self.email), *self.others)


@dataclass(frozen=True, slots=True)
class Terms:
    """What programme, call and instrument ask for."""

    opens_at: datetime
    closes_at: datetime
    time_zone: str
    regions: tuple[str, ...]
    instruments: tuple[str, ...]
    activities_from: date | None
    activities_until: date | None
    smes_only: bool
    state_aid: StateAid
    de_minimis_ceiling: Money
    cap: Money
    prior_approval: bool
    cross_border: CrossBorder
    provider: ProviderRule
    per_sme: PerSme
    vouchers_per_sme: int | None
    documents: tuple[tuple[str, str], ...]
    """Code and name of each document that must be there."""
    rate: Decimal | None = None
    """Of real costs."""
    own_work_limit: Decimal | None = None
    """The most that own work may be of the costs; None: no limit."""
    excluded_sectors: tuple[str, ...] = ()
    """NACE codes."""
    needs_declaration: bool = False
    """Whether nothing is granted without a signed declaration of the aid received."""
    min_cost: Money | None = None
    """What the activity costs at least."""
    vouchers_within_months: int | None = None
    """Over how many months `vouchers_per_sme` counts; None: ever."""
    grace: timedelta = timedelta(0)
    """How long after the end submissions were still taken."""
    size: Size | None = None
    """The size that counts, where what is paid depends on it; `cap` and `rate` are those of this size."""
    is_size_open: bool = False
    """Whether the company's figures leave it open, and another size would be paid otherwise."""
    most: Money | None = None
    """What a company of any size may have, where `cap` is less."""
    has_pool: bool = False
    """Whether the call names the pool with which its vouchers are spent; `Partner.directory` is then this pool."""


@dataclass(frozen=True, slots=True)
class Vouchers:
    """How many other vouchers of the applicant count against the limits."""

    granted_in_call: int = 0
    pending_in_call: int = 0
    active: int = 0
    granted_in_all: int = 0
    granted_in_programme: int = 0
    """Of all instruments."""
    amount_in_all: Money | None = None
    """Granted with this instrument."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One application at the moment of its check."""

    company: Company
    partner: Partner
    terms: Terms
    vouchers: Vouchers
    region: Place
    instrument: str
    submitted_at: datetime
    today: date
    """Where the region is: the earliest day of an approval."""
    requested: Money | None
    activity_start: date | None
    activity_end: date | None
    documents: frozenset[str]
    """Codes of what is attached."""
    aid: AidReceived = AidReceived()
    external_cost: Money | None = None
    own_work_cost: Money | None = None
