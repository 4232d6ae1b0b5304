"""What waits of money that is claimed back: orders and waivers for a second person."""

from __future__ import annotations

from typing import Any

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.states import RecoveryState
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen


def to_order(seen: Seen) -> Any:
    """Recoveries that somebody else has proposed."""
    return _recoveries(Recovery.proposed_at).where(
        Recovery.state == RecoveryState.PROPOSED, Recovery.proposed_by_id != seen.person_id
    )


def to_let_go(seen: Seen) -> Any:
    """Waivers and cancellations that somebody else has proposed."""
    return _recoveries(Recovery.relief_at).where(
        Recovery.state == RecoveryState.WAIVER_PROPOSED, Recovery.relief_by_id != seen.person_id
    )


def _recoveries(since: Any) -> Any:
    found = of_application(Recovery.id, since).join(Agreement, Agreement.application_id == Application.id)
    return found.join(Recovery, Recovery.agreement_id == Agreement.id).order_by(since, Recovery.id)
