"""Who may release a batch: the limits of roles. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.states import Role

LIMITED = (Role.FINANCE_OFFICER, Role.CLUSTER_MANAGER)


def limit_of(actor: Any, scope: str, limits: Any) -> Money | None:
    """The most that a person may release at once in this scope, by the highest of the roles held; None: no limit.

    Args:
        limits: `payment_limits` of the programme file.
    """
    found = [getattr(limits, role.value) for role in LIMITED if actor.holds({role}, scope)]
    return None if not found or None in found else max(found, key=lambda limit: limit.cents)


def is_above(amount: Money, limit: Money | None) -> bool:
    """Whether an amount is more than a limit allows."""
    return limit is not None and amount.cents > limit.cents


def roles_for(amount: Money, limits: Any) -> list[Role]:
    """The roles that may release this much at once."""
    return [role for role in LIMITED if not is_above(amount, getattr(limits, role.value))]


def say_above(amount: Money, limit: Money, limits: Any) -> Sentence:
    """That a sum is above somebody's limit, and who may release it."""
    for role in roles_for(amount, limits):
        return _(
            "You may release %(limit)s at once, and this batch comes to %(sum)s. Whose role is “%(role)s” may "
            "authorise it.",
            limit=limit,
            sum=amount,
            role=role.label,
        )
    return _(
        "You may release %(limit)s at once, and this batch comes to %(sum)s. No role may release that much: cancel it "
        "and make smaller ones.",
        limit=limit,
        sum=amount,
    )


def ensure_somebody_may_release(amount: Money, limits: Any) -> None:
    """A batch is not above the limit of every role, or it would wait for ever."""
    if not roles_for(amount, limits):
        highest = max((getattr(limits, role.value) for role in LIMITED), key=lambda limit: limit.cents)
        raise RuleBroken(
            _(
                "This comes to %(sum)s, and no role may release more than %(limit)s at once. Choose fewer payments.",
                sum=amount,
                limit=highest,
            ),
            field="picked",
        )
