"""Whether a voucher is spent with somebody of the pool that its call names. Pure."""

from __future__ import annotations

from collections.abc import Collection

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import is_same_organisation


def find_outside(name: str, admitted: Collection[str] | None) -> Sentence | None:
    """Why this name will not do; None where it is in the pool, or the call names no pool (`admitted` None)."""
    if admitted is None or any(is_same_organisation(name, one) for one in admitted):
        return None
    return _(
        "“%(name)s” is not in the pool with which this call’s vouchers are spent. Choose one who is, and write the "
        "name as it stands there.",
        name=name,
    )


def ensure_in_pool(name: str, admitted: Collection[str] | None, *, field: str) -> None:
    """Nobody else is agreed with or paid. Raises `RuleBroken` at this field."""
    if sentence := find_outside(name, admitted):
        raise RuleBroken(sentence, field=field)
