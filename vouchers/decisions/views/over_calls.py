"""The decision sessions, and the conditions of awards, of all calls that somebody of staff may see."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.queries.conditions import list_conditions_over_calls
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.states import ConditionState, SessionState
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


@blueprint.get("/conditions")
@asks(users_policy.is_staff)
def all_conditions() -> Any:
    """What must be done before agreements are offered, the earliest day first."""
    query = ListQuery.read(request.args, sorts=["until"], default="until", filters={"state": list(ConditionState)})
    return render_template(
        "decisions/all_conditions.html",
        page=list_conditions_over_calls(query, mandate_of(actor())),
        states=[(one.value, one.label) for one in ConditionState],
    )
