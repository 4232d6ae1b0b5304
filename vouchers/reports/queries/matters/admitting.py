"""What waits in the pool of experts: admissions that end soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, select

from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.reports.queries.matters.matter import Seen
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

SOON = timedelta(days=30)


def ending(seen: Seen) -> Any:
    """Admitted experts whose term ends within thirty days."""
    return (
        select(Expert.id, cast(Expert.programme_code, Text), User.name, Expert.admitted_until, Expert.admitted_until)
        .select_from(Expert)
        .join(User, User.id == Expert.user_id)
        .where(Expert.state == ExpertState.ADMITTED, Expert.admitted_until <= seen.today + SOON)
        .order_by(Expert.admitted_until, Expert.id)
    )


def of_programmes(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query of experts to the programmes of a mandate: the pool belongs to all of their regions."""
    whole = Mandate(frozenset((programme, None) for programme, _region in mandate.pairs))
    return statement.where(covered_by(whole, Expert.programme_code, Expert.programme_code))
