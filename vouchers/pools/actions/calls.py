"""Calls for a pool: written, published, extended and closed by a keeper of the register."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vouchers.pools.lifecycle import POOL_CALL
from vouchers.pools.models import PoolCall
from vouchers.pools.rules.terms import PoolTerms, as_stored, ensure_later, ensure_publishable, ensure_times
from vouchers.pools.states import PoolKind
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


@dataclass(frozen=True, slots=True)
class PoolCallText:
    """What a manager writes."""

    kind: PoolKind
    title: str
    summary: str
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    months: int
    terms: PoolTerms


def draft_pool_call(programme_code: str, words: PoolCallText, *, by: User, at: datetime) -> PoolCall:
    """Write a call that nobody else sees yet. Raises `RuleBroken`: it closes before it opens."""
    call = PoolCall(programme_code=programme_code, drafted_by_id=by.id, drafted_at=at)
    _fill(call, words)
    with creation(call, POOL_CALL.draft, by=by, at=at):
        return call


def edit_pool_call(call: PoolCall, words: PoolCallText, *, by: User, at: datetime, version: int | None = None) -> None:
    """Change a call that is not published. Raises `RuleBroken`: it closes before it opens."""
    with transition(call, POOL_CALL.edit, by=by, at=at, version=version):
        _fill(call, words)


def _fill(call: PoolCall, words: PoolCallText) -> None:
    ensure_times(words.opens_at, words.closes_at)
    columns: dict[str, Any] = asdict(words) | {"asks": as_stored(words.terms)}
    del columns["terms"]
    for column, value in columns.items():
        setattr(call, column, value)


def publish_pool_call(call: PoolCall, *, by: User, at: datetime) -> None:
    """Show the call to everybody. From now on only its deadline can be moved, and only back."""
    with transition(call, POOL_CALL.publish, by=by, at=at):
        ensure_publishable(call.closes_at, at)
        call.published_at = at


def extend_pool_call(call: PoolCall, closes_at: datetime, reason: str, *, by: User, at: datetime) -> None:
    """Move the deadline back. Raises `RuleBroken`: it would not be later."""
    with transition(call, POOL_CALL.extend, by=by, at=at, why=reason):
        ensure_later(closes_at, call.closes_at, at)
        call.closes_at = closes_at


def close_pool_call(call: PoolCall, *, by: User, at: datetime) -> None:
    """Take no further enrolments; those that were submitted are decided as before."""
    with transition(call, POOL_CALL.close, by=by, at=at):
        pass
