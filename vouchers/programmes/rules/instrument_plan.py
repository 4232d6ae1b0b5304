"""An instrument: one kind of voucher, what it is worth and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.programmes.rules.grant_plan import Grant

OWN_WORK = "own_work"
"""The code of the cost category under which a company claims its own work."""
TRAVEL = frozenset({"travel", "lodging"})
"""Codes of the cost categories of journeys, which are paid to whoever carries or puts up the traveller."""
PAYMENT_PROOF = "payment"
"""The code of the document with which a beneficiary proves that it has paid what it claims."""


class Evaluator(StrEnum):
    """Who judges an application."""

    MANAGER = "manager"
    EXPERTS = "experts"


class Party(StrEnum):
    """Who accepts an agreement."""

    SME = "sme"
    PROVIDER = "provider"
    REGION = "region"


class CrossBorder(StrEnum):
    """Where the partner must sit, seen from the region that grants."""

    NONE = "none"
    OTHER_REGION = "other_region"
    OTHER_COUNTRY = "other_country"

    @property
    def allows_outside(self) -> bool:
        """Whether a partner outside the regions of the programme may do: a region is one of the programme's own, a
        country is any.
        """
        return self is not CrossBorder.OTHER_REGION


class ProviderRule(StrEnum):
    """Which providers an SME may choose; none: the instrument has no provider."""

    NONE = "none"
    FREE = "free"
    REGISTERED = "registered"
    ACCREDITED = "accredited"


@dataclass(frozen=True, slots=True)
class PerSme:
    """How many vouchers of an instrument one SME may have; None: no limit."""

    per_call: int | None
    active: int | None
    in_all: int | None
    amount: Money | None = None
    """Most money in all."""
    within_months: int | None = None
    """`in_all` and `amount` count what was granted in the last so many months; None: ever."""


@dataclass(frozen=True, slots=True)
class CostCategory:
    """A kind of cost that may be claimed."""

    code: str
    name: Text
    hint: Text
    has_journeys: bool = False
    """Whether each cost says which journeys it paid."""

    @property
    def is_travel(self) -> bool:
        """Whether it pays a journey."""
        return self.has_journeys or self.code in TRAVEL


@dataclass(frozen=True, slots=True)
class DocumentAsked:
    """A file that the SME is asked for."""

    code: str
    name: Text
    hint: Text
    is_required: bool


@dataclass(frozen=True, slots=True)
class CheckAsked:
    """What an officer looks at before costs are accepted, besides what every claim is checked for."""

    code: str
    text: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class SampleRule:
    """When a claim may be checked by a sample of its costs, and how many of them are drawn."""

    min_costs: int
    """Claims with fewer costs are checked in full."""
    part: Decimal
    """Of the costs that are drawn from."""
    least: int = 1
    """So many are drawn at least."""
    above: Money | None = None
    """Costs of this amount and more are looked at always; None: no such amount."""


@dataclass(frozen=True, slots=True)
class DeliverableAsked:
    """What a sum is paid for."""

    code: str
    name: Text
    hint: Text
    part: Decimal | None = None
    """Of the voucher, paid for it alone; None: the sum is paid when all are delivered."""


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What the report tells, besides what was done and what came of it."""

    code: str
    label: Text
    hint: Text
    is_required: bool


@dataclass(frozen=True, slots=True)
class SatisfactionQuestion:
    """What the company marks from 1 to 5 with its last claim."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """How claims of an instrument are made and checked."""

    deliverables: tuple[DeliverableAsked, ...] = ()
    report: tuple[ReportQuestion, ...] = ()
    satisfaction: tuple[SatisfactionQuestion, ...] = ()
    signed_by: tuple[Party, ...] = ()
    """Who signs the report by name."""
    checks: tuple[CheckAsked, ...] = ()
    sample: SampleRule | None = None
    """None: every cost is checked."""
    advance: Decimal | None = None
    """The most of the award that may be paid ahead; None: nothing is."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One kind of voucher."""

    code: str
    name: Text
    summary: Text
    grant: Grant
    prior_approval: bool
    evaluation: Evaluator
    experts_per_application: int
    agreement_parties: tuple[Party, ...]
    cross_border: CrossBorder
    provider: ProviderRule
    payee: Party
    cost_categories: tuple[CostCategory, ...]
    valid_for_months: int
    accept_within_days: int
    claim_within_days: int
    per_sme: PerSme
    application_documents: tuple[DocumentAsked, ...]
    claim_documents: tuple[DocumentAsked, ...]
    decide_within_working_days: int | None = None
    """The target for the decision, from the submission or the end of its round; None: the usual one."""
    claim: ClaimTerms = ClaimTerms()
