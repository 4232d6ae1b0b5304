"""What a company of the demo declares of the aid that it received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from vouchers.core.money import Money
from vouchers.demo.texts import GRANTED_BY
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.papers import OWN, write_entry

RECEIVED = (0, 0, 0, 4_000, 15_000)
"""Aid in euros; all applications of a company say the same, as its declaration does."""


def declared(received: Money | None, *, country: str, at: datetime, members: Sequence[str] = ()) -> dict[str, Any]:
    """The content of a declaration signed at this moment: what the application says was received, a year earlier.

    Args:
        members: the firms that are one undertaking with the company.
    """
    day = (at - timedelta(days=400)).date()
    entries = [write_entry(Aid(OWN, day, received, country, granted_by=GRANTED_BY))] if received else []
    return {"members": list(members), "entries": entries}
