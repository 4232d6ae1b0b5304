"""Calls for a pool and enrolments in them, made by the steps that make them in the office."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.builders.kept import Numbers, kept, known
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.core import clock
from vouchers.documents.actions import take_made
from vouchers.experts.actions.contracts import issue_expert_contract
from vouchers.experts.actions.own import attach_expert_file, note_absence
from vouchers.experts.queries import list_absences
from vouchers.experts.queries import list_files as files_of_expert
from vouchers.pools.actions import calls, deciding, enrolling
from vouchers.pools.actions.importing import read_pool_import
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.queries import get_enrolment, list_files
from vouchers.pools.rules.marking import PoolMark
from vouchers.pools.rules.terms import PoolTerms, read_asked, read_criteria
from vouchers.pools.states import PoolKind
from vouchers.users.states import Role

PROGRAMME = "in2lifesciences"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
_numbers = Numbers()


def pool_words(kind: PoolKind = PoolKind.EXPERTS, *, at: datetime | None = None, **changes: Any) -> calls.PoolCallText:
    """A call that opened yesterday and closes in a month."""
    at = at or clock.now()
    terms = PoolTerms(
        read_criteria("Knowledge; 60; 3\nClarity; 40"), read_asked("Why you?", "Anything else?", "questions_must", "q")
    )
    usual: dict[str, Any] = {
        "kind": kind,
        "title": f"Experts wanted {next(_numbers)}",
        "summary": "We look for people who know the field.",
        "opens_at": at - timedelta(days=1),
        "closes_at": at + timedelta(days=30),
        "time_zone": "Europe/Brussels",
        "months": 36,
        "terms": terms,
    }
    return calls.PoolCallText(**usual | changes)


@kept
def a_pool_call(
    kind: PoolKind = PoolKind.EXPERTS, *, by: Any = None, at: datetime | None = None, is_published: bool = True
) -> PoolCall:
    """A call of the programme."""
    at = at or clock.now()
    by = by or a_member_of_staff(Role.COORDINATOR, PROGRAMME, at=at)
    call = calls.draft_pool_call(PROGRAMME, pool_words(kind, at=at), by=by, at=at)
    if is_published:
        calls.publish_pool_call(call, by=by, at=at)
    return call


def expert_answers(**changes: Any) -> dict[str, Any]:
    """What a person answers."""
    return {
        "employer": f"Institute {next(_numbers)}",
        "country": "GB",
        "region_code": "UK-SCT",
        "languages": ["en"],
        "expertise": "Diagnostics",
        "load_limit": 5,
        "rate_cents": 60_000,
        "answers": {"q1": "I know it."},
    } | changes


PROVIDER_ANSWERS: dict[str, Any] = {
    "country": "BE",
    "region_code": "BE-WAL",
    "vat_number": "",
    "register_number": "X-1",
    "contact_email": "lab@x.example",
    "services": "Test; 850; day",
    "answers": {"q1": "We know it."},
}


@kept
def an_enrolment(
    call: PoolCall | None = None,
    *,
    person: Any = None,
    organisation: Any = None,
    answers: dict[str, Any] | None = None,
    is_submitted: bool = True,
    at: datetime | None = None,
) -> Enrolment:
    """An enrolment, complete, and submitted unless told otherwise."""
    at, call = at or clock.now(), call or a_pool_call(at=at)
    person = person or an_applicant(at=at)
    begun = enrolling.start_enrolment(call, organisation, by=person, at=at)
    if answers is None:
        answers = dict(PROVIDER_ANSWERS) if organisation else expert_answers()
    enrolling.save_enrolment(begun, answers, by=person, at=at)
    if call.kind == PoolKind.EXPERTS:
        kept = take_made(PDF, "cv.pdf", "application/pdf")
        enrolling.attach_enrolment_file(begun, "cv", kept, by=person, at=at)
    if is_submitted:
        enrolling.submit_enrolment(begun, person.name, by=person, at=at)
    return get_enrolment(begun.id)


@known
def marked(enrolment: Enrolment, mark: str = "4", *, by: Any, at: datetime | None = None) -> Enrolment:
    """Marked the same by every criterion."""
    marks = {one.code: PoolMark(Decimal(mark), "Seen.") for one in enrolment.call.terms.criteria}
    deciding.mark_enrolment(enrolment, marks, by=by, at=at or clock.now())
    return enrolment


@kept
def a_whole_pool(manager: Any, expert: Any, *, at: datetime) -> dict[str, Any]:
    """Something of every kind about a pool and an expert of it, by the names that stand in addresses."""
    call = a_pool_call(by=manager, at=at)
    enrolment = an_enrolment(call, at=at)
    note_absence(expert, at.date() + timedelta(days=40), at.date() + timedelta(days=41), by=expert.user, at=at)
    attach_expert_file(expert, "cv", take_made(PDF, "cv.pdf", "application/pdf"), by=expert.user, at=at)
    contract = issue_expert_contract(expert, at.date() + timedelta(days=300), by=manager, at=at)
    lines = b"name,country,register_number\nLab,BE,X-77\n"
    kept = read_pool_import(PROGRAMME, PoolKind.PROVIDERS, lines, "pool.csv", by=manager, at=at)
    return {
        "pools.call_id": call.id,
        "enrolment_id": enrolment.id,
        "pools.document_id": list_files(enrolment)[0].id,
        "absence_id": list_absences(expert.id, at.date())[0].id,
        "contract_id": contract.id,
        "experts.document_id": files_of_expert(expert)[0].id,
        "import_id": kept.id,
        "kind": "experts",
        "purpose": "cv",
    }
