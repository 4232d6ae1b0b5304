"""What officers do: ask, verify, reopen, reject, authorise. Two persons for one payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vouchers.claims import letters, postings
from vouchers.claims.actions.drafting import ensure_not_claimed
from vouchers.claims.actions.paying import owe_claim
from vouchers.claims.actions.pricing import settle_rates
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries import files as queries
from vouchers.claims.rules import grants
from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import left_on_voucher, next_shares, shares_on_stage
from vouchers.users.models import User
from vouchers.workflow.transition import transition


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer accepts of one cost, and why not all of it."""

    line_id: int
    accepted: Money
    reason: str = ""


def send_back_claim(claim: Claim, question: str, *, by: User, at: datetime) -> None:
    """Ask the beneficiary something; the clock stands still until the claim comes back."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.send_back, by=by, at=at, why=question) as step:
            claim.question, claim.stopped_at = question, at
            letters.write_to_claimants(step, claim, "claims/send_back", question=question)


def verify_claim(
    claim: Claim, findings: Sequence[Finding], *, by: User, at: datetime, version: int | None = None
) -> None:
    """Accept each cost in full or in part; what is paid follows from the rules. Another person must authorise it.

    Raises:
        RuleBroken: a cost without a finding, a deduction without a reason, or nothing would be paid.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.verify, by=by, at=at, version=version) as step:
            settle_rates(claim, on=day_in(claim.agreement.application.region.time_zone, at))
            found = {finding.line_id: finding for finding in findings}
            for line in claim.costs:
                _accept(line, found.get(line.id))
                ensure_not_claimed(claim, line.invoice_key, by=by, besides=line.id)
            found_sums = queries.sums(claim)
            grants.ensure_something_is_paid(found_sums)
            claim.eligible, claim.grant = found_sums.eligible, found_sums.granted
            claim.verified_by_id, claim.verified_at = by.id, at
            letters.write_to_region(step, claim, "claims/verify", verifier=by.name, granted=claim.grant)


def _accept(line: CostLine, finding: Finding | None) -> None:
    if finding is None:
        raise RuleBroken(_("Say what you accept of each cost."), field=f"accepted_{line.id}")
    grants.ensure_accepted(
        accepted=finding.accepted,
        eligible=line.eligible,
        reason=finding.reason,
        amount_field=f"accepted_{line.id}",
        reason_field=f"reason_{line.id}",
    )
    line.accepted = finding.accepted
    line.deduction_reason = finding.reason.strip() if finding.accepted < line.eligible else ""


def reopen_claim(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """As the second officer, ask for another verification, with a reason that the first one reads."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.reopen, by=by, at=at, why=reason) as step:
            verifier = queries.find_user(claim.verified_by_id)
            claim.verified_by_id = claim.verified_at = None
            claim.eligible = claim.grant = None
            if verifier is not None:
                letters.write_to_officer(step, claim, verifier, "claims/reopen", reason=reason, second=by.name)


def reject_claim(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """Pay nothing, for a reason that the beneficiary reads. What was committed stays until the last day to claim."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.reject, by=by, at=at, why=reason) as step:
            claim.reason = reason
            letters.write_to_claimants(step, claim, "claims/reject", reason=reason, claim_by=claim.agreement.claim_by)


def authorise_claim(claim: Claim, *, by: User, at: datetime, version: int | None = None) -> None:
    """As another person than the verifier: the grant is owed. The last claim gives back what is left of the voucher.

    Raises:
        RuleBroken: less is left on the voucher than was verified.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.authorise, by=by, at=at, version=version) as step:
            voucher = claim.agreement.application.reference
            grants.ensure_within_voucher(claim.grant, left_on_voucher(voucher))

            claim.authorised_by_id, claim.authorised_at = by.id, at

            shares = next_shares(voucher, claim.grant)
            payable = owe_claim(claim, shares, at=at)
            step.post(postings.claim_authorised(claim, shares, Account(payable.books_account)))
            rest = shares_on_stage(voucher, Account.COMMITTED) if claim.is_final else []
            if rest:
                step.post(postings.rest_released(claim, rest))
            letters.write_to_claimants(
                step,
                claim,
                "claims/authorise",
                granted=claim.grant,
                deductions=letters.deductions(claim),
                why_cut=queries.count_costs(claim).why_cut,
                has_account=queries.find_account(claim) is not None,
            )
