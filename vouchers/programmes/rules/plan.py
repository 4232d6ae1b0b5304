"""What a programme file says: frozen, complete, with codes instead of references. The register is loaded from this.

Texts for people are `Text` (one or several languages), amounts `Money`, rates exact `Decimal` (0.60 is 60 %),
instants aware datetimes in UTC. Codes are unique within their list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.programmes.rules.digest import content_digest
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.payment_plan import NO_LIMITS, USUAL_CHECKS, CheckPolicy, PaymentLimits
from vouchers.programmes.rules.publishing_plan import USUAL, Publishing
from vouchers.programmes.rules.selection_plan import Appeals, Draw, FairMarks, Fee, Field, Level, Panel, SpentWith


class StateAid(StrEnum):
    """The rule of Union law under which the vouchers are granted."""

    DE_MINIMIS = "de_minimis"
    GBER_20A = "gber_20a"
    GBER_28 = "gber_28"
    NONE = "none"


class FundKind(StrEnum):
    """How a fund's money arrives: an advance, a claim afterwards, or the region's own co-funder's contribution."""

    PREFINANCED = "prefinanced"
    REIMBURSED = "reimbursed"
    OWN = "own"


class Allocation(StrEnum):
    """How a call's money finds its applications."""

    RANKING = "ranking"
    RANKING_LOTTERY = "ranking_lottery"
    """By marks; those who stay tied where the money ends are drawn by lot."""
    FIRST_COME = "first_come"
    LOTTERY = "lottery"
    """Everybody who is eligible has the same chance."""


class CutPolicy(StrEnum):
    """What happens at the first application that the remaining money does not cover."""

    STRICT_STOP = "strict_stop"
    SKIP = "skip"
    PARTIAL = "partial"


class Aggregation(StrEnum):
    """How several experts' marks become one."""

    MEAN = "mean"
    MEDIAN = "median"
    CONSENSUS = "consensus"
    """The experts agree on one sheet."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask about the programme."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """Rules that hold for every call."""

    smes_only: bool
    state_aid: StateAid
    de_minimis_ceiling: Money
    pay_within_days: int
    appeal_within_days: int
    vouchers_per_sme: int | None
    publish_winners: bool
    excluded_sectors: tuple[str, ...] = ()
    """NACE codes: ``01`` excludes a division, ``10.1`` a group, ``10.11`` a class."""
    aid_declaration: bool = False
    """Whether nothing is granted without a signed declaration of the aid received. A file that leaves it out asks for
    one; a plan that was stored before the key existed did not, and that stays."""
    state_aid_in: tuple[tuple[str, StateAid], ...] = ()
    """The legal basis of regions that grant under another one, by their codes."""
    vouchers_within_months: int | None = None
    """`vouchers_per_sme` counts what was granted in the last so many months; None: ever."""
    amendments_signed: bool = True
    """Whether every party accepts an amended agreement anew; else the decision suffices."""
    amendments_by_committee: bool = False
    """Whether amendments name the minutes of the steering committee that decided."""
    keep_selection_years: int = 5
    """How many years after the end of the year of its decision an application without a voucher is kept."""
    keep_drafts_months: int = 6
    """How many months after the end of its call an application that was never submitted is kept."""
    recovery_within_days: int = 30
    """In how many days money that is claimed back is due."""
    recovery_interest: Decimal | None = None
    """Yearly rate (0.04 is 4 %) from the day after the due day; None: no interest."""
    recovery_interest_basis: str = ""
    """Where that rate comes from."""
    hearing_days: int = 14
    """In how many days the parties can answer before an agreement is terminated."""

    def state_aid_of(self, region: str) -> StateAid:
        """The rule under which a region grants."""
        return dict(self.state_aid_in).get(region, self.state_aid)


@dataclass(frozen=True, slots=True)
class Address:
    """A structured postal address, as payment files need it."""

    street: str
    building_number: str
    post_code: str
    town: str
    country: str


@dataclass(frozen=True, slots=True)
class Office:
    """The body that answers for a region."""

    name: str
    email: str
    phone: str
    website: str
    address: Address


@dataclass(frozen=True, slots=True)
class BankAccount:
    """The account that a region pays from. `iban` is compact and valid; `bic` may be empty."""

    holder: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class Region:
    """A partner region. `country` is ISO 3166-1 alpha-2."""

    code: str
    name: Text
    country: str
    time_zone: str
    languages: tuple[str, ...]
    office: Office
    bank_account: BankAccount
    state_aid: StateAid | None = None
    """The rule under which this region grants; None: that of the programme."""


@dataclass(frozen=True, slots=True)
class FundLine:
    """One source of the money; the rates of all fund lines add up to exactly 1."""

    code: str
    name: Text
    rate: Decimal
    kind: FundKind


@dataclass(frozen=True, slots=True)
class Criterion:
    """What experts mark from 0 to 5 in half points. The weight counts for the ranking only, never for a threshold."""

    code: str
    name: Text
    guidance: Text
    weight: Decimal
    threshold: Decimal
    levels: tuple[Level, ...] = ()
    """What single marks mean, lowest first; not every mark needs words."""


@dataclass(frozen=True, slots=True)
class Marking:
    """How a call is marked. `total_threshold` is compared with the plain sum of the marks."""

    aggregation: Aggregation
    own_region_experts: bool
    total_threshold: Decimal
    criteria: tuple[Criterion, ...]
    is_blind: bool = False
    """Whether experts read without the applicant's name and without the answers that would tell it."""
    scope_question: Text | None = None
    """A question that each expert answers with yes or no before the marks; None: it is not asked."""
    comment_min: int = 1
    comment_max: int = 3000
    """Characters of the comment on a criterion, for a sheet that is submitted."""
    unsubmit_hours: int = 0
    """For how long an expert may take a submitted sheet back; 0: never."""
    divergence: Decimal | None = None
    """Distance between two experts' marks of one criterion from which one more expert is asked; None: never."""
    fair_marks: FairMarks = FairMarks.SHOWN
    fee: Fee | None = None
    panel: Panel | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A region's money in a call, for one instrument or (None) for all; `shares` splits it over the fund lines.

    `quota` is the most vouchers that it may carry, whatever money is left; None is no limit but the money.
    """

    region: str
    instrument: str | None
    amount: Money
    shares: tuple[tuple[str, Money], ...]
    quota: int | None = None
    has_own_shares: bool = False
    """Whether the file gives the shares of this envelope itself; else the rates of the fund lines make them."""


@dataclass(frozen=True, slots=True)
class Consortium:
    """How many partners an application needs besides the applicant, and in how many days each confirms."""

    least: int
    most: int
    confirm_by_days: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `opens_at` is the first and `closes_at` the last instant of the window, both in UTC.

    `cut_offs` end the rounds of a continuous call, in order of time, each as the last instant that counts; none is one
    round for the whole call. `has_signatory`: only the organisation's authorised signatory submits. `grace_minutes`:
    for how long after closing a submission is still taken, which no page announces. `max_applications`: how many stand
    at most; None is no limit.
    """

    code: str
    title: Text
    summary: Text
    time_zone: str
    opens_at: datetime
    closes_at: datetime
    decision_by: date | None
    activities_from: date | None
    activities_until: date | None
    regions: tuple[str, ...]
    instruments: tuple[str, ...]
    allocation: Allocation
    cut_policy: CutPolicy
    has_reserve_list: bool
    marking: Marking | None
    form: Form
    envelopes: tuple[Envelope, ...]
    cut_offs: tuple[datetime, ...] = ()
    has_signatory: bool = False
    grace_minutes: int = 0
    consortium: Consortium | None = None
    max_applications: int | None = None
    tie_breaks: tuple[str, ...] = ()
    """Codes of criteria, ``earliest``, ``smaller_amount``; none: the criteria by weight, the heaviest first."""
    draw: Draw | None = None
    appeal: Appeals | None = None
    """None: within the days of the programme's rules, without suspensive effect."""
    has_two_persons: bool = False
    """Whether one person proposes decisions and another confirms them."""
    has_lapsing_conditions: bool = False
    """Whether an award lapses whose condition is not met by its day."""
    survey_months: tuple[int, ...] = ()
    spent_with: SpentWith | None = None
    """None: each instrument says by itself which providers may be chosen."""

    @property
    def digest(self) -> str:
        """The fingerprint of this call's own content."""
        return content_digest(self)


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """A whole programme file."""

    code: str
    name: Text
    title: Text
    description: Text
    funder: Text
    currency: str
    languages: tuple[str, ...]
    website: str
    contact: Contact
    rules: ProgrammeRules
    regions: tuple[Region, ...]
    fund_lines: tuple[FundLine, ...]
    instruments: tuple[Instrument, ...]
    calls: tuple[Call, ...]
    fields: tuple[Field, ...] = ()
    publishing: Publishing = USUAL
    payment_limits: PaymentLimits = NO_LIMITS
    payee_check: CheckPolicy = USUAL_CHECKS

    @property
    def digest(self) -> str:
        """The fingerprint of the whole content; loading the same digest again changes nothing."""
        return content_digest(self)


def call_digest(call: Call) -> str:
    """The fingerprint of one call's own content, form and envelopes included, instruments only by code."""
    return call.digest


def call_terms_digest(plan: ProgrammePlan, call: Call) -> str:
    """The fingerprint of all that an applicant of the call relied on: the call, its instruments and the rules."""
    instruments = [item for item in plan.instruments if item.code in call.instruments]
    return content_digest([call, instruments, plan.rules, plan.fund_lines])
