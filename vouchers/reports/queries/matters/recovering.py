"""What waits of money that is claimed back: rests of advances, and orders and waivers for a second person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from vouchers.advances.models import Advance, AdvanceShare
from vouchers.advances.states import AdvanceState
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.applications.models import Application
from vouchers.recoveries.models import Recovery, RecoveryPlan
from vouchers.recoveries.states import RecoveryState
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen


def to_order(seen: Seen) -> Any:
    """Recoveries that somebody else has proposed."""
    return _recoveries(Recovery.proposed_at).where(
        Recovery.state == RecoveryState.PROPOSED, Recovery.proposed_by_id != seen.person_id
    )


def to_plan(seen: Seen) -> Any:
    """Instalments that somebody else has proposed."""
    found = _recoveries(RecoveryPlan.proposed_at).join(RecoveryPlan, RecoveryPlan.recovery_id == Recovery.id)
    return found.where(
        Recovery.state == RecoveryState.ORDERED,
        RecoveryPlan.agreed_at.is_(None),
        RecoveryPlan.refused_at.is_(None),
        RecoveryPlan.proposed_by_id != seen.person_id,
    )


def to_let_go(seen: Seen) -> Any:
    """Waivers and cancellations that somebody else has proposed."""
    return _recoveries(Recovery.relief_at).where(
        Recovery.state == RecoveryState.WAIVER_PROPOSED, Recovery.relief_by_id != seen.person_id
    )


def to_claim_back(_seen: Seen) -> Any:
    """Advances of which something was paid that no claim settles, and that nobody has claimed back."""
    open_share = select(AdvanceShare.fund_id).where(
        AdvanceShare.advance_id == Advance.id, AdvanceShare.settled_cents < AdvanceShare.cents
    )
    live = select(Recovery.id).where(Recovery.advance_id == Advance.id, Recovery.state != RecoveryState.CANCELLED)
    since = func.coalesce(Advance.left_over_at, Advance.decided_at, Advance.asked_at)
    found = of_application(Advance.id, since).join(Agreement, Agreement.application_id == Application.id)
    return (
        found.join(Advance, Advance.agreement_id == Agreement.id)
        .where(Advance.state == AdvanceState.PAID, open_share.exists(), ~live.exists())
        .where(or_(Advance.left_over_at.is_not(None), Agreement.state != AgreementState.ACTIVE))
        .order_by(since, Advance.id)
    )


def _recoveries(since: Any) -> Any:
    found = of_application(Recovery.id, since).join(Agreement, Agreement.application_id == Application.id)
    return found.join(Recovery, Recovery.agreement_id == Agreement.id).order_by(since, Recovery.id)
