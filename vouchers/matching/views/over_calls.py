"""The proposals of who marks what of all calls that somebody of staff may see, on one page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks
from vouchers.matching.queries import runs as queries
from vouchers.matching.states import RunState
from vouchers.matching.views.blueprint import blueprint
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of


@blueprint.get("/runs")
@asks(users_policy.is_staff)
def proposals() -> Any:
    """What was reckoned for one's regions, newest first."""
    states = [("waiting", _("Waits for somebody")), *((one.value, one.label) for one in RunState)]
    query = ListQuery.read(
        request.args, sorts=["asked"], default="-asked", filters={"state": [value for value, _label in states]}
    )
    return render_template(
        "matching/proposals.html",
        page=queries.list_runs_over_calls(query, mandate_of(actor())),
        states=states,
    )
