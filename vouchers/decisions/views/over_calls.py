"""The decision sessions of all calls that somebody of staff may see, on one page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.states import SessionState
from vouchers.decisions.views.blueprint import blueprint
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of


@blueprint.get("/sessions")
@asks(users_policy.is_staff)
def all_sessions() -> Any:
    """What was proposed and decided in one's regions, newest first."""
    query = ListQuery.read(request.args, sorts=["prepared"], default="-prepared", filters={"state": list(SessionState)})
    return render_template(
        "decisions/all_sessions.html",
        page=queries.list_sessions_over_calls(query, mandate_of(actor())),
        count=rules.count_outcomes,
        states=[(one.value, one.label) for one in SessionState],
    )
