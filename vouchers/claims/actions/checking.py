"""What officers do: ask, verify, reopen, reject, authorise. Two persons for one payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.advances.actions.settling import (
    leave_advance_over,
    list_to_settle,
    settle_advance,
    split_by_advances,
)
from vouchers.advances.models import Advance
from vouchers.claims import letters, postings
from vouchers.claims.actions.keeping import keep_version
from vouchers.claims.actions.paying import owe_claim, pay_claim
from vouchers.claims.actions.pricing import settle_rates
from vouchers.claims.actions.refusing import ensure_paid_once
from vouchers.claims.actions.sampling import add_to_sample
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, ClockStop, CostLine
from vouchers.claims.queries import files as queries
from vouchers.claims.queries.duplicates import list_pointed_at
from vouchers.claims.queries.suppliers import map_other_suppliers
from vouchers.claims.rules import grants, reporting, sampling
from vouchers.claims.rules.checklist import list_checks
from vouchers.claims.states import CostError
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import say as _
from vouchers.ledger.queries import left_on_voucher, shares_to_release
from vouchers.ledger.recipes import Share, joined
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.payables.rules.debts import BOOKED_ON, Payee
from vouchers.payables.states import PayeeKind
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, transition


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer accepts of one cost, and why not all of it; or that it waits for a later claim."""

    line_id: int
    accepted: Money
    reason: str = ""
    error: CostError | None = None
    is_parked: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whether an officer accepts a deliverable, and why not."""

    code: str
    is_accepted: bool
    reason: str = ""


def send_back_claim(claim: Claim, question: str, *, by: User, at: datetime) -> None:
    """Ask the beneficiary something; the clock stands still until the claim comes back."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.send_back, by=by, at=at, why=question) as step:
            claim.question, claim.stopped_at = question, at
            stopped_on = day_in(claim.agreement.application.region.time_zone, at)
            claim.stops.append(ClockStop(stopped_on=stopped_on, question=question))
            letters.write_to_claimants(step, claim, "claims/send_back", question=question)


def verify_claim(
    claim: Claim,
    findings: Sequence[Finding],
    *,
    deliveries: Sequence[Delivery] = (),
    notes: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> None:
    """Accept each cost in full or in part, or park it; what is paid follows from the rules. Another person authorises.

    Args:
        notes: to the points of the checklist, by their codes.

    Raises:
        RuleBroken: a cost without a finding, a deduction without its kind and reason, an error in a sample, or nothing
            would be paid.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.verify, by=by, at=at, version=version) as step:
            settle_rates(claim, on=day_in(claim.agreement.application.region.time_zone, claim.submitted_at or at))
            _judge_costs(claim, findings, at=at)
            _judge_deliverables(claim, deliveries)
            db.session.flush()
            ensure_paid_once(claim, by=by)
            has_errors = any(line.accepted < line.eligible for line in claim.costs)
            sampling.ensure_sample_holds(claim.is_sampled and has_errors)
            sums = queries.sums(claim)
            grants.ensure_something_is_paid(sums)

            claim.eligible, claim.grant = sums.eligible, sums.granted
            claim.verified_by_id, claim.verified_at = by.id, at
            claim.checks, claim.findings = _confirmed(claim, notes or {}), _found(claim)
            keep_version(step, claim)
            letters.write_to_region(step, claim, "claims/verify", verifier=by.name, granted=claim.grant)


def _judge_costs(claim: Claim, findings: Sequence[Finding], *, at: datetime) -> None:
    """What is looked at as it was found, what a sample leaves out as it was declared."""
    found = {finding.line_id: finding for finding in findings}
    add_to_sample(claim, list_pointed_at(claim))
    for line in claim.costs:
        if claim.is_sampled and not line.is_sampled:
            _take_as_declared(line)
        else:
            _accept(line, found.get(line.id), at=at)


def _judge_deliverables(claim: Claim, deliveries: Sequence[Delivery]) -> None:
    judged = {delivery.code: delivery for delivery in deliveries}
    for one in claim.delivered:
        delivery = judged.get(one.code)
        if delivery is None:
            raise RuleBroken(_("Say of each deliverable whether you accept it."), field=f"accept_{one.code}")
        reporting.ensure_refusal_has_reason(delivery.is_accepted, delivery.reason, f"why_{one.code}")
        one.is_accepted = delivery.is_accepted
        one.reason = delivery.reason.strip()


def _take_as_declared(line: CostLine) -> None:
    line.accepted, line.deduction_reason, line.error, line.parked_at = line.eligible, "", None, None


def _accept(line: CostLine, finding: Finding | None, *, at: datetime) -> None:
    if finding is None:
        raise RuleBroken(_("Say what you accept of each cost."), field=f"accepted_{line.id}")
    if finding.is_parked:
        grants.ensure_parked_with_reason(
            finding.reason, finding.error, reason_field=f"reason_{line.id}", error_field=f"error_{line.id}"
        )
        line.accepted, line.parked_at = Money(0, line.claim_currency), at
        line.deduction_reason, line.error = finding.reason.strip(), None
        return
    grants.ensure_accepted(
        accepted=finding.accepted,
        eligible=line.eligible,
        reason=finding.reason,
        error=finding.error,
        amount_field=f"accepted_{line.id}",
        reason_field=f"reason_{line.id}",
        error_field=f"error_{line.id}",
    )
    line.accepted, line.parked_at = finding.accepted, None
    line.deduction_reason, line.error = finding.reason.strip(), finding.error


def _confirmed(claim: Claim, notes: Mapping[str, str]) -> list[dict[str, str]]:
    asked = list_checks(claim.agreement.application.instrument.plan, has_costs=bool(claim.costs))
    return [{"code": one.code, "text": one.words, "note": notes.get(one.code, "").strip()} for one in asked]


def _found(claim: Claim) -> list[dict[str, Any]]:
    """What the verification found of each cost and deliverable, for the record."""
    others = map_other_suppliers(claim)
    return [
        *(_in_short(line, is_of_provider=line.id not in others) for line in claim.costs),
        *({"deliverable": one.code, "is_accepted": one.is_accepted, "reason": one.reason} for one in claim.delivered),
    ]


def _in_short(line: CostLine, *, is_of_provider: bool) -> dict[str, Any]:
    return {
        "line": line.id,
        "invoice": line.invoice_key,
        "eligible": line.eligible.plain,
        "accepted": line.accepted.plain,
        "error": line.error.value if line.error else None,
        "reason": line.deduction_reason,
        "is_parked": line.parked_at is not None,
        "is_looked_at": line.is_sampled or not line.claim.is_sampled,
        **({} if is_of_provider else {"is_of_provider": False}),
    }


def reopen_claim(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """As the second officer, ask for another verification, with a reason that the first one reads."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.reopen, by=by, at=at, why=reason) as step:
            verifier = queries.find_user(claim.verified_by_id)
            claim.verified_by_id = claim.verified_at = None
            claim.eligible = claim.grant = None
            claim.checks, claim.findings = [], []
            for line in claim.parked:
                line.accepted, line.parked_at = None, None
            keep_version(step, claim)
            if verifier is not None:
                letters.write_to_officer(step, claim, verifier, "claims/reopen", reason=reason, second=by.name)


def reject_claim(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """Pay nothing, for a reason that the beneficiary reads. What was committed stays until the last day to claim."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.reject, by=by, at=at, why=reason) as step:
            claim.reason = reason
            keep_version(step, claim)
            letters.write_to_claimants(step, claim, "claims/reject", reason=reason, claim_by=claim.agreement.claim_by)


def authorise_claim(
    claim: Claim,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    advances_seen: str | None = None,
    two_persons: str = "",
) -> None:
    """As another person than the verifier: the grant is owed. The last claim gives back what is left of the voucher.

    Which claim is the last one: `grants.is_last`. What was paid ahead is settled first, at once as paid; only the rest
    is to be paid. Where nothing is, the claim is paid.

    Args:
        advances_seen: the `basis_of` the voucher's advances on the page of this person.

    Raises:
        WrongState: the claim, or an advance, is not what the person has seen any more.
        RuleBroken: less is left on the voucher than was verified, or an advance is on its way to the bank.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.authorise, by=by, at=at, version=version) as step:
            ensure_two_persons(step, [Other(claim.verified_by, Part.FIRST)], two_persons)
            voucher = claim.agreement.application.reference
            payee = queries.find_payee(claim)
            paid_ahead = _list_to_settle(claim, payee, advances_seen, at=at)
            left = left_on_voucher(voucher)
            grants.ensure_within_voucher(claim.grant, left)

            claim.authorised_by_id, claim.authorised_at = by.id, at
            claim.is_final = grants.is_last(claim.is_final, left - claim.grant, has_parked=bool(claim.parked))
            keep_version(step, claim)

            settled, to_pay = split_by_advances(voucher, claim.grant, paid_ahead)
            settled_shares = [share for _advance, part in settled for share in part]
            step.post(postings.claim_authorised(claim, joined([*settled_shares, *to_pay]), BOOKED_ON[payee.kind]))
            if to_pay:
                owe_claim(claim, to_pay, payee, at=at)
            _settle(claim, settled, paid_ahead, at=at)
            rest = shares_to_release(voucher) if claim.is_final else []
            if rest:
                step.post(postings.rest_released(claim, rest))
            _write_of_authorised(step, claim, payee, settled=settled_shares, to_pay=to_pay, gone_back=rest)
        if not to_pay:
            pay_claim(claim, by=OFFICE, at=at)


def _list_to_settle(claim: Claim, payee: Payee, seen: str | None, *, at: datetime) -> list[Advance]:
    """Advances are paid to the beneficiary; a claim that pays the provider settles none."""
    if payee.kind != PayeeKind.ORGANISATION:
        return []
    return list_to_settle(claim.agreement, at=at, seen=seen)


def _settle(
    claim: Claim,
    settled: Sequence[tuple[Advance, Sequence[Share]]],
    paid_ahead: Sequence[Advance],
    *,
    at: datetime,
) -> None:
    """Each advance is settled by its part; what the last claim leaves of one is to be recovered."""
    for advance, part in settled:
        settle_advance(advance, part, claim.number, at=at)
    for advance in paid_ahead:
        if claim.is_final and advance.open_amount:
            leave_advance_over(advance, claim.number, at=at)


def _write_of_authorised(
    step: Step, claim: Claim, payee: Payee, *, settled: list[Share], to_pay: list[Share], gone_back: list[Share]
) -> None:
    """The company reads what is paid, what is not and why, and what became of the rest."""
    letters.write_to_claimants(
        step,
        claim,
        "claims/authorise",
        granted=claim.grant,
        settled=total([share.amount for share in settled], claim.currency),
        to_pay=total([share.amount for share in to_pay], claim.currency),
        deductions=letters.deductions(claim),
        refused=letters.refused_deliverables(claim),
        is_last=claim.is_final,
        gone_back=total([share.amount for share in gone_back], claim.currency),
        parked=letters.parked(claim),
        why_cut=queries.count_costs(claim).why_cut,
        has_account=queries.find_account(claim) is not None,
        provider=payee.name if payee.kind == PayeeKind.PROVIDER else "",
    )
