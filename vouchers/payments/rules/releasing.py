"""Who may release a batch: the limits of roles, and two accounts that belong to one person. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from vouchers.core.money import Money
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


def looks_like(person: Any, others: Iterable[Any]) -> Any | None:
    """Whoever of these bears the same name, or the same first part of an email address, under another account."""
    own = _signs_of(person)
    return next((other for other in others if other.id != person.id and own & _signs_of(other)), None)


def _signs_of(person: Any) -> frozenset[tuple[str, ...]]:
    signs = {("name", *sorted(_plain(person.name).split()))}
    first_part = person.email.partition("@")[0].partition("+")[0]
    if "." in first_part.strip("."):
        signs.add(("email", *sorted(_plain(first_part.replace(".", " ")).split())))
    return frozenset(signs)


def _plain(text: str) -> str:
    """Without accents, marks and case: ``Müller-Lüdenscheidt`` is ``muller ludenscheidt``."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return "".join(one if one.isalnum() else " " for one in bare)
