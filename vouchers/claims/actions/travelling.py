"""The journeys that a cost paid."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, Journey
from vouchers.claims.queries import files as queries
from vouchers.claims.rules import journeys, parking
from vouchers.claims.rules.journeys import Leg
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def save_journey(claim: Claim, line_id: int, leg: Leg, *, by: User, at: datetime) -> Journey:
    """Add a part of the way to a cost.

    Raises:
        RuleBroken: it lies outside the agreement, in the future, or on or before the day of the approval; or the cost
            came from an earlier claim.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        line = queries.get_line(claim, line_id)
        why = f"{line.supplier}, {line.invoice_number}: {leg.from_place} - {leg.to_place}, {leg.leaves_on}"
        with transition(claim, CLAIM.save_journey, by=by, at=at, why=why):
            parking.ensure_written_here(is_taken=line.taken_from_id is not None)
            ensure_leg(claim, leg, at=at)
            journey = Journey(line=line, **asdict(leg))
            db.session.add(journey)
        return journey


def ensure_leg(claim: Claim, leg: Leg | Journey, *, at: datetime) -> None:
    """Refuse a journey that the agreement does not pay. Raises `RuleBroken`."""
    agreement, terms = claim.agreement, queries.terms_for(claim)
    application = agreement.application
    journeys.ensure_leg(
        leg,
        approved_on=agreement.approved_on if application.instrument.plan.prior_approval else None,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        today=day_in(application.region.time_zone, at),
    )


def remove_journey(claim: Claim, journey_id: int, *, by: User, at: datetime) -> None:
    """Take a part of the way out. Raises `NotFound`; `RuleBroken`: its cost came from an earlier claim."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        every = [journey for line in claim.costs for journey in line.itinerary]
        journey = next((one for one in every if one.id == journey_id), None)
        if journey is None:
            raise NotFound(_("This journey is not in the claim any more."))
        why = f"{journey.from_place} - {journey.to_place}, {journey.leaves_on}"
        with transition(claim, CLAIM.remove_journey, by=by, at=at, why=why):
            parking.ensure_written_here(is_taken=journey.line.taken_from_id is not None)
            journey.removed_at = at
