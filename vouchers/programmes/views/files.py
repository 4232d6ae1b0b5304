"""Calls as files for machines: calendar, feed, open data. Unlike a person, a program must be told of a wrong filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, request
from flask_babel import force_locale

from vouchers.audit.queries import find_last_moment, map_spans
from vouchers.core import calendars, clock, feeds
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import public
from vouchers.programmes import exports, queries
from vouchers.programmes.models import Call
from vouchers.programmes.views.blueprint import FILTERS, blueprint
from vouchers.regions.queries import list_regions

MOST_AGE = 300
"""Seconds for which a calendar, a feed or the open data may be kept; less when a call opens or closes before."""
LANGUAGES = ("en", "da", "de", "fr", "nl")


@blueprint.get("/calls.ics")
@public
def calendar() -> Any:
    """Openings and deadlines for a calendar program; the same filters as the page."""
    return _as_file(
        calendars.MEDIA_TYPE, lambda query, found, spans: exports.calendar_of(found, spans, _language(query))
    )


@blueprint.get("/calls/<programme_code>/<call_code>/dates.ics")
@public
def call_dates(programme_code: str, call_code: str) -> Any:
    """Opening and deadline of one call for a calendar program."""
    query, found = _asked_of_file({}), [queries.get_call(programme_code, call_code)]

    def write(spans: exports.Spans) -> bytes:
        return exports.calendar_of(found, spans, _language(query))

    return _answer(calendars.MEDIA_TYPE, query, found, write, clock.now())


@blueprint.get("/calls.atom")
@public
def feed() -> Any:
    """The calls for a feed reader; the same filters as the page."""
    return _as_file(
        feeds.MEDIA_TYPE,
        lambda query, found, spans: exports.feed_of(found, spans, query.filters, _language(query)),
    )


@blueprint.get("/calls.json")
@public
def open_data() -> Any:
    """The calls as open data; the same filters as the page."""
    at = clock.now()
    regions = {region.code: region for region in list_regions()}

    def write(_query: ListQuery, found: list[Call], spans: exports.Spans) -> bytes:
        return exports.open_data_of(found, spans, regions, queries.map_money([one.id for one in found]), at)

    return _as_file("application/json", write)


def _as_file(media_type: str, write: Callable[[ListQuery, list[Call], exports.Spans], bytes]) -> Response:
    """The calls that the address asks for."""
    query, at = _asked_of_file(FILTERS), clock.now()
    found = queries.list_calls(query.filters, at=at)
    if not found:
        _ensure_known(query.filters)
    return _answer(media_type, query, found, lambda spans: write(query, found, spans), at)


def _asked_of_file(filters: Mapping[str, Any]) -> ListQuery:
    query = ListQuery.read(request.args, sorts=["deadline"], filters={**filters, "language": LANGUAGES})
    for name, value in request.args.items():
        if name != "language" and value and name not in query.filters:
            raise _unknown(name, value)
    return query


def _ensure_known(wanted: Mapping[str, str]) -> None:
    """Tell codes for which there is no call from codes that nothing has."""
    programmes = queries.list_programmes()
    known = {
        "programme": {one.code for one in programmes},
        "region": {region.code for region in list_regions()},
        "instrument": {item.code for one in programmes for item in one.instruments},
    }
    for name, codes in known.items():
        if name in wanted and wanted[name] not in codes:
            raise _unknown(name, wanted[name])


def _unknown(name: str, value: str) -> NotFound:
    return NotFound(_("Calls cannot be filtered by “%(filter)s”. Check the address.", filter=f"{name}={value}"[:80]))


def _answer(
    media_type: str, query: ListQuery, found: list[Call], write: Callable[[exports.Spans], bytes], at: datetime
) -> Response:
    """An answer for machines, the same for everybody: it may be kept for minutes, and asked for again by its tag."""
    spans = _spans_of(found)
    with force_locale(_language(query)):
        answer = Response(write(spans), content_type=media_type)
    turns = [turn for one in queries.list_call_marks() for turn in (one.opens_at, one.closes_at)]
    left = min([MOST_AGE, *(int((turn - at).total_seconds()) + 1 for turn in turns if turn >= at)])
    changes = [exports.span_of(one, spans)[1] for one in found] + [turn for turn in turns if turn <= at]
    changes += [one.programme.loaded_at for one in found]  # its name, and what else is told of it
    answer.last_modified = max([*changes, *_regions_changed()], default=None)
    answer.headers["Cache-Control"] = f"public, max-age={left}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _spans_of(found: list[Call]) -> exports.Spans:
    """When each call was published and last changed: the call itself, or where its money stands."""
    ids = [one.id for one in found]
    moves = queries.map_moves(ids)
    return {
        call_id: (first, max(last, moves.get(call_id, last)))
        for call_id, (first, last) in map_spans("call", ids).items()
    }


def _regions_changed() -> list[datetime]:
    changed_at = find_last_moment("region")
    return [changed_at] if changed_at else []


def _language(query: ListQuery) -> str:
    return query.filters.get("language", "en")
