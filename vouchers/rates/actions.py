"""Loading rates: a file is read and kept, shown, and loaded as a whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.rates import queries
from vouchers.rates.lifecycle import RATE_IMPORT
from vouchers.rates.models import Rate, RateImport
from vouchers.rates.queries import LinePlan
from vouchers.rates.rules.table import decode, read_rates
from vouchers.rates.states import Effect
from vouchers.workflow.transition import creation, transition


def read_rate_import(content: bytes, filename: str, *, month: date | None = None, by: Any, at: datetime) -> RateImport:
    """Keep a file that can be read as rates. Nothing of it is a rate yet.

    Raises:
        RuleBroken: field ``file`` or ``month``; it is no such file.
    """
    text = decode(content)
    lines = read_rates(text, month=month, today=office_day(at))
    kept = RateImport(
        filename=filename,
        sha256=hashlib.sha256(content).hexdigest(),
        text=text,
        month=month,
        lines=len(lines),
        read_at=at,
        read_by_id=by.id,
    )
    with creation(kept, RATE_IMPORT.read, by=by, at=at):
        return kept


def load_rate_import(
    kept: RateImport, *, reason: str = "", by: Any, at: datetime, version: int | None = None
) -> list[LinePlan]:
    """Make the lines of a file the rates that hold; the same file again changes nothing.

    A rate that was loaded before is replaced only with a reason, and stays, marked. What was frozen in a claim is not
    touched: claims keep the rate by which they were reckoned.

    Raises:
        RuleBroken: a line cannot be taken, or changes a rate without a reason (field ``reason``).
    """
    with unit_of_work():
        with transition(kept, RATE_IMPORT.load, by=by, at=at, why=reason or None, version=version):
            plans = queries.plan_import(kept)
            ensure_loadable(plans, reason)
            current = queries.map_current(plan.line.month for plan in plans if plan.line.month is not None)
            for plan in plans:
                if plan.effect is Effect.CHANGED and plan.line.month is not None:
                    old = current[plan.line.code, plan.line.month]
                    old.is_current, old.replaced_at = False, at
            db.session.flush()  # the old ones make room first
            db.session.add_all(_rate(kept, plan) for plan in plans if plan.effect in (Effect.NEW, Effect.CHANGED))
            kept.added = sum(plan.effect is Effect.NEW for plan in plans)
            kept.changed = sum(plan.effect is Effect.CHANGED for plan in plans)
            kept.reason, kept.loaded_at, kept.loaded_by_id = reason.strip() if kept.changed else "", at, by.id
        return plans


def ensure_loadable(plans: Sequence[LinePlan], reason: str) -> None:
    """All lines can be taken, and what changes has a reason. Raises `RuleBroken`."""
    if refused := [plan for plan in plans if plan.effect is Effect.REFUSED]:
        raise RuleBroken(
            _(
                "%(count)s lines cannot be taken, the first is line %(number)s. Nothing was loaded.",
                count=len(refused),
                number=refused[0].line.number,
            )
        )
    changed = [plan for plan in plans if plan.effect is Effect.CHANGED]
    if changed and not reason.strip():
        raise RuleBroken(
            _(
                "%(count)s rates were loaded before and say something else in this file. Say why they are corrected.",
                count=len(changed),
            ),
            field="reason",
        )


def _rate(kept: RateImport, plan: LinePlan) -> Rate:
    return Rate(
        import_id=kept.id,
        currency=plan.line.code,
        month=plan.line.month,
        units_text=f"{plan.line.units:f}",
        is_current=True,
    )


def discard_rate_import(kept: RateImport, *, by: Any, at: datetime) -> None:
    """Forget the file; nothing of it was loaded."""
    with transition(kept, RATE_IMPORT.discard, by=by, at=at):
        kept.text = ""
