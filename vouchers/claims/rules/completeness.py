"""What is still missing before a claim can be submitted, each with the page where it is put right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import Instrument


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that is missing; `part` is the part of the claim where it is put right: costs, evidence or report."""

    part: str
    sentence: Sentence
    cost_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What completeness asks of a cost line."""

    id: int
    name: str
    has_evidence: bool


def find_blockers(
    instrument: Instrument, *, costs: Sequence[Cost], documents: Collection[str], report: str
) -> list[Blocker]:
    """Everything that stands between a draft and its submission. `documents` are the codes under which files lie."""
    found = []
    if instrument.grant.kind == GrantKind.REAL_COST and not costs:
        found.append(Blocker("costs", _("Add at least one cost.")))
    found += [
        Blocker("evidence", _("Attach the invoice or ticket of “%(cost)s”.", cost=cost.name), cost.id)
        for cost in costs
        if not cost.has_evidence
    ]
    found += [
        Blocker("evidence", _("Attach: %(document)s.", document=str(asked.name)))
        for asked in instrument.claim_documents
        if asked.is_required and asked.code not in documents
    ]
    if not report.strip():
        found.append(Blocker("report", _("Write what you did and what came of it.")))
    return found
