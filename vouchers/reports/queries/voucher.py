"""The story of one voucher: every step of all that belongs to it, and what each booked, stored and wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.advances.models import Advance
from vouchers.advances.queries import list_advances_of
from vouchers.agreements.models import Agreement
from vouchers.amendments.models import Amendment, Termination
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Application, Recusal
from vouchers.audit.models import AuditEvent
from vouchers.audit.queries import list_events_of
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.documents.models import Document
from vouchers.documents.queries import list_all_documents_of
from vouchers.evaluation.models import Assignment, ConflictFinding, Consensus
from vouchers.ledger.chart import STAGES
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance
from vouchers.letters.models import Letter
from vouchers.organisations.models import Organisation
from vouchers.panels.models import Interview, PanelVote
from vouchers.payables.models import Payable
from vouchers.payments.models import Payment
from vouchers.payments.queries import names_of
from vouchers.programmes.models import Call
from vouchers.recoveries.models import Recovery

Subjects = list[tuple[str, int]]


def get_voucher(reference: str, **_rest_of_address: Any) -> Application:
    """The application by its reference, with what policies need. Raises `NotFound`."""
    found = db.session.scalars(
        select(Application)
        .where(Application.reference == reference)
        .options(
            joinedload(Application.call).joinedload(Call.programme),
            joinedload(Application.instrument),
            joinedload(Application.region),
            joinedload(Application.organisation).selectinload(Organisation.memberships),
        )
    ).first()
    if found is None:
        raise NotFound(_("There is no voucher %(reference)s.", reference=reference))
    return found


def get_application_of_decision(decision_id: int) -> Application:
    """The application that was decided on. Raises `NotFound`."""
    reference = select(Application.reference).join(Decision, Decision.application_id == Application.id)
    return get_voucher(db.session.scalar(reference.where(Decision.id == decision_id)) or "–")


@dataclass(slots=True)
class StoryStep:
    """One step (or several equal edits in a row), and its traces."""

    event: AuditEvent
    title: Sentence | str
    who: str | None
    count: int = 1
    journals: list[tuple[Journal, list[tuple[JournalLine, Fund]]]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    @property
    def has_traces(self) -> bool:
        """Whether anything but the event came of it."""
        return bool(self.journals or self.documents or self.letters)

    @property
    def body(self) -> dict[str, Any]:
        """What changed and why; empty once it was erased."""
        return (self.event.detail.body if self.event.detail else None) or {}


@dataclass(frozen=True, slots=True)
class Story:
    """A voucher's file."""

    application: Application
    agreement: Agreement | None
    advances: list[Advance]
    claims: list[Claim]
    payments: list[Payment]
    recoveries: list[Recovery]
    stages: dict[str, Money]
    steps: list[StoryStep]

    @property
    def journal_ids(self) -> list[int]:
        """All that was booked."""
        return [journal.id for step in self.steps for journal, _lines in step.journals]


def get_story(application: Application) -> Story:
    """The whole file, in a fixed number of queries however long the story is."""
    agreement = db.session.scalars(
        select(Agreement).where(Agreement.application_id == application.id).options(selectinload(Agreement.parties))
    ).first()
    claims = list(
        db.session.scalars(
            select(Claim).join(Claim.agreement).where(Agreement.application_id == application.id).order_by(Claim.id)
        )
    )
    payments = list(
        db.session.scalars(
            select(Payment)
            .where(Payment.voucher == application.reference)
            .options(joinedload(Payment.batch), joinedload(Payment.payable))
            .order_by(Payment.id)
        )
    )
    subjects = _subjects(application, agreement, claims, payments)
    advances = list_advances_of(agreement.id) if agreement else []
    recoveries = _list_recoveries(agreement)
    steps = _steps(application, subjects)
    return Story(application, agreement, advances, claims, payments, recoveries, _stages(application), steps)


def _subjects(
    application: Application, agreement: Agreement | None, claims: Sequence[Claim], payments: Sequence[Payment]
) -> Subjects:
    subjects: Subjects = [("application", application.id)]
    subjects += [("agreement", agreement.id)] if agreement else []
    subjects += _changes(agreement)
    subjects += [("claim", claim.id) for claim in claims]
    owed = select(Payable.id).where(Payable.voucher == application.reference).order_by(Payable.id)
    subjects += [("payable", payable_id) for payable_id in db.session.scalars(owed)]
    subjects += [("payment", payment.id) for payment in payments]
    subjects += sorted({("batch", payment.batch_id) for payment in payments})
    subjects += sorted({("bank_account", payment.bank_account_id) for payment in payments})
    for kind, model in (
        ("assignment", Assignment),
        ("conflict_finding", ConflictFinding),
        ("consensus", Consensus),
        ("panel_vote", PanelVote),
        ("interview", Interview),
        ("recusal", Recusal),
        ("decision", Decision),
        ("appeal", Appeal),
    ):
        ids = db.session.scalars(select(model.id).where(model.application_id == application.id))
        subjects += [(kind, subject_id) for subject_id in ids]
    return subjects


def _changes(agreement: Agreement | None) -> Subjects:
    """The amendments of an agreement, that it was to end before its time, what was paid ahead and claimed back."""
    if agreement is None:
        return []
    found: Subjects = []
    kinds = (("amendment", Amendment), ("termination", Termination), ("advance", Advance), ("recovery", Recovery))
    for kind, model in kinds:
        ids = db.session.scalars(select(model.id).where(model.agreement_id == agreement.id))
        found += [(kind, subject_id) for subject_id in ids]
    return found


def _list_recoveries(agreement: Agreement | None) -> list[Recovery]:
    if agreement is None:
        return []
    found = select(Recovery).where(Recovery.agreement_id == agreement.id).order_by(Recovery.id)
    return list(db.session.scalars(found))


def _stages(application: Application) -> dict[str, Money]:
    """Stage -> what stands on it for this voucher."""
    sums = dict.fromkeys((stage.value for stage in STAGES), 0)
    rows = db.session.execute(
        select(StageBalance.account, StageBalance.cents).where(StageBalance.voucher == application.reference)
    )
    for account, cents in rows:
        sums[account] += cents
    return {account: Money(cents, application.currency) for account, cents in sums.items()}


def _steps(application: Application, subjects: Subjects) -> list[StoryStep]:
    events = list_events_of(subjects)
    names = names_of([event.actor_id for event in events])
    step_ids = [event.step_id for event in events]
    journals = _journals(application.reference)
    documents = _by_step(list_all_documents_of(subjects))
    letters = _by_step(_letters(application.reference, step_ids))
    told: list[StoryStep] = []
    for event in events:
        step = StoryStep(
            event,
            title_of(event.tag),
            names.get(event.actor_id) if event.actor_id else None,
            journals=journals.get(event.step_id, []),
            documents=documents.get(event.step_id, []),
            letters=letters.get(event.step_id, []),
        )
        if told and _is_one_more(told[-1], step):
            told[-1].count += 1
        else:
            told.append(step)
    return told


FORMER_KINDS = {"draw_pool": "draw"}
"""What kinds of the record were called before -> now: what is on record keeps its tag."""


def title_of(tag: str) -> Sentence | str:
    """What a tag is called on the buttons: ``claim.approve`` -> "Approve the claim"."""
    kind, _dot, verb = tag.partition(".")
    lifecycle = ALL_LIFECYCLES.get(FORMER_KINDS.get(kind, kind))
    row = lifecycle.transitions.get(verb) if lifecycle else None
    return row.label if row else tag


def _is_one_more(last: StoryStep, step: StoryStep) -> bool:
    same = (last.event.tag, last.event.actor_id) == (step.event.tag, step.event.actor_id)
    kind, _dot, verb = step.event.tag.partition(".")
    row = ALL_LIFECYCLES[kind].transitions.get(verb) if kind in ALL_LIFECYCLES else None
    return same and row is not None and row.target is None and not last.has_traces and not step.has_traces


def _journals(reference: str) -> dict[str, list[tuple[Journal, list[tuple[JournalLine, Fund]]]]]:
    """Step -> its journals that name the voucher, with the lines of this voucher and those of none."""
    mine = select(JournalLine.journal_id).where(JournalLine.voucher == reference)
    rows = db.session.execute(
        select(JournalLine, Journal, Fund)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.id.in_(mine), JournalLine.voucher.in_((reference, "")))
        .order_by(Journal.id, JournalLine.id)
    )
    lines: dict[int, list[tuple[JournalLine, Fund]]] = defaultdict(list)
    journals: dict[int, Journal] = {}
    for line, journal, fund in rows:
        journals[journal.id] = journal
        lines[journal.id].append((line, fund))
    by_step: dict[str, list[tuple[Journal, list[tuple[JournalLine, Fund]]]]] = defaultdict(list)
    for journal_id, journal in journals.items():
        by_step[journal.step_id].append((journal, lines[journal_id]))
    return by_step


def _letters(reference: str, step_ids: Sequence[str]) -> list[Letter]:
    """The letters of these steps; of a batch, which writes to many beneficiaries, only those about this voucher."""
    found = db.session.scalars(select(Letter).where(Letter.step_id.in_(step_ids)).order_by(Letter.id))
    return [letter for letter in found if letter.occasion != "payments/execute" or reference in letter.heading]


def _by_step(traces: Sequence[Any]) -> dict[str, list[Any]]:
    by_step: dict[str, list[Any]] = defaultdict(list)
    for trace in traces:
        by_step[trace.step_id].append(trace)
    return by_step


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a voucher."""

    application: Application
    document: Document


def get_paper(reference: str, document_id: int) -> Paper:
    """A document, if it stands on this voucher or on what belongs to it. Raises `NotFound`."""
    story = get_voucher(reference)
    document = db.session.get(Document, document_id)
    if document is not None and (document.subject_kind, document.subject_id) in _subjects_of(story):
        return Paper(story, document)
    raise NotFound(_("There is no such file."))


def _subjects_of(application: Application) -> set[tuple[str, int]]:
    agreement = db.session.scalars(select(Agreement).where(Agreement.application_id == application.id)).first()
    claims = list(
        db.session.scalars(select(Claim).join(Claim.agreement).where(Agreement.application_id == application.id))
    )
    payments = list(db.session.scalars(select(Payment).where(Payment.voucher == application.reference)))
    return set(_subjects(application, agreement, claims, payments))
