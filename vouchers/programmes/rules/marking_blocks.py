"""How a call is marked, as blocks of the file: criteria, what their marks mean, sheets, fees and panels."""

from __future__ import annotations

from decimal import Decimal

from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.instrument_blocks import NAME_CODE
from vouchers.programmes.rules.plan import Aggregation, Criterion, Marking
from vouchers.programmes.rules.selection_plan import FairMarks, Fee, FeeUnit, Level, Panel

TOP_MARK = Decimal(5)
HALF = Decimal("0.5")
MOST_COMMENT = 10_000
"""Characters of an expert's comment on one criterion."""
RESERVED = ("total", "earliest", "smaller_amount")
"""Words that name something else where a criterion's code may stand."""


def read_marking(block: Block) -> Marking:
    """How experts mark."""
    criteria = block.parts("criteria", "criterion", _criterion)
    found = Marking(
        aggregation=block.word("aggregation", Aggregation, Aggregation.MEAN),
        own_region_experts=block.flag("own_region_experts", False),
        total_threshold=_total(block, len(criteria)),
        criteria=criteria,
        is_blind=block.flag("blind", False),
        scope_question=block.text("scope_question", most=500) if block.has("scope_question") else None,
        comment_min=block.whole("comment_min", 1, MOST_COMMENT, 1),
        comment_max=block.whole("comment_max", 50, MOST_COMMENT, 3000),
        unsubmit_hours=block.whole("unsubmit_hours", 0, 720, 0),
        divergence=_divergence(block),
        fair_marks=block.word("fair_marks", FairMarks, FairMarks.SHOWN),
        fee=_fee(block.block("fee", "fee")) if block.has("fee") else None,
        panel=_panel(block.block("panel", "panel")) if block.has("panel") else None,
    )
    if block.is_sound("comment_min", "comment_max") and found.comment_min > found.comment_max:
        block.fault("comment_min", _("The shortest comment is longer than the longest."))
    if found.fair_marks is FairMarks.RANKING and found.aggregation is not Aggregation.MEAN:
        block.fault("fair_marks", _("Corrected marks order a ranking by the mean only: write `aggregation: mean`."))
    return found


def _total(block: Block, criteria: int) -> Decimal:
    total = block.decimal("total_threshold", Decimal(0))
    if block.is_sound("total_threshold") and block.is_sound_within("criteria"):
        most = TOP_MARK * criteria
        if total > most or total % HALF:
            sentence = _(
                "The threshold of the plain sum is a multiple of 0.5 from 0 to %(most)s (5 for each criterion).",
                most=most,
            )
            block.fault("total_threshold", sentence)
    return total


def _divergence(block: Block) -> Decimal | None:
    if not block.has("divergence"):
        return None
    points = block.decimal("divergence", HALF)
    if block.is_sound("divergence") and (not HALF <= points <= TOP_MARK or points % HALF):
        block.fault("divergence", _("A distance between marks is 0.5 to 5, in half points."))
    return points


def _fee(block: Block) -> Fee:
    amount = block.amount("amount")
    if block.is_sound("amount") and not amount:
        block.fault("amount", _("A fee of nothing is no fee: leave the block out."))
    return Fee(per=block.word("per", FeeUnit), amount=amount)


def _panel(block: Block) -> Panel:
    return Panel(quorum=block.whole("quorum", 2, 50), has_interviews=block.flag("interviews", False))


def _criterion(block: Block) -> Criterion:
    weight, threshold = block.decimal("weight", Decimal(1)), block.decimal("threshold", Decimal(0))
    if block.is_sound("weight") and not 0 < weight <= 100:
        block.fault("weight", _("A weight is more than 0 and at most 100."))
    if block.is_sound("threshold") and not _is_mark(threshold):
        block.fault("threshold", _("A threshold is a mark: 0 to 5 in half points. The weight never counts for it."))
    code = block.code("code", NAME_CODE, "novelty")
    if code in RESERVED:
        block.fault("code", _('"%(code)s" means something else here: choose another code.', code=code))
    return Criterion(
        code=code,
        name=block.text("name", most=120),
        guidance=block.text("guidance", most=3000),
        weight=weight,
        threshold=threshold,
        levels=_levels(block),
    )


def _levels(block: Block) -> tuple[Level, ...]:
    found: dict[Decimal, Level] = {}
    for one in block.blocks("levels", "level", required=False):
        mark = one.decimal("mark", Decimal(0)) if one.has("mark") else None
        if mark is None:
            one.fault("mark", _('The key "%(key)s" is missing.', key="mark"))
        elif one.is_sound("mark") and not _is_mark(mark):
            one.fault("mark", _("Marks are from 0 to 5 in half points, such as 3 or 3.5."))
        elif mark in found:
            one.fault("mark", _('"%(word)s" stands in the list twice.', word=mark))
        level = Level(mark or Decimal(0), one.text("text", most=500))
        found.setdefault(level.mark, level)
    return tuple(found[mark] for mark in sorted(found))


def _is_mark(number: Decimal) -> bool:
    return number <= TOP_MARK and not number % HALF
