"""How tokens are made and how long they live."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, timedelta

from vouchers.api.states import Right
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

BEGINNING = 12
"""How many letters of a secret people may see."""
LONGEST_DAYS = 366


def new_secret() -> str:
    """256 random bits that a scanner for lost secrets knows by how they begin."""
    return f"vouchers_{secrets.token_urlsafe(32)}"


def ensure_rights(rights: Collection[Right]) -> None:
    """A token opens something. Raises `RuleBroken`, field ``rights``."""
    if not rights:
        raise RuleBroken(_("Choose at least one thing that it may do"), field="rights")


def ensure_expiry(until: date, *, today: date) -> None:
    """It ends within a year. Raises `RuleBroken`, field ``until``."""
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise RuleBroken(_("The last day lies within a year from today."), field="until")
