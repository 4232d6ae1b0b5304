"""How claims of an instrument are made and checked, as a block of the file."""

from __future__ import annotations

from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.instrument_plan import CheckAsked, ClaimTerms, SampleRule

CODE = r"[a-z][a-z0-9_]{0,39}"


def read_claim_terms(block: Block) -> ClaimTerms:
    """What an instrument says of its claims; nothing of it is needed."""
    return ClaimTerms(
        checks=block.parts("checks", "check", _check, required=False),
        sample=_sample(block.block("sample", "sample")) if block.has("sample") else None,
    )


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
