"""Who may give time to pay, and the plans that held one after another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import add_months
from vouchers.core.money import Money, total
from vouchers.recoveries.rules.orders import Due

ALONE_FOR_MONTHS = 1
"""One officer alone puts the first part off by so many months after the day of the order at most."""


def needs_second_person(due: Sequence[Any], planned_at: datetime | None, first_on: date, today: date) -> bool:
    """Whether another officer has to agree to instalments.

    Two persons have ordered the money by its day. The first instalments, agreed on before that day has come, may stay
    with one officer, where they begin within a month of it; later ones change what was agreed and take two again.

    Args:
        due: what holds now, with its days (``due_on``).
        planned_at: when instalments were agreed on before.
        first_on: the first day of the new ones.
    """
    if planned_at is not None or not due:
        return True
    first_due = min(one.due_on for one in due)
    return first_due <= today or first_on > add_months(first_due, ALONE_FOR_MONTHS)


@dataclass(frozen=True, slots=True)
class Held:
    """Parts with their days that held for a time."""

    plan: Any | None
    """Who proposed and agreed, and why; None: the order itself."""
    since: datetime | None
    until: datetime | None
    parts: tuple[Any, ...]


def list_held(ordered_at: datetime | None, plans: Iterable[Any], instalments: Sequence[Any]) -> list[Held]:
    """What was to be paid when: the order's own day, and each plan that was proposed, in their order.

    Args:
        plans: with ``id``, ``agreed_at`` and ``replaced_at``, in their order.
        instalments: of all times, with ``plan_id`` and ``replaced_at``.
    """
    own = tuple(one for one in instalments if one.plan_id is None)
    ends = [one.replaced_at for one in own if one.replaced_at is not None]
    held = [Held(None, ordered_at, min(ends, default=None), own)] if own else []
    for plan in plans:
        parts = tuple(one for one in instalments if one.plan_id == plan.id)
        held.append(Held(plan, plan.agreed_at, plan.replaced_at, parts))
    return held


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be paid next, and how much is late."""

    next: Due | None
    late: Money | None


def sum_up(dues: Sequence[Due]) -> Ahead:
    """What instalments come to in a list: the first one of which something is owed, and all that is late."""
    owed = [one for one in dues if one.left]
    late = [one.left for one in owed if one.is_late]
    return Ahead(owed[0] if owed else None, total(late, late[0].currency) if late else None)
