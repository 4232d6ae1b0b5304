"""The import of a pool: read and kept, confirmed, then written line by line, each through its own lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import Refused, RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.experts.actions import register as experts
from vouchers.experts.models import Expert
from vouchers.pools import queries
from vouchers.pools.lifecycle import POOL_IMPORT
from vouchers.pools.models import PoolImport
from vouchers.pools.rules.importing import Effect, LinePlan
from vouchers.pools.rules.table import decode, read_rows
from vouchers.pools.states import PoolKind
from vouchers.providers import actions as providers
from vouchers.providers.models import Provider
from vouchers.providers.rules.offers import read_services
from vouchers.users.models import User
from vouchers.workflow.transition import creation, fresh, transition

AT_ONCE = 50
"""Lines after which the progress is noted."""
OF_ONE_JOB = 500
"""Lines that one job writes; the next job goes on."""


def read_pool_import(
    programme_code: str, kind: PoolKind, content: bytes, filename: str, *, by: User, at: datetime
) -> PoolImport:
    """Keep a file that can be read as a pool. Nothing of it is in the register yet.

    Raises:
        RuleBroken: field ``file``; it is no such file.
    """
    text, encoding = decode(content)
    rows = read_rows(text, kind)
    kept = PoolImport(
        programme_code=programme_code,
        kind=kind,
        filename=filename,
        encoding=encoding,
        text=text.replace("\0", ""),
        lines=len(rows),
        read_at=at,
        read_by_id=by.id,
    )
    with creation(kept, POOL_IMPORT.read, by=by, at=at):
        return kept


def confirm_pool_import(kept: PoolImport, *, by: User, at: datetime, version: int | None = None) -> None:
    """Write it into the register, by a job; whoever confirms is who acts."""
    with transition(kept, POOL_IMPORT.confirm, by=by, at=at, version=version) as step:
        kept.confirmed_by_id = by.id
        step.enqueue("pools.import", import_id=kept.id)


def discard_pool_import(kept: PoolImport, *, by: Any, at: datetime) -> None:
    """Forget the file; nothing of it was written."""
    with transition(kept, POOL_IMPORT.discard, by=by, at=at):
        kept.text = ""


def write_pool_import(kept: PoolImport, *, by: Any, at: datetime) -> None:
    """Write the next lines, each in a unit of work of its own; after the last one, finish.

    A line that was written before is found unchanged, so running twice does no harm. What stands in the file is then
    in the register, and the file is forgotten.
    """
    person, faults = kept.confirmed_by, list(kept.outcome.get("faults", []))
    counts = {effect.value: int(kept.outcome.get(effect.value, 0)) for effect in Effect}
    plans = queries.plan_import(kept, today=office_day(at))
    begun_at = kept.lines_done
    for position, plan in enumerate(plans[begun_at : begun_at + OF_ONE_JOB], begun_at + 1):
        why = plan.faults or _write_line(kept, plan, by=person, at=at)
        counts[Effect.REFUSED if why else plan.effect] += 1
        faults.extend([plan.number, str(fault)] for fault in why)
        if position % AT_ONCE == 0:
            is_last = position == begun_at + OF_ONE_JOB
            _advance(kept, position, counts | {"faults": faults}, by=by, at=at, goes_on=is_last)
    if len(plans) > begun_at + OF_ONE_JOB:
        return
    with transition(kept, POOL_IMPORT.finish, by=by, at=at):
        kept.lines_done, kept.outcome, kept.text = len(plans), counts | {"faults": faults}, ""


def _advance(
    kept: PoolImport, position: int, outcome: Mapping[str, Any], *, by: Any, at: datetime, goes_on: bool
) -> None:
    with transition(kept, POOL_IMPORT.advance, by=by, at=at) as step:
        kept.lines_done, kept.outcome = position, dict(outcome)
        if goes_on:
            step.enqueue("pools.import", import_id=kept.id)


def _write_line(kept: PoolImport, plan: LinePlan, *, by: Any, at: datetime) -> tuple[Any, ...]:
    """Write one line; the reason where the register refuses it after all."""
    if plan.effect == Effect.SAME:
        return ()
    write = _write_expert if kept.kind == PoolKind.EXPERTS else _write_provider
    try:
        with unit_of_work():
            write(kept.programme_code, plan, by=by, at=at)
    except Refused as refused:
        return (refused.sentence,)
    return ()


def _write_expert(code: str, plan: LinePlan, *, by: Any, at: datetime) -> None:
    values = plan.values
    if plan.entry_id is None:
        profile, until = _profile(values, code), _day(values.get("admitted_until"))
        experts.admit_expert(values["email"], values["name"], code, profile, until=until, by=by, at=at)
        return
    expert = fresh(Expert, plan.entry_id)
    changed = {name for name, _old, _new in plan.changes}
    if changed - {"admitted_until"}:
        experts.edit_expert(expert, _profile(queries.values_of_expert(expert) | values, code), by=by, at=at)
    if "admitted_until" in changed:
        experts.renew_expert(expert, _day(values["admitted_until"]), by=by, at=at)


def _profile(values: Mapping[str, Any], code: str) -> experts.Profile:
    cents = values.get("daily_rate")
    return experts.Profile(
        employer=values["employer"],
        country=values["country"],
        region_code=values.get("region", ""),
        languages=tuple(values["languages"]),
        expertise=values["expertise"],
        load_limit=values.get("load_limit", 10),
        fields=tuple(values.get("fields", ())),
        referees=values.get("referees", ""),
        daily_rate=None if cents is None else Money(cents, queries.currency_of(code)),
    )


def _write_provider(code: str, plan: LinePlan, *, by: Any, at: datetime) -> None:
    values, changed = plan.values, {name for name, _old, _new in plan.changes}
    if plan.entry_id is None:
        provider = providers.register_provider(code, _details(values, code), by=by, at=at)
    else:
        provider = fresh(Provider, plan.entry_id)
        if changed - {"accredited_until"}:
            whole = queries.values_of_provider(provider) | values
            providers.edit_provider(provider, _details(whole, code), by=by, at=at)
    if "accredited_until" in values and (plan.entry_id is None or "accredited_until" in changed):
        providers.accredit_provider(provider, _day(values["accredited_until"]), by=by, at=at)


def _details(values: Mapping[str, Any], code: str) -> providers.ProviderDetails:
    return providers.ProviderDetails(
        name=values["name"],
        country=values["country"],
        region_code=values.get("region", ""),
        vat_number=values.get("vat_number", ""),
        register_number=values.get("register_number", ""),
        website=values.get("website", ""),
        contact_email=values.get("contact_email", ""),
        fields=tuple(values.get("fields", ())),
        services=read_services(values.get("services", ""), queries.currency_of(code)),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def ensure_confirmable(plans: list[LinePlan]) -> None:
    """There is something to write. Raises `RuleBroken`."""
    if not any(plan.effect in (Effect.NEW, Effect.CHANGED) for plan in plans):
        raise RuleBroken(_("Nothing in this file would change the register."))
