"""Making the register say what a programme file says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.ledger.models import Fund
from vouchers.programmes import queries
from vouchers.programmes.actions.funding import appropriate_envelope, increase_envelope
from vouchers.programmes.actions.published import ensure_published_is_kept
from vouchers.programmes.lifecycle import CALL, PROGRAMME
from vouchers.programmes.models import Call, FormVersion, Instrument, Programme
from vouchers.programmes.rules import instrument_plan
from vouchers.programmes.rules import plan as plans
from vouchers.programmes.rules.changes import (
    Difference,
    ensure_nothing_left_out,
    ensure_only_more,
    ensure_same_lines,
    list_differences,
)
from vouchers.programmes.rules.digest import as_json, content_digest
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.fund_shares import RATE_PLACES, lines_of
from vouchers.programmes.rules.plain import Plain
from vouchers.regions.actions import add_region, change_region
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions
from vouchers.workflow.transition import OFFICE, creation, transition


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that loading a file did: ``added call 2026-1``; of what was changed, every value that differs."""

    verb: str
    kind: str
    code: str
    differences: tuple[Difference, ...] = ()


def _changed(kind: str, code: str, before: Any, after: Any) -> Change:
    return Change("changed", kind, code, tuple(list_differences(before, after)))


@dataclass(frozen=True, slots=True)
class Correction:
    """A published call that may change, and why, in words for those who applied in it."""

    call_code: str
    summary: str


def load_programme(
    plan: plans.ProgrammePlan,
    *,
    source: Plain = None,
    correction: Correction | None = None,
    by: Any,
    at: datetime,
) -> list[Change]:
    """Make the register say what a programme file says, all or nothing; the same content again changes nothing.

    Raises:
        PublishedChanged: a published call would change without a correction.
        RuleBroken: voted money would shrink, or something published is missing from the file. Nothing is loaded then.
    """
    corrected: Collection[str] = ()
    with unit_of_work():
        programme = queries.lock_programme(plan.code)
        if programme is not None:
            if _is_loaded(programme, plan, source):
                return []
            corrected = _ensure_published_is_kept(programme, plan, correction)
        return [
            *_enter_regions(plan.regions, at=at),
            *_enter_programme(programme, plan, source, by=by, at=at),
            *_enter_calls(
                queries.get_programme(plan.code),
                plan,
                corrected,
                why=correction.summary if correction else "",
                by=by,
                at=at,
            ),
        ]


def is_loaded(source: Plain) -> bool:
    """Whether this very file was loaded last. It may be loaded again for nothing, whatever a newer check says of it."""
    head = source.get("programme") if isinstance(source, dict) else None
    code = head.get("code") if isinstance(head, dict) else None
    return isinstance(code, str) and queries.find_source(code) == source


def _is_loaded(programme: Programme, plan: plans.ProgrammePlan, source: Plain) -> bool:
    """The same content; or the very file, which goes on meaning what it meant although a default is another now."""
    return programme.digest == plan.digest or (source is not None and programme.source == source)


def _ensure_published_is_kept(
    programme: Programme, plan: plans.ProgrammePlan, correction: Correction | None
) -> set[str]:
    """The codes of the calls that the correction changes."""
    calls = queries.lock_calls(programme.id)
    instruments = queries.list_instruments(programme.id)
    ensure_nothing_left_out("call", [call.code for call in calls], [call.code for call in plan.calls])
    ensure_nothing_left_out("instrument", [one.code for one in instruments], [one.code for one in plan.instruments])
    return ensure_published_is_kept(programme, calls, plan, corrected=correction.call_code if correction else "")


def _enter_regions(regions: Sequence[plans.Region], *, at: datetime) -> Iterator[Change]:
    registered = {region.code: region for region in list_regions()}
    for wanted in regions:
        values = _region_values(wanted)
        region = registered.get(wanted.code)
        if region is None:
            add_region(values, by=OFFICE, at=at)
            yield Change("added", "region", wanted.code)
        elif any(getattr(region, column) != value for column, value in values.items()):
            change = _changed("region", wanted.code, {column: getattr(region, column) for column in values}, values)
            change_region(region, values, by=OFFICE, at=at)
            yield change


def _region_values(region: plans.Region) -> dict[str, Any]:
    address, account = region.office.address, region.bank_account
    return {
        "code": region.code,
        "plain_name": str(region.name),
        "names": [list(version) for version in region.name.versions],
        "country": region.country,
        "time_zone": region.time_zone,
        "office_name": region.office.name,
        "email": region.office.email,
        "street": address.street,
        "building": address.building_number,
        "post_code": address.post_code,
        "town": address.town,
        "account_holder": account.holder,
        "iban": account.iban,
        "bic": account.bic,
    }


def _enter_programme(
    programme: Programme | None, plan: plans.ProgrammePlan, source: Plain, *, by: Any, at: datetime
) -> list[Change]:
    parts = as_json(plan)
    config = {key: parts[key] for key in parts if key not in ("regions", "instruments", "calls")}
    lines = config["fund_lines"]
    if programme is None:
        programme = Programme(code=plan.code, digest=plan.digest, config=config, source=source, loaded_at=at)
        with creation(programme, PROGRAMME.load, by=by, at=at):
            instruments = list(_enter_instruments(programme, plan.instruments))
        return [Change("added", "programme", plan.code), *_list_fund_lines([], lines), *instruments]
    stored = as_json(programme.plan)
    before = {key: stored[key] for key in config if key != "fund_lines"}
    changed = _changed("programme", plan.code, before, {key: config[key] for key in before})
    with transition(programme, PROGRAMME.change, by=by, at=at):
        programme.digest, programme.config, programme.loaded_at = plan.digest, config, at
        programme.source = source
        instruments = list(_enter_instruments(programme, plan.instruments))
    return [changed, *_list_fund_lines(stored["fund_lines"], lines), *instruments]


def _list_fund_lines(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[Change]:
    """What becomes of the fund lines, which live with their programme."""
    old, new = ({line["code"]: line for line in lines} for lines in (before, after))
    yield from (Change("added", "fund line", code) for code in new if code not in old)
    yield from (Change("removed", "fund line", code) for code in old if code not in new)
    for code in new:
        if code in old and old[code] != new[code]:
            yield _changed("fund line", code, old[code], new[code])


def _enter_instruments(programme: Programme, instruments: Sequence[instrument_plan.Instrument]) -> Iterator[Change]:
    """Instruments live with their programme: its step is theirs."""
    registered = {item.code: item for item in queries.list_instruments(programme.id)}
    for wanted in instruments:
        values = {"digest": content_digest(wanted), "config": as_json(wanted)}
        instrument = registered.get(wanted.code)
        if instrument is None:
            db.session.add(Instrument(programme_id=programme.id, code=wanted.code, **values))
            yield Change("added", "instrument", wanted.code)
        elif instrument.digest != values["digest"]:
            change = _changed("instrument", wanted.code, as_json(instrument.plan), values["config"])
            instrument.digest, instrument.config = values["digest"], values["config"]
            yield change


def _enter_calls(
    programme: Programme, plan: plans.ProgrammePlan, corrected: Collection[str], *, why: str, by: Any, at: datetime
) -> Iterator[Change]:
    published = {call.code: call for call in queries.lock_calls(programme.id)}
    regions = {region.code: region for region in list_regions()}
    for wanted in plan.calls:
        values = {
            "opens_at": wanted.opens_at,
            "closes_at": wanted.closes_at,
            "time_zone": wanted.time_zone,
            "digest": plans.call_terms_digest(plan, wanted),
            "config": as_json(wanted),
        }
        call = published.get(wanted.code)
        if call is None:
            _keep_form(wanted.form)
            call = Call(programme=programme, code=wanted.code, **values)
            with creation(call, CALL.load, by=by, at=at):
                pass
            yield Change("added", "call", wanted.code)
        elif call.code in corrected:
            _keep_form(wanted.form)
            _keep_form(call.plan.form)
            change = _changed("call", wanted.code, as_json(call.plan), values["config"])
            with transition(call, CALL.correct, by=by, at=at, why=why):
                for column, value in values.items():
                    setattr(call, column, value)
            if change.differences:  # else only its instruments or the rules changed
                yield change
        yield from _enter_envelopes(call, wanted.envelopes, plan.fund_lines, regions, by=by, at=at)


def _keep_form(form: Form) -> None:
    """Keep the form as it stands: what is submitted to it names it by its digest."""
    digest = content_digest(form)
    if db.session.get(FormVersion, digest) is None:
        db.session.add(FormVersion(digest=digest, config=as_json(form)))
        db.session.flush()


def _enter_envelopes(
    call: Call,
    envelopes: Sequence[plans.Envelope],
    fund_lines: Sequence[plans.FundLine],
    regions: dict[str, Region],
    *,
    by: Any,
    at: datetime,
) -> Iterator[Change]:
    voted = {(item.region.code, item.instrument_code): item for item in queries.list_envelopes_of([call.id])}
    wanted = {(item.region, item.instrument or "*"): item for item in envelopes}
    ensure_nothing_left_out(f"envelope of {call.code}", ["/".join(key) for key in voted], ["/".join(k) for k in wanted])
    for key, item in wanted.items():
        code = "/".join((call.code, *key))
        if key not in voted:
            appropriate_envelope(call, regions[item.region], item, fund_lines, by=by, at=at)
            yield Change("added", "envelope", code)
            continue
        envelope = voted[key]
        lines = [_line(line) for line in lines_of(item, fund_lines)]
        ensure_same_lines(code, [_line(part.fund) for part in envelope.funds], lines)
        if ensure_only_more(code, envelope.amount, item.amount):
            change = _changed("envelope", code, {"amount": as_json(envelope.amount)}, {"amount": as_json(item.amount)})
            increase_envelope(envelope, item, by=by, at=at)
            yield change


def _line(line: Any) -> tuple[str, Decimal, str]:
    code = line.line if isinstance(line, Fund) else line.code
    return code, line.rate.quantize(RATE_PLACES), line.kind.value
