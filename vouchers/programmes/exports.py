"""Calls as data: a calendar, a feed, open data, and what search engines read. No word of a person is in any of them.

Each takes calls as `queries.list_calls` gives them, with `spans`: call id -> when it was published and last changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from vouchers.core import calendars, feeds
from vouchers.core.formatting import moment
from vouchers.core.links import full_url
from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.models import Call, Corrigendum, Programme
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.phase import phase_of
from vouchers.programmes.rules.rounds import rounds_of
from vouchers.programmes.rules.telling import Told, tell
from vouchers.regions.models import Region

VERSION = "1"
"""Of the open data. A field may be added within a version; none is renamed, removed or given another meaning."""
Spans = Mapping[int, tuple[datetime, datetime]]
CallMoney = Mapping[tuple[int, str, str | None], Money]


def span_of(call: Call, spans: Spans) -> tuple[datetime, datetime]:
    """When the call was published and last changed."""
    return spans.get(call.id, (call.programme.loaded_at, call.programme.loaded_at))


def page_of(call: Call) -> str:
    """The full address of the call's page."""
    return full_url("programmes.call", programme_code=call.programme.code, call_code=call.code)


def calendar_of(calls: Sequence[Call], spans: Spans, language: str) -> bytes:
    """The opening, the ends of the rounds and the deadline of each call, as iCalendar."""
    entries = [entry for call in calls for entry in _moments(call, spans, language)]
    return calendars.calendar(str(_("Calls for vouchers")), entries, made_by="-//Innovation Voucher Office//Calls//EN")


def _moments(call: Call, spans: Spans, language: str) -> Iterator[calendars.Moment]:
    name = f"{call.programme.plan.name.in_language(language)}: {call.plan.title.in_language(language)}"
    page = page_of(call)
    rounds = [
        (f"round-{part.number}", part.cut_off, _("Round %(number)s ends: %(name)s", number=part.number, name=name))
        for part in rounds_of(call.plan)[:-1]  # the last one ends with the call
    ]
    for what, at, title in (
        ("opens", call.opens_at, _("Opens: %(name)s", name=name)),
        *rounds,
        ("closes", call.closes_at, _("Deadline: %(name)s", name=name)),
    ):
        on_its_clocks = moment(at, call.time_zone)
        yield calendars.Moment(
            uid=f"{call.programme.code}-{call.code}-{what}@{_host()}",
            at=at,
            changed_at=span_of(call, spans)[1],
            title=str(title),
            text=f"{on_its_clocks}\n\n{call.plan.summary.in_language(language).strip()}\n\n{page}",
            url=page,
            category=call.programme.plan.name.in_language(language),
        )


def feed_of(calls: Sequence[Call], spans: Spans, wanted: Mapping[str, str], language: str) -> bytes:
    """The calls as an Atom feed, the newest first."""
    newest_first = sorted(calls, key=lambda call: (span_of(call, spans)[0], call.id), reverse=True)
    asked = {name: value for name, value in wanted.items() if name != "language"}
    return feeds.feed(
        f"tag:{_host()},2026:calls" + ("?" + urlencode(sorted(wanted.items())) if wanted else ""),
        str(_("Calls for vouchers")),
        [_entry(call, spans, language) for call in newest_first],
        self_url=full_url("programmes.feed", **wanted),
        page_url=full_url("programmes.calls", **asked),
        language=language,
        empty_since=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _entry(call: Call, spans: Spans, language: str) -> feeds.Entry:
    published_at, changed_at = span_of(call, spans)
    opens, closes = (moment(at, call.time_zone) for at in (call.opens_at, call.closes_at))
    dates = _("Opens %(opens)s. Closes %(closes)s.", opens=opens, closes=closes)
    return feeds.Entry(
        id=f"tag:{_host()},2026:call/{call.programme.code}/{call.code}",
        title=f"{call.programme.plan.name.in_language(language)}: {call.plan.title.in_language(language)}",
        url=page_of(call),
        published_at=published_at,
        updated_at=changed_at,
        summary=f"{dates}\n\n{call.plan.summary.in_language(language).strip()}",
        author=call.programme.plan.name.in_language(language),
        categories=tuple((plan.code, plan.name.in_language(language)) for plan in instruments_of(call)),
    )


def open_data_of(
    calls: Sequence[Call], spans: Spans, regions: Mapping[str, Region], money: CallMoney, at: datetime
) -> bytes:
    """The calls as JSON; `docs/open-calls.md` says what each field means. `money` is that of `queries.map_money`."""
    told = [_open_data(call, spans, regions, money, at) for call in calls]
    return json.dumps({"version": VERSION, "calls": told}, ensure_ascii=False, separators=(",", ":")).encode()


def _open_data(
    call: Call, spans: Spans, regions: Mapping[str, Region], money: CallMoney, at: datetime
) -> dict[str, Any]:
    plan, published_changed = call.plan, span_of(call, spans)
    return {
        "id": f"{call.programme.code}/{call.code}",
        "url": page_of(call),
        "state": phase_of(call, at).value,
        "title": _said(plan.title),
        "summary": _said(plan.summary),
        "opens_at": _iso(call.opens_at),
        "closes_at": _iso(call.closes_at),
        "cut_offs": [_iso(cut_off) for cut_off in plan.cut_offs],
        "time_zone": call.time_zone,
        "decision_by": plan.decision_by.isoformat() if plan.decision_by else None,
        "published_at": _iso(published_changed[0]),
        "changed_at": _iso(published_changed[1]),
        "allocation": plan.allocation.value,
        "spent_with": as_json(plan.spent_with),
        "programme": _programme(call.programme),
        "regions": [
            {"code": code, "name": regions[code].plain_name, "country": regions[code].country} for code in plan.regions
        ],
        "instruments": [_instrument(item) for item in instruments_of(call)],
        "envelopes": [
            {
                "region": item.region,
                "instrument": item.instrument,
                "amount": amount.plain,
                "currency": amount.currency,
            }
            for item in plan.envelopes
            for amount in (money.get((call.id, item.region, item.instrument), item.amount),)
        ],
    }


def _programme(programme: Programme) -> dict[str, Any]:
    plan = programme.plan
    return {
        "code": programme.code,
        "name": _said(plan.name),
        "title": _said(plan.title),
        "funder": _said(plan.funder),
        "state_aid": plan.rules.state_aid.value,
        "smes_only": plan.rules.smes_only,
        "url": full_url("programmes.programme", code=programme.code),
    }


def _instrument(plan: Instrument) -> dict[str, Any]:
    return {
        "code": plan.code,
        "name": _said(plan.name),
        "summary": _said(plan.summary),
        "grant": {
            "kind": plan.grant.kind.value,
            "most": plan.grant.span().most_cap.plain,
            "currency": plan.grant.cap.currency,
            "rate": _rate(plan.grant.rate),
            "variations": [
                {
                    "sizes": [size.value for size in one.sizes],
                    "regions": list(one.regions),
                    "most": one.cap.plain if one.cap else None,
                    "rate": _rate(one.rate),
                }
                for one in plan.grant.variations
            ],
        },
        "cross_border": plan.cross_border.value,
        "provider": plan.provider.value,
        "payee": plan.payee.value,
    }


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else format(rate.normalize(), "f")


def grant_data_of(call: Call, regions: Sequence[Region], language: str) -> dict[str, Any]:
    """What search engines read (schema.org): a grant that is offered from one moment to another."""
    plan, programme = call.plan, call.programme.plan
    most = max((item.grant.span(plan.regions).most_cap for item in instruments_of(call)), default=None)
    return {
        "@context": "https://schema.org",
        "@type": ["MonetaryGrant", "Offer"],
        "@id": page_of(call),
        "url": page_of(call),
        "identifier": f"{call.programme.code}/{call.code}",
        "name": plan.title.in_language(language),
        "description": plan.summary.in_language(language).strip(),
        "availabilityStarts": _iso(call.opens_at),
        "availabilityEnds": _iso(call.closes_at),
        "validFrom": _iso(call.opens_at),
        "validThrough": _iso(call.closes_at),
        "funder": {"@type": "Organization", "name": programme.funder.in_language(language)},
        "offeredBy": {
            "@type": "Organization",
            "name": programme.name.in_language(language),
            "url": programme.website or full_url("programmes.programme", code=call.programme.code),
        },
        "areaServed": [
            {
                "@type": "AdministrativeArea",
                "name": region.name.in_language(language),
                "identifier": region.code,
                "containedInPlace": {"@type": "Country", "name": region.country},
            }
            for region in regions
        ],
        **({"amount": _amount(most, call)} if most else {}),
    }


def _amount(most: Any, call: Call) -> dict[str, Any]:
    grants = [item.grant for item in instruments_of(call)]
    is_exact = len(grants) == 1 and grants[0].kind is not GrantKind.REAL_COST and not grants[0].variations
    return {"@type": "MonetaryAmount", "currency": most.currency, "value" if is_exact else "maxValue": most.plain}


def instruments_of(call: Call) -> list[Instrument]:
    """The plans of the instruments that the call offers, in the order of the file."""
    return [item.plan for item in call.programme.instruments if item.code in call.plan.instruments]


def terms_of(call: Call) -> dict[str, Any]:
    """All that an applicant of the call relies on, as it is stored now."""
    return {
        "call": as_json(call.plan),
        "instruments": [as_json(item) for item in instruments_of(call)],
        "rules": as_json(call.programme.plan.rules),
        "fund_lines": as_json(call.programme.plan.fund_lines),
    }


def tell_differences(corrigendum: Corrigendum, region_names: Mapping[str, Text]) -> list[Told]:
    """What a correction changed, for people; its call is loaded with programme and instruments."""
    call = corrigendum.call
    names = {**region_names, **{item.code: item.plan.name for item in call.programme.instruments}}
    return list(tell(corrigendum.differences, terms_of(call), names, call.time_zone))


def _said(text: Text) -> dict[str, str]:
    return {language: version.strip() for language, version in text.versions}


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _host() -> str:
    return urlsplit(full_url("web.first_page")).hostname or "localhost"
