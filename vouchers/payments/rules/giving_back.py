"""When money that came back may not simply be paid again. Pure."""

from __future__ import annotations

from vouchers.core.text import say as _
from vouchers.payables.rules.reason_codes import REASONS

_SAYS_NOTHING = frozenset({"MS03", "DS0K", "NARR"})
"""Codes of ISO 20022 with which a bank keeps its reason to itself, or to its own words."""

FIND_OUT_WHY = _(
    "The money came back, and no code says why: the account may be wrong. Ask the bank or the payee, then let the debt "
    "go."
)


def may_be_the_account(code: str) -> bool:
    """Whether the bank's reason is not known, so that the account may be the cause. A known one says so by itself."""
    known = code.strip().upper()
    return known not in REASONS or known in _SAYS_NOTHING
