"""How claims of an instrument are made and checked, as a block of the file."""

from __future__ import annotations

from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import (
    CheckAsked,
    ClaimTerms,
    DeliverableAsked,
    Instrument,
    Party,
    ReportQuestion,
    SampleRule,
    SatisfactionQuestion,
)

CODE = r"[a-z][a-z0-9_]{0,39}"
SIGNATORIES = (Party.SME.value, Party.PROVIDER.value)
"""The region checks the report, so it does not sign it."""


def read_claim_terms(block: Block) -> ClaimTerms:
    """What an instrument says of its claims; nothing of it is needed."""
    return ClaimTerms(
        deliverables=block.parts("deliverables", "deliverable", _deliverable, required=False),
        report=block.parts("report", "report_question", _question, required=False),
        satisfaction=block.parts("satisfaction", "satisfaction", _satisfaction, required=False),
        signed_by=tuple(Party(word) for word in block.words("signed_by", SIGNATORIES, required=False)),
        checks=block.parts("checks", "check", _check, required=False),
        sample=_sample(block.block("sample", "sample")) if block.has("sample") else None,
        advance=block.rate("advance") if block.has("advance") else None,
    )


def ensure_terms_fit(block: Block, instrument: Instrument) -> None:
    """Deliverables carry a sum, their parts all of it; only a party of the agreement signs the report."""
    terms = instrument.claim
    if terms.deliverables and instrument.grant.kind is GrantKind.REAL_COST and block.is_sound("deliverables"):
        block.fault("deliverables", _("Real costs are paid for invoices; only a fixed or lump sum has deliverables."))
    parts = [one.part for one in terms.deliverables if one.part is not None]
    if parts and block.is_sound_within("deliverables") and (len(parts) < len(terms.deliverables) or sum(parts) != 1):
        block.fault("deliverables", _("Either no deliverable has a part, or each has one and they make 100 %%."))
    if terms.advance is not None and instrument.payee is not Party.SME and block.is_sound("advance"):
        block.fault("advance", _("Only a company is paid ahead, and this instrument pays the provider."))
    has_provider = Party.PROVIDER in instrument.agreement_parties
    if block.is_sound("signed_by") and Party.PROVIDER in terms.signed_by and not has_provider:
        block.fault("signed_by", _('Who signs the report is a party: add "provider" to `agreement_parties`.'))


def _deliverable(block: Block) -> DeliverableAsked:
    return DeliverableAsked(
        code=block.code("code", CODE, "report"),
        name=block.text("name", most=120),
        hint=block.text("hint", required=False, most=500),
        part=block.rate("part") if block.has("part") else None,
    )


def _question(block: Block) -> ReportQuestion:
    return ReportQuestion(
        code=block.code("code", CODE, "jobs"),
        label=block.text("label", most=200),
        hint=block.text("hint", required=False, most=500),
        is_required=block.flag("required", False),
    )


def _satisfaction(block: Block) -> SatisfactionQuestion:
    return SatisfactionQuestion(code=block.code("code", CODE, "speed"), label=block.text("label", most=200))


def _check(block: Block) -> CheckAsked:
    return CheckAsked(
        code=block.code("code", CODE, "publicity"),
        text=block.text("text", most=300),
        hint=block.text("hint", required=False, most=500),
    )


def _sample(block: Block) -> SampleRule:
    part = block.rate("part")
    if block.is_sound("part") and part >= 1:
        block.fault("part", _("A sample of 100 %% is no sample: leave the block out."))
    above = block.amount("above") if block.has("above") else None
    if above is not None and block.is_sound("above") and not above:
        block.fault("above", _("With 0 every cost is looked at: leave the line out, or write an amount."))
    return SampleRule(
        min_costs=block.whole("min_costs", 2, 1000),
        part=part,
        least=block.whole("least", 1, 1000, 1),
        above=above,
    )
