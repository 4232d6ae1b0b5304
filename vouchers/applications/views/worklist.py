"""The staff's list of applications: narrowed and ordered by its address, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for

from vouchers.applications import exports, policy
from vouchers.applications.queries import worklist as desks
from vouchers.applications.queries.ground import map_targets
from vouchers.applications.queries.officers import Officer, list_officers
from vouchers.applications.queries.worklist import NOBODY
from vouchers.applications.rules.next_steps import UNDECIDED
from vouchers.applications.states import UNSENT, ApplicationState
from vouchers.applications.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery, ensure_read
from vouchers.core.text import Sentence, reader_language
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, reader_day
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of


def _query(desk: desks.Desk, officers: Sequence[Officer]) -> ListQuery:
    filters = desk.filters | {"officer": [NOBODY, *(str(one.id) for one in officers)]}
    return ListQuery.read(request.args, sorts=desks.SORTS, default="-submitted", filters=filters)


def address_of_list() -> str:
    """The list as the address of the request narrows and orders it."""
    asked = request.query_string.decode("ascii", "ignore")
    return url_for("applications.worklist") + (f"?{asked}" if asked else "")


@blueprint.get("/worklist")
@asks(users_policy.is_staff)
def worklist() -> str:
    """What the reader's regions have been handed in."""
    desk, officers = desks.find_desk(actor().grants), list_officers(actor().grants)
    query, own = _query(desk, officers), mandate_of(actor(), policy.HANDLERS)
    return render_template(
        "applications/worklist.html",
        page=(page := desks.list_worklist(desk, query)),
        targets=map_targets([row.id for row in page.items if row.state in UNDECIDED], clock.now()),
        filters=[*_filters(desk), ("officer", _("Handled by"), _named(officers))],
        assigning=_assigning(officers) if own.pairs else [],
        pickable={row.id for row in page.items if own.covers(row.programme, row.region)},
        labels={state: str(state.label) for state in ApplicationState},
        today=reader_day(),
        export=url_for("applications.export") + query.link(page=1),
    )


def _filters(desk: desks.Desk) -> list[tuple[str, Sentence, list[tuple[Any, Any]]]]:
    several = len({call.programme for call in desk.calls.values()}) > 1
    language = reader_language()
    return [
        ("region", _("Region"), named_choices(desk.regions.values())),
        ("instrument", _("Voucher"), desk.instrument_choices),
        ("state", _("Status"), [(state.value, state.label) for state in ApplicationState if state not in UNSENT]),
        (
            "call",
            _("Call"),
            [
                (one.id, f"{one.programme_name.in_language(language)} {one.code}" if several else one.code)
                for one in desk.calls.values()
            ],
        ),
        ("waits", _("What is missing"), [(desks.DECISION, _("Decision"))]),
    ]


def _named(officers: Sequence[Officer]) -> list[tuple[Any, Any]]:
    """The choices of the filter: the reader first, then nobody, then the colleagues."""
    own = [(one.id, _("Me")) for one in officers if one.id == actor().id]
    return [*own, (NOBODY, _("Nobody")), *((one.id, one.name) for one in officers if one.id != actor().id)]


def _assigning(officers: Sequence[Officer]) -> list[tuple[Any, Sentence]]:
    """What can be done with the selected; the value is who handles them then."""
    present = [one for one in officers if one.is_present]
    own = [(one.id, _("Assign to me")) for one in present if one.id == actor().id]
    others = [(one.id, _("Assign to %(name)s", name=one.name)) for one in present if one.id != actor().id]
    return [*own, (NOBODY, _("Assign to nobody")), *others]


@blueprint.get("/worklist.csv")
@asks(users_policy.is_staff)
def export() -> Response:
    """The same choice as CSV, as a stream."""
    desk, officers = desks.find_desk(actor().grants), list_officers(actor().grants)
    ensure_read(query := _query(desk, officers))
    pieces = exports.csv_of(desks.stream_worklist(desk, query))
    answer = Response(stream_with_context(pieces), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="applications-{reader_day().isoformat()}.csv"'
    return answer
