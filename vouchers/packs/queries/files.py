"""The files of vouchers as they were under a seal: the application, what was submitted, marks, decisions, agreement,
claims; for many vouchers in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application, Submission
from vouchers.audit.models import AuditDetail, AuditEvent, AuditRun, AuditSeal
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.decisions.models import Decision
from vouchers.evaluation.models import Assignment, Consensus, Finding
from vouchers.evaluation.states import AssignmentState, ConsensusState
from vouchers.packs.queries.books import holds_event
from vouchers.packs.queries.claimed import Version, map_versions
from vouchers.programmes.models import Call
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Reader
from vouchers.workflow.transition import changes_between

Facts = dict[str, Any]
"""Columns of a row in values that JSON can say, as the record writes them."""
_FIELDS = {
    "application": ("state", "title", "requested_cents", "awarded_cents", "currency", "score"),
    "assignment": ("state", "submitted_at", "marks", "overall_comment", "is_in_scope", "scope_comment"),
    "consensus": ("state", "draft", "closed_at", "marks", "overall_comment"),
    "decision": ("state", "decided_at", "amount_cents", "currency", "rank", "score", "reason", "basis"),
    "agreement": (
        "number", "state", "amount_cents", "currency", "approved_on", "starts_on", "ends_on", "claim_by", "issued_at",
        "active_at", "sha256",
    ),
    "claim": (
        "number", "state", "is_final", "submitted_at", "eligible_cents", "grant_cents", "currency", "verified_at",
        "authorised_at", "reason",
    ),
}  # fmt: skip
"""What is said of each kind. None of it names a person of the office, nor an expert."""
_SLOWEST = timedelta(hours=1)
"""How long a step may take from its moment until others see it."""
_COUNTING = frozenset({AssignmentState.SUBMITTED.value, AssignmentState.SET_ASIDE.value})


@dataclass(slots=True)
class File:
    """One voucher's."""

    application: Application
    facts: Facts
    submissions: list[Submission] = field(default_factory=list)
    findings: list[Facts] = field(default_factory=list)
    sheets: list[Facts] = field(default_factory=list)
    consensus: list[Facts] = field(default_factory=list)
    decisions: list[Facts] = field(default_factory=list)
    agreements: list[Facts] = field(default_factory=list)
    claims: list[Facts] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    """Of these claims, whole."""
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)
    """Kind and number of row of what has a number that people know -> that."""


def map_files(references: Sequence[str], seal: AuditSeal) -> dict[str, File]:
    """Reference -> the file, of those of these that name an application; as it was under the seal."""
    found = _list_applications(references, seal)
    facts = _as_sealed("application", found, seal)
    files = {one.id: File(one, told) for one, told in zip(found, facts, strict=True)}
    _add_submissions(files, seal)
    _add_evaluation(files, seal)
    for row, told in _list_sealed("decision", Decision, Decision.decided_at, list(files), seal):
        files[row.application_id].decisions.append({**told, "basis": _without_experts(told["basis"])})
    _add_claims(files, seal)
    return {one.application.reference: one for one in files.values()}


def _without_experts(basis: Any) -> Any:
    """The basis of a decision, with each sheet's score, but not whose it is."""
    if basis is None:
        return None
    sheets = [{name: one.get(name) for name in ("version", "score", "effect")} for one in basis.get("sheets", ())]
    return {**basis, "sheets": sheets}


def _add_submissions(files: dict[int, File], seal: AuditSeal) -> None:
    wanted = select(Submission).where(Submission.application_id.in_(list(files)))
    wanted = wanted.where(Submission.submitted_at <= seal.sealed_at).order_by(Submission.id)
    for one in db.session.scalars(wanted.execution_options(populate_existing=True)):
        files[one.application_id].submissions.append(one)


def _add_evaluation(files: dict[int, File], seal: AuditSeal) -> None:
    """The formal check, the sheets that were submitted, numbered as they were given out, and what was agreed on."""
    wanted = select(Finding).where(Finding.application_id.in_(list(files)), Finding.found_at <= seal.sealed_at)
    for one in db.session.scalars(wanted.order_by(Finding.id)):
        told = {"rule": one.rule, "outcome": one.outcome.value, "evidence": one.evidence, "reason": one.reason}
        files[one.application_id].findings.append(told)
    for row, told in _list_sealed("assignment", Assignment, Assignment.assigned_at, list(files), seal):
        if told["submitted_at"] and told["state"] in _COUNTING:
            sheets = files[row.application_id].sheets
            sheets.append({"sheet": len(sheets) + 1, **told})
    for row, told in _list_sealed("consensus", Consensus, Consensus.opened_at, list(files), seal):
        if told["state"] == ConsensusState.AGREED.value:
            files[row.application_id].consensus.append(told)


def _add_claims(files: dict[int, File], seal: AuditSeal) -> None:
    """Agreements, and the claims under them that were submitted."""
    owners: dict[int, File] = {}
    handed_in: dict[int, File] = {}
    for row, told in _list_sealed("agreement", Agreement, Agreement.issued_at, list(files), seal):
        file = owners[row.id] = files[row.application_id]
        file.agreements.append(told)
        file.numbers["agreement", row.id] = told["number"]
    for row, told in _list_sealed("claim", Claim, Claim.started_at, list(owners), seal, Claim.agreement_id):
        if told["submitted_at"]:
            file = owners[row.agreement_id]
            file.claims.append(told)
            file.numbers["claim", row.id] = told["number"]
            handed_in[row.id] = file
    for claim_id, versions in map_versions(list(handed_in), seal).items():
        handed_in[claim_id].versions += versions


def _list_applications(references: Sequence[str], seal: AuditSeal) -> Sequence[Application]:
    """Those that were submitted; what is only being written is nobody's but the applicant's."""
    wanted = select(Application).where(Application.reference.in_(references))
    wanted = wanted.where(Application.submitted_at <= seal.sealed_at).order_by(Application.id)
    whole = selectinload(Application.call).selectinload(Call.programme), selectinload(Application.instrument)
    parts = selectinload(Application.region), joinedload(Application.organisation)
    return db.session.scalars(wanted.options(*whole, *parts)).all()


def _list_sealed(
    kind: str, model: Any, began_at: Any, owner_ids: Sequence[int], seal: AuditSeal, owner: Any = None
) -> list[tuple[Any, Facts]]:
    """The rows of these owners (of applications, if nothing else is said) under the seal, and what they said."""
    if not owner_ids:
        return []
    column = model.application_id if owner is None else owner
    wanted = select(model).where(column.in_(owner_ids), began_at <= seal.sealed_at)
    rows = db.session.scalars(wanted.order_by(model.id)).all()
    return list(zip(rows, _as_sealed(kind, rows, seal), strict=True))


def _as_sealed(kind: str, rows: Sequence[Any], seal: AuditSeal) -> list[Facts]:
    """What is said of these rows, with what changed since the seal taken back: the record knows what stood before."""
    facts = {row.id: _plain(row, _FIELDS[kind]) for row in rows}
    for _event_id, subject_id, body in sorted(_list_later(kind, list(facts), seal), key=itemgetter(0), reverse=True):
        for column, (before, _after) in (body or {"changes": {}})["changes"].items():
            if column in facts[subject_id]:
                facts[subject_id][column] = before
    return list(facts.values())


def _plain(row: Any, names: Sequence[str]) -> Facts:
    said = changes_between({}, {name: getattr(row, name) for name in names})
    return {name: said[name][1] if name in said else None for name in names}


def _list_later(kind: str, ids: Sequence[int], seal: AuditSeal) -> Sequence[Any]:
    """Number, subject and detail of their events that are not under the seal. In no order: asked for one, SQLite
    reads the whole record in that order rather than these subjects' part of it."""
    if not ids:
        return []
    return db.session.execute(
        select(AuditEvent.id, AuditEvent.subject_id, AuditDetail.body)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .outerjoin(AuditRun, and_(holds_event(), AuditRun.first_position < seal.size))
        .where(
            AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(ids), AuditEvent.at >= seal.sealed_at - _SLOWEST
        )
        .where(AuditRun.first_position.is_(None))
    ).all()


def hidden_from_auditors(call: Call, form_digest: str) -> frozenset[str]:
    """The questions of the form to which was submitted whose answers auditors do not see."""
    readers = frozenset({Reader.AUDITOR})
    form = form_of(call, form_digest)
    return frozenset(question.code for question in form.questions if not question.is_open_to(readers))
