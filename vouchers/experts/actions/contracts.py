"""The contract with an expert: issued by the office, accepted by the expert, signed for the office, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import add_document
from vouchers.documents.models import Document
from vouchers.experts import letters, queries
from vouchers.experts.lifecycle import EXPERT_CONTRACT
from vouchers.experts.models import Expert, ExpertContract
from vouchers.experts.rules.contract import ContractFacts, ensure_same_text, fingerprint_of, write_terms
from vouchers.providers.rules.terms import ensure_term
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import Step, creation, transition


def issue_expert_contract(expert: Expert, until: date, *, by: User, at: datetime) -> ExpertContract:
    """Offer a contract up to and with a day; the expert is asked to accept it.

    Raises:
        RuleBroken: one is offered or in force already, or the day lies in the past (field ``until``).
    """
    with unit_of_work():
        ensure_term(until, office_day(at), "until")
        current = queries.find_contract(expert.id)
        if current is not None:
            raise RuleBroken(_("Contract %(number)s is not ended yet. End it first.", number=current.number))
        number = numbered(f"{expert.programme_code.upper()}-EXPERT", office_day(at).year)
        terms = write_terms(contract_facts(expert, number, until, on=office_day(at)))
        contract = ExpertContract(
            expert=expert,
            number=number,
            terms=terms,
            sha256=fingerprint_of(terms),
            until_on=until,
            issued_at=at,
            issued_by_id=by.id,
        )
        with creation(contract, EXPERT_CONTRACT.issue, by=by, at=at) as step:
            _write(step, contract, "experts/issue_contract", _store(step, contract, "contract", at=at))
            return contract


def contract_facts(expert: Expert, number: str, until: date, *, on: date) -> ContractFacts:
    """What a contract with this expert says, beside the text that is the same for all."""
    office = queries.find_office(expert.programme_code)
    return ContractFacts(
        number=number,
        programme=office.programme,
        office=office.name,
        office_email=office.email,
        expert=expert.user.name,
        expert_email=expert.user.email,
        employer=expert.employer,
        daily_rate=expert.daily_rate,
        from_on=on,
        until_on=until,
    )


def accept_expert_contract(contract: ExpertContract, name: str, sha256: str, *, by: User, at: datetime) -> None:
    """The expert accepts exactly the text with this hash, by name. The office signs next.

    Raises:
        RuleBroken: another text, or field ``name``.
    """
    why = f"Accepted by {name}, SHA-256 {contract.sha256}"
    with transition(contract, EXPERT_CONTRACT.accept, by=by, at=at, why=why):
        ensure_same_text(sha256, contract.sha256)
        ensure_own_name(name, by.name, field="name")
        contract.accepted_at, contract.accepted_name = at, name


def countersign_expert_contract(contract: ExpertContract, name: str, sha256: str, *, by: User, at: datetime) -> None:
    """Sign for the office: the contract is in force, and the expert receives it with both names.

    Raises:
        RuleBroken: another text, or field ``name``.
    """
    why = f"Signed by {name}, SHA-256 {contract.sha256}"
    with transition(contract, EXPERT_CONTRACT.countersign, by=by, at=at, why=why) as step:
        ensure_same_text(sha256, contract.sha256)
        ensure_own_name(name, by.name, field="name")
        contract.signed_at, contract.signed_name, contract.signed_by_id = at, name, by.id
        paper = _store(step, contract, "contract_signed", at=at)
        _write(step, contract, "experts/countersign_contract", paper)


def end_expert_contract(contract: ExpertContract, reason: str, *, by: Any, at: datetime) -> None:
    """End a contract, or take an offer back, with a reason that the expert reads."""
    with transition(contract, EXPERT_CONTRACT.end, by=by, at=at, why=reason) as step:
        contract.ended_at, contract.reason = at, reason
        _write(step, contract, "experts/end_contract", reason=reason)


def lapse_expert_contract(contract: ExpertContract, *, by: Any, at: datetime) -> None:
    """The last day of the contract has passed."""
    with transition(contract, EXPERT_CONTRACT.lapse, by=by, at=at):
        if contract.until_on >= office_day(at):
            raise RuleBroken(_("This contract still holds."))
        contract.ended_at = at


def _store(step: Step, contract: ExpertContract, purpose: str, *, at: datetime) -> Document:
    """The paper as it stands now, on the contract. It is set inside the step: 5 ms."""
    return add_document(
        letters.kept_contract(contract, at=at),
        purpose=purpose,
        subject_kind="expert_contract",
        subject_id=contract.id,
        step_id=step.id,
        by_id=step.actor.id,
        at=at,
    )


def _write(
    step: Step, contract: ExpertContract, occasion: str, document: Document | None = None, **values: Any
) -> None:
    expert = contract.expert
    facts: dict[str, Any] = {
        "number": contract.number,
        "programme": expert.programme_code,
        "until": contract.until_on,
        "link": full_url("experts.contract", contract_id=contract.id),
    }
    step.write(addressee(expert.user), occasion, document, **facts, **values)
