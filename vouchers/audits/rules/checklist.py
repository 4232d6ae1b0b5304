"""The audit trail of one voucher, point by point (CPR, Annex XIII, part I): what is there and what is missing. Pure.

A point is missing once the voucher has come so far that it ought to be there; before that it is still to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vouchers.core.lifecycle import State
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


class Mark(State):
    """What is to be said of a point."""

    PRESENT = "present", _("There"), "green"
    MISSING = "missing", _("Missing"), "red"
    TO_COME = "to_come", _("Still to come"), "grey"
    NOT_NEEDED = "not_needed", _("Not needed here"), "grey"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paper or a page that proves a point: what it is called, and where it is (an endpoint and its values)."""

    text: Sentence | str
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Papers:
    """What there is on a voucher, each as a list of evidence; and how far the voucher has come."""

    call: Sequence[Evidence] = ()
    submissions: Sequence[Evidence] = ()
    checks: Sequence[Evidence] = ()
    decisions: Sequence[Evidence] = ()
    agreements: Sequence[Evidence] = ()
    """Only those that all parties have accepted."""
    aid: Sequence[Evidence] = ()
    claims: Sequence[Evidence] = ()
    invoices: Sequence[Evidence] = ()
    bare_invoices: Sequence[str] = ()
    """Invoices without a file."""
    signed_reports: Sequence[Evidence] = ()
    unsigned_reports: Sequence[str] = ()
    """Claims whose report, as it stands, lacks the name of a party that the voucher asks for."""
    deliverables: Sequence[Evidence] = ()
    """The files of what was delivered and accepted."""
    bare_deliverables: Sequence[str] = ()
    """What was accepted without a file."""
    verifications: Sequence[Evidence] = ()
    single_verifications: Sequence[str] = ()
    """Claims that one person both verified and authorised, or that nobody did."""
    payments: Sequence[Evidence] = ()
    returned: Sequence[str] = ()
    """Claims whose money came back from the bank, and that were not paid again."""
    proofs_of_cost: Sequence[Evidence] = ()
    """The beneficiary’s own proof that it has paid what it claims."""
    unproven_costs: Sequence[str] = ()
    """Accepted claims of costs that the beneficiary has paid, without such a proof."""
    needs_proofs_of_cost: bool = False
    """Whether the voucher gives back costs that its beneficiary has paid."""
    corrections: Sequence[Evidence] = ()
    surveys: Sequence[Evidence] = ()
    audits: Sequence[Evidence] = ()
    open_findings: Sequence[str] = ()
    needs_aid: bool = False
    is_lump_sum: bool = False
    needs_names: bool = False
    """Whether the voucher asks parties to sign the report."""
    needs_deliverables: bool = False
    is_decided: bool = False
    is_awarded: bool = False
    is_accepted: bool = False
    """Whether a claim was accepted in the books."""
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist."""

    source: str
    text: Sentence
    mark: Mark
    evidence: Sequence[Evidence] = ()
    missing: Sentence | None = None
    """What is missing, in particular."""


def checklist(papers: Papers) -> list[Point]:
    """The points in the order of the annex."""
    return [
        _point("I.1", _("The call with its selection criteria"), papers.call, papers.is_decided),
        _point("I.1", _("The application as it was submitted"), papers.submissions, is_due=True),
        _point("I.1", _("The formal check against the rules of eligibility"), papers.checks, papers.is_decided),
        _point("I.1", _("The decision, with its reasons"), papers.decisions, papers.is_decided),
        _point("I.2", _("The agreement, accepted by all parties"), papers.agreements, papers.is_accepted),
        _aid(papers),
        _point("I.3", _("The claims, with their reports"), papers.claims, papers.is_accepted),
        _reports(papers),
        _invoices(papers),
        _proofs_of_cost(papers),
        _deliverables(papers),
        _verifications(papers),
        _payments(papers),
        _optional("I.11", _("Recoveries and financial corrections"), papers.corrections),
        _optional("I.10", _("Data on indicators: surveys of the beneficiary"), papers.surveys),
        _audits(papers),
    ]


def count_missing(points: Sequence[Point]) -> int:
    """How many points are missing."""
    return sum(point.mark is Mark.MISSING for point in points)


def _point(source: str, text: Sentence, evidence: Sequence[Evidence], is_due: bool) -> Point:
    mark = Mark.PRESENT if evidence else Mark.MISSING if is_due else Mark.TO_COME
    return Point(source, text, mark, evidence)


def _optional(source: str, text: Sentence, evidence: Sequence[Evidence]) -> Point:
    return Point(source, text, Mark.PRESENT if evidence else Mark.NOT_NEEDED, evidence)


def _whole(
    source: str, text: Sentence, evidence: Sequence[Evidence], is_due: bool, *, lacks: Sentence | None, is_needed: bool
) -> Point:
    """A point of which single parts may be missing, and that not every voucher needs."""
    if lacks is not None:
        return Point(source, text, Mark.MISSING, evidence, lacks)
    return _point(source, text, evidence, is_due) if is_needed else Point(source, text, Mark.NOT_NEEDED)


def _without_file(names: Sequence[str]) -> Sentence | None:
    return _("Without a file: %(invoices)s", invoices=", ".join(names)) if names else None


def _aid(papers: Papers) -> Point:
    text = _("State aid: the entry in the register")
    if not papers.needs_aid and not papers.aid:
        return Point("I.9", text, Mark.NOT_NEEDED)
    return _point("I.9", text, papers.aid, papers.is_awarded)


def _reports(papers: Papers) -> Point:
    text, unsigned = _("The reports, signed by the parties that the voucher names"), papers.unsigned_reports
    lacks = _("Not signed as they stand: %(claims)s", claims=", ".join(unsigned)) if unsigned else None
    signed, is_due = papers.signed_reports, papers.is_accepted
    return _whole("I.3", text, signed, is_due, lacks=lacks, is_needed=papers.needs_names)


def _deliverables(papers: Papers) -> Point:
    text = _("What a sum was paid for: each deliverable accepted, with its file")
    lacks, files = _without_file(papers.bare_deliverables), papers.deliverables
    return _whole("Art 53(1)(c)", text, files, papers.is_accepted, lacks=lacks, is_needed=papers.needs_deliverables)


def _invoices(papers: Papers) -> Point:
    text = _("Invoices or documents of equal value, each with its file")
    lacks, is_needed = _without_file(papers.bare_invoices), bool(papers.invoices) or not papers.is_lump_sum
    return _whole("I.12", text, papers.invoices, papers.is_accepted, lacks=lacks, is_needed=is_needed)


def _proofs_of_cost(papers: Papers) -> Point:
    text, without = _("Proof that the beneficiary paid the costs that it is given back"), papers.unproven_costs
    lacks = _("Without it: %(claims)s", claims=", ".join(without)) if without else None
    is_due, is_needed = papers.is_accepted, papers.needs_proofs_of_cost
    return _whole("I.12", text, papers.proofs_of_cost, is_due, lacks=lacks, is_needed=is_needed)


def _payments(papers: Papers) -> Point:
    """What came back from the bank is no proof: it is owed again."""
    text, back = _("Proof of payment, with the day"), papers.returned
    lacks = _("Came back from the bank, and not paid again: %(claims)s", claims=", ".join(back)) if back else None
    return _whole("I.5", text, papers.payments, papers.is_paid, lacks=lacks, is_needed=True)


def _verifications(papers: Papers) -> Point:
    text, single = _("Management verification and authorisation, by two persons"), papers.single_verifications
    lacks = _("Without two persons: %(claims)s", claims=", ".join(single)) if single else None
    return _whole("I.6", text, papers.verifications, papers.is_accepted, lacks=lacks, is_needed=True)


def _audits(papers: Papers) -> Point:
    text = _("Audits of it, and what became of their findings")
    if papers.open_findings:
        missing = _("Not closed yet: %(numbers)s", numbers=", ".join(papers.open_findings))
        return Point("I.7, I.8", text, Mark.MISSING, papers.audits, missing)
    return _optional("I.7, I.8", text, papers.audits)
