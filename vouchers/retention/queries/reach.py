"""What belongs to an application: every table that hangs on it, and the words that go when its time has ended.

A new table that hangs on one of these belongs into `TREE`, or into `STAYS` with the reason why nothing of it goes; a
test names the one that stands in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, exists, select, tuple_

from vouchers.advances.models import Advance
from vouchers.agreements.models import Agreement, Party
from vouchers.amendments.models import AgreementVersion, Amendment, AmendmentSide, Termination, TerminationSide
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Answer, Application, Partner, Recusal, Submission
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.banking.models import BankReport
from vouchers.claims.models import Claim, ClaimVersion, ClockStop, CostLine, Deliverable, Journey, ReportSignature
from vouchers.core.database import db
from vouchers.decisions.models import AwardCondition, Decision, QueueHold
from vouchers.documents.models import Document
from vouchers.eligibility.models import AidEntry, KeptCheck
from vouchers.enquiries.models import Clarification, Enquiry, Message, PublicAnswer
from vouchers.evaluation.models import (
    Assignment,
    ConflictFinding,
    Consensus,
    ConsensusWord,
    CorrectedMark,
    Divergence,
    Finding,
)
from vouchers.fees.models import FeeLine
from vouchers.letters.models import Letter
from vouchers.matching.models import Bid, MatchingPair, Wish
from vouchers.panels.models import Interview, PanelBallot, PanelVote
from vouchers.payables.models import Payable
from vouchers.payments.models import Batch, Payment
from vouchers.recoveries.models import Receipt, Recovery, RecoveryPlan, Suspicion
from vouchers.surveys.models import Survey

NAMELESS = "–"
"""In place of a name that was deleted."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """One table: on which it hangs, as what the record knows its rows, and what its columns say afterwards."""

    model: Any
    parent: Any
    column: Any
    kind: str = ""
    blanks: dict[str, Any] = field(default_factory=dict)


TREE = (
    Branch(Answer, Application, Answer.application_id),  # the rows go
    Branch(Submission, Application, Submission.application_id),  # the content goes, its hash stays
    Branch(
        Partner, Application, Partner.application_id, "partner",
        {"name": NAMELESS, "contact": "", "email": "", "vat_number": "", "register_number": "", "function": ""},
    ),
    Branch(Recusal, Application, Recusal.application_id, "recusal", {"reason": "", "lifted_because": ""}),
    Branch(Finding, Application, Finding.application_id, "", {"evidence": "", "reason": ""}),
    Branch(
        Assignment, Application, Assignment.application_id, "assignment",
        {"overall_comment": "", "scope_comment": "", "reason": ""},
    ),
    Branch(Divergence, Application, Divergence.application_id, "divergence", {"reason": ""}),
    Branch(
        ConflictFinding, Application, ConflictFinding.application_id, "conflict_finding",
        {"fact": cast(ConflictFinding.id, String), "evidence": "", "reason": ""},
    ),
    Branch(Consensus, Application, Consensus.application_id, "consensus", {"overall_comment": "", "reason": ""}),
    Branch(ConsensusWord, Consensus, ConsensusWord.consensus_id, "", {"reason": ""}),
    Branch(MatchingPair, Application, MatchingPair.application_id, "", {"reason": {}, "refusal": ""}),
    Branch(Wish, Application, Wish.application_id, "wish"),
    Branch(Bid, Application, Bid.application_id, "bid"),
    Branch(PanelVote, Application, PanelVote.application_id, "panel_vote", {"reason": ""}),
    Branch(
        Interview, Application, Interview.application_id, "interview",
        {"place": "", "questions": "", "wish": "", "reply": "", "notes": ""},
    ),
    Branch(KeptCheck, Application, KeptCheck.application_id, "kept_check", {"readings": []}),
    Branch(AidEntry, Application, AidEntry.application_id, "aid_entry", {"reason": ""}),
    Branch(Decision, Application, Decision.application_id, "decision", {"reason": ""}),
    Branch(QueueHold, Application, QueueHold.application_id, "queue_hold", {"reasons": []}),
    Branch(AwardCondition, Application, AwardCondition.application_id, "award_condition", {"text": "", "remark": ""}),
    Branch(Survey, Application, Survey.application_id, "survey", {"sealed_token": None}),
    Branch(Appeal, Application, Appeal.application_id, "appeal", {"text": "", "late_reason": "", "ruling": ""}),
    Branch(Enquiry, Application, Enquiry.application_id, "enquiry", {"title": NAMELESS}),
    Branch(Message, Enquiry, Message.enquiry_id, "", {"text": ""}),
    Branch(PublicAnswer, Enquiry, PublicAnswer.enquiry_id, "public_answer"),  # it names nobody
    Branch(
        Clarification, Application, Clarification.application_id, "clarification", {"reason": "", "draft": {}}
    ),
    Branch(Agreement, Application, Agreement.application_id, "agreement", {"terms": {}}),
    Branch(
        Party, Agreement, Party.agreement_id, "",
        {"name": NAMELESS, "contact_email": "", "token_hash": None, "accepted_name": ""},
    ),
    Branch(
        AgreementVersion, Agreement, AgreementVersion.agreement_id, "",
        {"provider_name": "", "terms": {}, "acceptances": []},
    ),
    Branch(
        Amendment, Agreement, Amendment.agreement_id, "amendment",
        {
            "reason": "", "provider_name": "", "provider_contact": "", "provider_email": "", "minutes": "",
            "answer": "", "terms": {},
        },
    ),
    Branch(
        AmendmentSide, Amendment, AmendmentSide.amendment_id, "",
        {"name": NAMELESS, "contact_email": "", "token_hash": None, "accepted_name": ""},
    ),
    Branch(Termination, Agreement, Termination.agreement_id, "termination", {"reason": "", "answer": ""}),
    Branch(
        TerminationSide, Termination, TerminationSide.termination_id, "",
        {"name": NAMELESS, "contact_email": "", "token_hash": None, "answer": ""},
    ),
    Branch(
        Recovery, Agreement, Recovery.agreement_id, "recovery",
        {"decision": "", "reason": "", "relief_reason": "", "answer": ""},
    ),
    Branch(Advance, Agreement, Advance.agreement_id, "advance", {"purpose": "", "reason": ""}),
    Branch(Receipt, Recovery, Receipt.recovery_id),
    Branch(RecoveryPlan, Recovery, RecoveryPlan.recovery_id, "", {"reason": "", "answer": ""}),
    Branch(Suspicion, Agreement, Suspicion.agreement_id, "suspicion", {"text": "", "closing": ""}),
    Branch(
        Claim, Agreement, Claim.agreement_id, "claim",
        {
            "report": "", "answers": {}, "satisfaction_note": "", "report_token_hash": None, "question": "",
            "checks": [], "findings": [], "sample_reason": "", "reason": "",
        },
    ),
    Branch(Deliverable, Claim, Deliverable.claim_id, "", {"note": "", "reason": ""}),
    Branch(ReportSignature, Claim, ReportSignature.claim_id, "", {"name": NAMELESS}),
    Branch(ClockStop, Claim, ClockStop.claim_id, "", {"question": "", "answer": ""}),
    Branch(ClaimVersion, Claim, ClaimVersion.claim_id),
    Branch(
        CostLine, Claim, CostLine.claim_id, "",
        {"description": "", "supplier": "", "invoice_number": "", "invoice_key": "", "deduction_reason": ""},
    ),
    Branch(Journey, CostLine, Journey.line_id, "", {"from_place": "", "to_place": "", "traveller": ""}),
)  # fmt: skip
"""Parents before what hangs on them."""

STAYS = {
    "corrected_mark": CorrectedMark,  # numbers
    "panel_ballot": PanelBallot,  # who voted how, without words
    "fee_line": FeeLine,  # of an expert's fee statement
    "survey_answer": "numbers only",
    "recovery_share": "numbers only",
    "advance_share": "numbers only",
    "advance_settlement": "numbers and a voucher's claim",
    "bank_entry": "a line of the bank's statement",
    "bank_entry_debt": "a line of the bank's statement",
    "recovery_instalment": "numbers only",
    "suspicion_reader": "who could read it",
    "disposal_item": "the record of what was deleted",
    "hold": "a register of its own",
}
"""Tables that hang on these and of which nothing goes."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows that belong to an application."""

    ids: dict[Any, list[int]]
    subjects: list[tuple[str, int]]

    def rows_of(self, model: Any) -> list[int]:
        """The ids of its rows in a table."""
        return self.ids.get(model, [])


def reach_of(application: Application) -> Reach:
    """Everything that hangs on an application, and what was paid on it."""
    found = grow(Application, application.id, "application", TREE)
    owed = select(Payable.id).where(Payable.voucher == application.reference)
    paid = select(Payment.id).where(Payment.voucher == application.reference)
    found.ids[Payment] = list(db.session.scalars(paid))
    found.subjects.extend(("payable", one) for one in db.session.scalars(owed))
    found.subjects.extend(("payment", one) for one in found.ids[Payment])
    return found


def grow(root: Any, root_id: int, kind: str, tree: Sequence[Branch]) -> Reach:
    """The rows of a tree that hang on one row."""
    ids: dict[Any, list[int]] = {root: [root_id]}
    subjects = [(kind, root_id)]
    for branch in tree:
        parents = ids.get(branch.parent) or []
        found = list(db.session.scalars(select(branch.model.id).where(branch.column.in_(parents)))) if parents else []
        ids[branch.model] = found
        subjects += [(branch.kind, one) for one in found] if branch.kind else []
    return Reach(ids, subjects)


def list_nameless_batches(payment_ids: Sequence[int]) -> list[tuple[str, int]]:
    """Of the batches of these payments those in which no payment names a payee any more, and what the bank said of them
    on their way, as the record knows both."""
    ours = select(Payment.batch_id).where(Payment.id.in_(payment_ids))
    named = exists().where(Payment.batch_id == Batch.id, Payment.creditor_name != "")
    found = db.session.scalars(select(Batch.id).where(Batch.id.in_(ours), ~named).order_by(Batch.id)).all()
    reports = db.session.scalars(select(BankReport.id).where(BankReport.batch_id.in_(found)).order_by(BankReport.id))
    return [*(("batch", one) for one in found), *(("bank_report", one) for one in reports)]


def list_documents(subjects: Sequence[tuple[str, int]]) -> list[Document]:
    """Every file that ever stood on these, and was not deleted before."""
    found: list[Document] = []
    for chunk in _chunks(subjects):
        about = tuple_(Document.subject_kind, Document.subject_id).in_(chunk)
        rows = select(Document).where(about, Document.disposed_at.is_(None))
        found += db.session.scalars(rows.order_by(Document.id))
    return found


def list_letter_ids(subjects: Sequence[tuple[str, int]]) -> list[int]:
    """The letters about these in which words still stand."""
    found: list[int] = []
    for chunk in _chunks(subjects):
        about = tuple_(Letter.subject_kind, Letter.subject_id).in_(chunk)
        found += db.session.scalars(select(Letter.id).where(about, Letter.body != ""))
    return found


def list_event_ids(subjects: Sequence[tuple[str, int]]) -> list[int]:
    """The events of these of which the record still tells what changed."""
    found: list[int] = []
    for chunk in _chunks(subjects):
        about = tuple_(AuditEvent.subject_kind, AuditEvent.subject_id).in_(chunk)
        told = exists().where(AuditDetail.event_id == AuditEvent.id, AuditDetail.body.is_not(None))
        found += db.session.scalars(select(AuditEvent.id).where(about, told).order_by(AuditEvent.id))
    return found


def _chunks(subjects: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    for first in range(0, len(subjects), _AT_ONCE):
        yield list(subjects[first : first + _AT_ONCE])


def list_sheets(found: Reach) -> list[Any]:
    """The sheets with marks: of each expert, and those on which experts agreed."""
    sheets: list[Any] = []
    for model in (Assignment, Consensus):
        sheets += db.session.scalars(select(model).where(model.id.in_(found.rows_of(model))))
    return sheets
