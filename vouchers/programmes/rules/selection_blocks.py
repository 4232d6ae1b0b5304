"""How those who are equal are told apart, how lots are drawn, and how a decision is appealed, as blocks of the file."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.instrument_blocks import NAME_CODE
from vouchers.programmes.rules.instrument_plan import Evaluator, Instrument, ProviderRule
from vouchers.programmes.rules.plan import Aggregation, Allocation, Call
from vouchers.programmes.rules.selection_plan import Appeals, Draw, DrawHash, Field, Pool, SpentWith

PROGRAMME_CODE = r"[A-Za-z][A-Za-z0-9_-]{1,19}"
TIE_BREAKS = ("earliest", "smaller_amount")
"""What tells equals apart besides the marks of one criterion."""
MOST_MONTHS = 60
BY_MARKS = frozenset({Allocation.RANKING, Allocation.RANKING_LOTTERY})
BY_LOT = frozenset({Allocation.LOTTERY, Allocation.RANKING_LOTTERY})


def read_fields(block: Block) -> tuple[Field, ...]:
    """The programme's fields of expertise and services; each lies within one that stands before it, or in none."""
    found: list[str] = []

    def read(one: Block) -> Field:
        code = one.code("code", NAME_CODE, "regulatory")
        within = one.plain("within", most=40) if one.has("within") else None
        if within is not None and within not in found:
            one.fault("within", _('"%(word)s" does not stand before it in the list.', word=within))
        found.append(code)
        return Field(code=code, name=one.text("name", most=120), within=within)

    return block.parts("fields", "field", read, required=False)


def read_tie_breaks(block: Block, criteria: Sequence[str]) -> tuple[str, ...]:
    """What tells equals apart, in order: codes of criteria, ``earliest`` or ``smaller_amount``."""
    return block.words("tie_breaks", (*criteria, *TIE_BREAKS), required=False)


def read_draw(block: Block, zone: str) -> Draw:
    """Where the chance of a draw comes from."""
    return Draw(
        source=block.text("source", most=500),
        source_url=block.url("source_url"),
        numbers=block.text("numbers", most=500),
        held_at=block.moment("held_at", zone),
        hash=block.word("hash", DrawHash, DrawHash.SHA256),
        has_secret=block.flag("secret", True),
    )


def read_appeals(block: Block) -> Appeals:
    """How a decision of the call may be appealed."""
    return Appeals(within_days=block.whole("within_days", 0, 365), is_suspensive=block.flag("suspensive", False))


def read_spent_with(block: Block) -> SpentWith:
    """The pool with which the call's vouchers are spent."""
    return SpentWith(
        pool=block.word("pool", Pool),
        programme=block.code("programme", PROGRAMME_CODE, "example") if block.has("programme") else None,
    )


def read_survey_months(block: Block) -> tuple[int, ...]:
    """After how many months both groups are asked."""
    return tuple(
        map(int, block.words("survey_months", [str(month) for month in range(1, MOST_MONTHS + 1)], required=False))
    )


def ensure_selection_fits(block: Block, call: Call, offered: Sequence[Instrument]) -> None:
    """Tie-breaks need marks, a draw needs lots and lies after the call, a consensus needs two experts."""
    if block.has("tie_breaks") and (call.allocation not in BY_MARKS or call.marking is None):
        block.fault("tie_breaks", _("Only a ranking by marks has equals to tell apart: remove the line."))
    if call.draw is not None and block.is_sound("allocation") and call.allocation not in BY_LOT:
        block.fault("draw", _("This call draws no lots: remove the block, or choose an allocation with a lottery."))
    draw = block.block("draw", "draw", required=False)
    if (
        call.draw is not None
        and draw.is_sound("held_at")
        and block.is_sound("closes")
        and call.draw.held_at <= call.closes_at
    ):
        draw.fault("held_at", _("The draw lies before the call closes: its numbers would be known to those who apply."))
    if call.spent_with and block.is_sound("instruments") and all(one.provider is ProviderRule.NONE for one in offered):
        block.fault("spent_with", _("No voucher of this call has a provider: remove the block."))
    if list(call.survey_months) != sorted(call.survey_months):
        block.fault("survey_months", _("The months are not in the order of time."))
    if call.marking is None or call.marking.aggregation is not Aggregation.CONSENSUS:
        return
    for instrument in offered:
        if instrument.evaluation is Evaluator.EXPERTS and instrument.experts_per_application < 2:
            sentence = _(
                "%(instrument)s has one expert for each application: a consensus needs two.", instrument=instrument.code
            )
            block.fault("marking", sentence)
