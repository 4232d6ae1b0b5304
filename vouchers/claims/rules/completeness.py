"""What is still missing before a claim can be submitted, each with the page where it is put right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from vouchers.claims.rules import reporting
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import Instrument, Party


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
    lacks_journey: bool = False
    """Whether it is of a kind that says which journeys it paid, and says none."""
    to_come_on: date | None = None
    """The day of its activity, where that has not come."""


def find_blockers(
    instrument: Instrument,
    *,
    costs: Sequence[Cost],
    documents: Collection[str],
    report: str,
    answers: Mapping[str, str] = MappingProxyType({}),
    delivered: Sequence[str] = (),
    signed: Collection[str] = (),
) -> list[Blocker]:
    """Everything that stands between a draft and its submission.

    Args:
        documents: the codes under which files lie.
        answers: to the report's other questions.
        delivered: the codes of what the claim says was delivered.
        signed: the parties that have signed the report as it stands.
    """
    found = []
    if instrument.grant.kind == GrantKind.REAL_COST and not costs:
        found.append(Blocker("costs", _("Add at least one cost.")))
    found += [
        Blocker(
            "costs",
            _(
                "The activity of “%(cost)s” is on %(day)s. It can be claimed once it has taken place.",
                cost=cost.name,
                day=cost.to_come_on,
            ),
            cost.id,
        )
        for cost in costs
        if cost.to_come_on is not None
    ]
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
    words = _of_words(instrument, report, answers)
    deliverables = _of_deliverables(instrument, documents, delivered)
    return [*found, *words, *_of_journeys(costs), *deliverables, *_of_names(instrument, signed)]


def list_unwritten(
    instrument: Instrument, *, report: str, answers: Mapping[str, str], delivered: Sequence[str]
) -> list[Blocker]:
    """What a report must say before anybody puts a name under it: all that is signed, and that it must say."""
    return [*_of_words(instrument, report, answers), *_nothing_delivered(instrument, delivered)]


def _of_words(instrument: Instrument, report: str, answers: Mapping[str, str]) -> list[Blocker]:
    found = [] if report.strip() else [Blocker("report", _("Write what you did and what came of it."))]
    return found + [
        Blocker("report", _("Answer in the report: %(question)s", question=str(one.label)))
        for one in reporting.missing_answers(instrument.claim, answers)
    ]


def _of_journeys(costs: Sequence[Cost]) -> list[Blocker]:
    return [
        Blocker("journeys", _("Say which journeys “%(cost)s” paid.", cost=cost.name), cost.id)
        for cost in costs
        if cost.lacks_journey
    ]


def _of_deliverables(instrument: Instrument, documents: Collection[str], delivered: Sequence[str]) -> list[Blocker]:
    return _nothing_delivered(instrument, delivered) or [
        Blocker("evidence", _("Attach what shows it: %(document)s.", document=str(one.name)))
        for one in instrument.claim.deliverables
        if one.code in delivered and reporting.deliverable_purpose(one.code) not in documents
    ]


def _nothing_delivered(instrument: Instrument, delivered: Sequence[str]) -> list[Blocker]:
    is_missing = instrument.claim.deliverables and not delivered
    return [Blocker("deliverables", _("Say what was delivered."))] if is_missing else []


def _of_names(instrument: Instrument, signed: Collection[str]) -> list[Blocker]:
    sentences = {
        Party.SME: _("Sign the report."),
        Party.PROVIDER: _("The provider has not signed the report as it stands."),
    }
    return [Blocker("sign", sentences[party]) for party in instrument.claim.signed_by if party.value not in signed]
