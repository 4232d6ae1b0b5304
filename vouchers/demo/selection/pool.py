"""The pool of experts and of providers: two calls, what came in, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from vouchers.core.clock import add_months, stopped_at
from vouchers.demo.files import a_pdf
from vouchers.demo.selection import people
from vouchers.demo.selection.office import PROGRAMME, Office, settle_company
from vouchers.demo.selection.people import Candidate, Offerer
from vouchers.demo.settling import confirm_account, sign_up
from vouchers.experts.actions import contracts
from vouchers.experts.actions.own import declare_interests, note_absence
from vouchers.experts.actions.register import suspend_expert
from vouchers.experts.models import Expert
from vouchers.experts.queries import find_expert_of
from vouchers.pools.actions import calls, deciding, enrolling
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.queries import get_enrolment
from vouchers.pools.rules.marking import PoolMark
from vouchers.pools.rules.terms import PoolTerms, read_asked, read_criteria
from vouchers.pools.states import PoolKind
from vouchers.providers.actions import ProviderDetails, register_provider
from vouchers.providers.rules.offers import read_services

MONTHS = 36
OPEN_FOR = 30
"""So many days more."""


def fill_pool(office: Office) -> None:
    """Experts admitted a year ago and later; candidates and a provider that wait since this week."""
    call = _publish(office, PoolKind.EXPERTS, "Experts wanted for care vouchers",
                    "We look for people who know care, rehabilitation or medical devices, and mark four to eight "
                    "applications a year at EUR 90 each.",
                    "Knowledge of the field; 60; 3\nHas judged before; 40", "Why do you want to mark for us?",
                    office.ago(372))  # fmt: skip
    for number, candidate in enumerate(people.EXPERTS):
        begins = 363 if number == people.DUE else 330 - number
        office.experts.append(_admit(office, call, candidate, office.ago(begins)))
    suspended = office.experts[people.SUSPENDED]
    suspend_expert(suspended, people.WHY_SUSPENDED, by=office.coordinator, at=office.ago(60))
    first = (office.today + timedelta(days=75)).date()
    with stopped_at(office.ago(3)):
        away = office.experts[3]
        note_absence(away, first, first + timedelta(days=14), by=away.user, at=office.ago(3))


def receive_candidates(office: Office) -> None:
    """Those who have applied this week; the last one is marked and waits for the word of the coordinator."""
    call = _latest(office, PoolKind.EXPERTS)
    for number, candidate in enumerate(people.CANDIDATES):
        enrolment = _apply(office, call, candidate, office.ago(6 - number))
    _mark(office, enrolment, ("4", "3.5"), office.ago(1))


def receive_providers(office: Office) -> None:
    """Two are accredited, one has just applied, and one was entered by hand and waits for its accreditation."""
    call = _publish(office, PoolKind.PROVIDERS, "Laboratories and advisers for care vouchers",
                    "Companies with a voucher look for somebody who tests and advises. Say what you offer and at "
                    "which price; it stands in the public directory.",
                    "Quality of the service; 50; 3\nPrices; 50", "What have you done for small companies so far?",
                    office.ago(130))  # fmt: skip
    for number, offerer in enumerate(people.PROVIDERS):
        is_last = number == len(people.PROVIDERS) - 1
        at = office.ago(2 if is_last else 120 - number)
        enrolment = _offer(office, call, offerer, len(people.COMPANIES) + number, at)
        if not is_last:
            _mark(office, enrolment, ("4.5", "4"), at + timedelta(days=4))
            at += timedelta(days=6)
            deciding.admit_enrolment(enrolment, add_months(at.date(), MONTHS), by=office.coordinator, at=at)
    details = ProviderDetails(
        name="Geul Prototype Workshop",
        country="NL",
        region_code=people.LIMBURG,
        register_number="NL-70344912",
        website="https://www.geul-workshop-demo.example",
        contact_email="info@geul-workshop-demo.example",
        fields=("devices",),
        services=read_services("Printed prototype; 450\nSmall series in metal; 2600\nDrawing; 70; hour"),
    )
    register_provider(PROGRAMME, details, by=office.managers[people.LIMBURG][0], at=office.ago(4))


def _publish(office: Office, kind: PoolKind, title: str, summary: str, criteria: str, asked: str, at: datetime) -> Any:
    terms = PoolTerms(read_criteria(criteria), read_asked(asked, "", "questions_must", "q"))
    words = calls.PoolCallText(
        kind, title, summary, at, office.today + timedelta(days=OPEN_FOR), "Europe/Amsterdam", MONTHS, terms
    )
    call = calls.draft_pool_call(PROGRAMME, words, by=office.coordinator, at=at)
    calls.publish_pool_call(call, by=office.coordinator, at=at)
    return call


def _latest(office: Office, kind: PoolKind) -> PoolCall:
    from vouchers.pools.queries import list_public_calls

    return next(one for one in list_public_calls(office.today) if one.programme_code == PROGRAMME and one.kind == kind)


def _apply(office: Office, call: PoolCall, candidate: Candidate, at: datetime) -> Enrolment:
    """Open an account, answer the call, attach the CV and hand it in."""
    with stopped_at(at):
        user = sign_up(candidate.person, office.chosen, at=at)
        begun = enrolling.start_enrolment(call, by=user, at=at)
        content = {
            "employer": candidate.employer,
            "country": candidate.country,
            "region_code": candidate.region,
            "languages": list(candidate.languages),
            "fields": list(candidate.fields),
            "expertise": candidate.expertise,
            "load_limit": 8,
            "rate_cents": candidate.euros_a_day * 100,
            "answers": {"q1": candidate.why},
        }
        enrolling.save_enrolment(begun, content, by=user, at=at)
        kept = a_pdf(f"Curriculum vitae - {candidate.person.name}", "cv.pdf")
        enrolling.attach_enrolment_file(begun, "cv", kept, by=user, at=at)
        enrolling.submit_enrolment(begun, user.name, by=user, at=at)
        return get_enrolment(begun.id)


def _offer(office: Office, call: PoolCall, offerer: Offerer, number: int, at: datetime) -> Enrolment:
    with stopped_at(at):
        organisation, user = settle_company(office, number, at)
        begun = enrolling.start_enrolment(call, organisation, by=user, at=at)
        content = dict(begun.content) | {
            "website": f"https://www.{offerer.company.house}-demo.example",
            "contact_email": user.email,
            "fields": list(offerer.fields),
            "services": offerer.services,
            "answers": {"q1": offerer.why},
        }
        enrolling.save_enrolment(begun, content, by=user, at=at)
        enrolling.submit_enrolment(begun, user.name, by=user, at=at)
        confirm_account(office.settled, organisation, at=at)
        return get_enrolment(begun.id)


def _mark(office: Office, enrolment: Enrolment, given: tuple[str, str], at: datetime) -> None:
    said = ("Answers and papers show it.", "Some of it, as the papers show.")
    marks = {
        one.code: PoolMark(Decimal(mark), words)
        for one, mark, words in zip(enrolment.call.terms.criteria, given, said, strict=True)
    }
    deciding.mark_enrolment(enrolment, marks, by=office.coordinator, at=at)


def _admit(office: Office, call: PoolCall, candidate: Candidate, at: datetime) -> Expert:
    """Apply, be marked and admitted, accept the contract, and declare interests."""
    enrolment = _apply(office, call, candidate, at)
    _mark(office, enrolment, ("4", "3"), at + timedelta(days=3))
    at += timedelta(days=4)
    until, by = add_months(at.date(), MONTHS), office.coordinator
    with stopped_at(at):
        deciding.admit_enrolment(enrolment, until, by=by, at=at)
        expert = find_expert_of(PROGRAMME, enrolment.user_id)
        assert expert is not None
        contract = contracts.issue_expert_contract(expert, until, by=by, at=at)
        at += timedelta(days=2)
        contracts.accept_expert_contract(contract, expert.user.name, contract.sha256, by=expert.user, at=at)
        declare_interests(
            expert, "I have no other interests.", [candidate.employer], expert.user.name, by=expert.user, at=at
        )
        at += timedelta(days=1)
        contracts.countersign_expert_contract(contract, by.name, contract.sha256, by=by, at=at)
        return expert
