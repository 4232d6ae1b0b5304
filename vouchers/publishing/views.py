"""The vouchers that were granted: for everybody, and for the programme's own report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context

from vouchers.core import clock
from vouchers.core.errors import NotFound
from vouchers.core.languages import LANGUAGES, language
from vouchers.core.tables import ListQuery, ensure_read
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, public
from vouchers.programmes.models import Programme
from vouchers.programmes.queries import get_programme
from vouchers.publishing import exports, policy
from vouchers.publishing.queries import cooperating, reporting
from vouchers.publishing.queries import granted as vouchers
from vouchers.publishing.queries.granted import Scope
from vouchers.publishing.rules.indicators import Sums, indicators_of, list_across, sums_of
from vouchers.reports.queries.choice import Choice, choose
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("publishing", __name__)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_AGE = 300
"""Seconds for which a file may be kept."""


# For everybody -------------------------------------------------------------------------------------------------------


@blueprint.get("/granted")
@public
def programmes() -> Any:
    """The programmes that publish who receives a voucher."""
    found = vouchers.list_publishing_programmes()
    counts = {one.id: vouchers.count_granted(Scope((one.id,))) for one in found}
    return render_template("publishing/programmes.html", found=found, counts=counts)


@blueprint.get("/granted/<programme_code>")
@guarded(lambda programme_code: get_programme(programme_code), policy.may_read_list, is_public=True)
def granted(programme: Programme) -> Any:
    """Who receives a voucher of this programme, for what, and how much; with the files."""
    calls, regions = vouchers.list_codes_of((programme.id,))
    codes = [region.code for region in regions]
    filters = {"call": calls, "region": codes}
    query = ListQuery.read(request.args, sorts=vouchers.SORTS, default="-reference", filters=filters)
    wanted = Scope((programme.id,), query.filters.get("call"), query.filters.get("region"))
    return render_template(
        "publishing/granted.html",
        programme=programme,
        page=vouchers.page_of_granted(wanted, query),
        calls=[(code, code) for code in calls],
        regions=[(one.code, one.name.for_reader()) for one in regions],
        narrowed={name: value for name, value in query.filters.items() if value},
    )


@blueprint.get("/granted/<programme_code>/grants.json")
@guarded(lambda programme_code: get_programme(programme_code), policy.may_read_list, is_public=True)
def grants(programme: Programme) -> Any:
    """The vouchers as open data of the 360Giving Data Standard."""
    wanted, plan = _asked_for(programme), programme.plan
    if not vouchers.count_granted(wanted):
        raise NotFound(_("No voucher is published here yet."))
    pieces = exports.grants_json(plan, vouchers.stream_granted(wanted), at=clock.now())
    return _file(pieces, "application/json", f"vouchers-{plan.code}.json", is_public=_is_public(programme))


@blueprint.get("/granted/<programme_code>/operations.csv")
@guarded(lambda programme_code: get_programme(programme_code), policy.may_read_list, is_public=True)
def operations_csv(programme: Programme) -> Any:
    """The list of operations (CPR Article 49) as CSV."""
    wanted, told, name = _asked_for(programme), _language(), f"operations-{programme.code}.csv"
    pieces = exports.operations_csv(vouchers.stream_granted(wanted), told)
    return _file(pieces, "text/csv; charset=utf-8", name, is_public=_is_public(programme))


@blueprint.get("/granted/<programme_code>/operations.xlsx")
@guarded(lambda programme_code: get_programme(programme_code), policy.may_read_list, is_public=True)
def operations_xlsx(programme: Programme) -> Any:
    """The list of operations (CPR Article 49) as a workbook."""
    wanted, told, name = _asked_for(programme), _language(), f"operations-{programme.code}.xlsx"
    pieces = exports.operations_xlsx(vouchers.stream_granted(wanted), told)
    return _file(pieces, WORKBOOK, name, is_public=_is_public(programme))


def _asked_for(programme: Programme) -> Scope:
    """What the address narrows to. A code that nothing has is said to be unknown, for a program asks."""
    calls, regions = vouchers.list_codes_of((programme.id,))
    known = {"call": calls, "region": [one.code for one in regions]}
    for name, value in request.args.items():
        if name == "language" or not value:
            continue
        if value not in known.get(name, []):
            asked = f"{name}={value}"[:80]
            raise NotFound(_("Vouchers cannot be filtered by “%(filter)s”. Check the address.", filter=asked))
    return Scope((programme.id,), request.args.get("call") or None, request.args.get("region") or None)


def _language() -> str:
    asked = request.args.get("language", "")
    if asked and asked not in LANGUAGES:
        asked = f"language={asked}"[:80]
        raise NotFound(_("Vouchers cannot be filtered by “%(filter)s”. Check the address.", filter=asked))
    return asked or language()


def _is_public(programme: Programme) -> bool:
    return policy.may_read_list(Nobody, programme) is None


class Nobody:
    """Whoever it may be."""

    id = None


# For the programme's own report --------------------------------------------------------------------------------------


@blueprint.get("/reporting")
@asks(policy.is_reader)
def report() -> Any:
    """Recipients and amounts by region, indicators, and what surveys found, within the reader's mandate."""
    chosen = choose(request.args, mandate_of(actor()))
    programme, wanted = _chosen(chosen)
    counted, sums = _counted(chosen, wanted)
    return render_template(
        "publishing/report.html",
        chosen=chosen,
        programme=programme,
        counted=counted,
        sums=sums,
        indicators=indicators_of(counted, sums),
        surveyed=reporting.list_surveyed(chosen),
        may_read_list=policy.may_read_list(actor(), programme) is None,
    )


@blueprint.get("/reporting/recipients.csv")
@asks(policy.is_reader)
def recipients_csv() -> Any:
    """Recipients and amounts by region as CSV."""
    ensure_read(chosen := choose(request.args, mandate_of(actor())))
    _programme, wanted = _chosen(chosen)
    pieces = exports.recipients_csv(reporting.stream_recipients(wanted, chosen.currency))
    return _file(pieces, "text/csv; charset=utf-8", _name("recipients", chosen, "csv"), is_public=False)


@blueprint.get("/reporting/recipients.xlsx")
@asks(policy.is_reader)
def recipients_xlsx() -> Any:
    """Recipients and amounts by region as a workbook."""
    ensure_read(chosen := choose(request.args, mandate_of(actor())))
    _programme, wanted = _chosen(chosen)
    pieces = exports.recipients_xlsx(reporting.stream_recipients(wanted, chosen.currency))
    return _file(pieces, WORKBOOK, _name("recipients", chosen, "xlsx"), is_public=False)


@blueprint.get("/reporting/indicators.csv")
@asks(policy.is_reader)
def indicators_csv() -> Any:
    """The indicators by region, and what surveys found."""
    ensure_read(chosen := choose(request.args, mandate_of(actor())))
    _programme, wanted = _chosen(chosen)
    counted, sums = _counted(chosen, wanted)
    codes = [one.code for one in counted]
    pieces = exports.indicators_csv(indicators_of(counted, sums), codes, reporting.list_found(chosen))
    return _file(pieces, "text/csv; charset=utf-8", _name("indicators", chosen, "csv"), is_public=False)


def _chosen(chosen: Choice) -> tuple[Programme, Scope]:
    programme = get_programme(chosen.programme)
    return programme, reporting.scope_of(chosen, programme.id)


def _counted(chosen: Choice, wanted: Scope) -> tuple[list[Any], Sums]:
    across = list_across(cooperating.list_cooperations(wanted))
    counted = reporting.list_counted(wanted, chosen.currency, across)
    return counted, sums_of(counted, reporting.count_once(wanted, across), chosen.currency)


def _name(what: str, chosen: Choice, ending: str) -> str:
    parts = [what, chosen.programme, chosen.region, chosen.call, chosen.instrument]
    return "-".join(part for part in parts if part) + f".{ending}"


def _file(pieces: Any, media_type: str, name: str, *, is_public: bool) -> Response:
    answer = Response(stream_with_context(pieces), content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if is_public:
        answer.headers["Cache-Control"] = f"public, max-age={MOST_AGE}"
        answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
