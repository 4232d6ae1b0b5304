"""Checking a sample of a claim's costs in place of all of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from vouchers.claims.actions.keeping import keep_version
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.queries import files as queries
from vouchers.claims.queries.duplicates import list_pointed_at
from vouchers.claims.rules import sampling
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def sample_claim(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """Draw the costs that are looked at, once, by a seed that nobody chooses and everybody can read; those at which the
    office itself points are looked at besides.

    Raises:
        RuleBroken: the instrument has no rule for it, the claim too few costs, or it went back with a question.
        WrongState: a sample was drawn before.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.sample, by=by, at=at, why=reason) as step:
            rule = claim.agreement.application.instrument.plan.claim.sample
            costs = claim.costs
            rule = sampling.ensure_may_sample(
                rule, len(costs), went_back=bool(claim.stops), has_drawn=claim.sampled_at is not None
            )
            claim.sample_seed, claim.sample_reason, claim.sampled_at = secrets.token_hex(16), reason, at
            drawn = set(sampling.draw_sample([line.eligible for line in costs], rule, claim.sample_seed))
            for number, line in enumerate(costs, 1):
                line.is_sampled = number in drawn
            add_to_sample(claim, list_pointed_at(claim))
            keep_version(step, claim)


def add_to_sample(claim: Claim, line_ids: Collection[int]) -> None:
    """Inside a step: what the office itself points at is looked at beside what was drawn."""
    for line in claim.costs if claim.is_sampled else ():
        line.is_sampled = line.is_sampled or line.id in line_ids


def check_claim_fully(claim: Claim, reason: str, *, by: User, at: datetime) -> None:
    """Give the sample up: every cost is looked at. What was drawn stays in the record."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.check_fully, by=by, at=at, why=reason) as step:
            if not claim.is_sampled:
                raise RuleBroken(_("Every cost of this claim is checked already."))
            end_sample(claim)
            claim.sample_reason = reason
            keep_version(step, claim)


def end_sample(claim: Claim) -> None:
    """Inside a step: no cost is left out any more."""
    claim.sample_seed = ""
    for line in claim.lines:
        line.is_sampled = False
