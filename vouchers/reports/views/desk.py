"""What waits today, over all calls of a person, and how long decisions take."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.core import clock
from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks
from vouchers.likenesses.policy import READERS as LOOKERS
from vouchers.reports import policy
from vouchers.reports.queries import besides, distribution
from vouchers.reports.queries import desk as desks
from vouchers.reports.queries import pace as paces
from vouchers.reports.queries.matters.matter import Seen
from vouchers.reports.queries.matters.registry import FINDINGS, MATTERS, OWN, PAYING, look_at_all
from vouchers.reports.rules.pace import Span
from vouchers.reports.views.blueprint import blueprint
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role


@blueprint.get("/desk")
@asks(policy.is_reader)
def desk() -> Any:
    """What waits today."""
    person, now = actor(), clock.now()
    seen, mandates = Seen(person.id, now, person.time_zone), desks.mandates_for(person)
    managing, deciding = mandates.managing, besides.deciding_mandate(person, mandates)
    matters = [one for one in MATTERS if one.may_read is None or one.may_read(person) is None]
    found = look_at_all(managing, seen, matters) if managing.pairs else []
    own = [one for one in look_at_all(managing, seen, OWN) if one.count]
    ids = {row.id for one in found if one.matter.row[1] == "application_id" for row in one.rows}
    return render_template(
        "reports/desk.html",
        matters=[*own, *found],
        is_managing=bool(managing.pairs),
        decide_by=paces.map_due(sorted(ids), managing, today=now),
        transfers=besides.count_transfers(deciding, person.id) if deciding.pairs else None,
        likenesses=besides.count_likenesses(mandate_of(person, LOOKERS), person.id) if person.holds(LOOKERS) else None,
        paying_matters=look_at_all(mandates.paying, seen, [one for one in PAYING if not found or one != FINDINGS]),
        paying=desks.count_officers_work(mandates.paying, person.id),
        urgent=desks.list_urgent_claims(mandates.paying),
        may_act=mandates.may_act,
        may_issue=bool(mandate_of(person, {Role.CLUSTER_MANAGER}).pairs),
        may_read_record=policy.is_record_reader(person) is None,
        today=seen.today,
    )


@blueprint.get("/reports/time-to-decision")
@asks(policy.is_reader)
def time_to_decision() -> Any:
    """How long decisions take against their target: the distribution, and application by application."""
    mandate, now = mandate_of(actor()), clock.now()
    buckets = distribution.list_buckets(mandate, today=now)
    groups = distribution.list_groups(buckets)
    calls = {group.call.id: group.call for group in groups}
    query = ListQuery.read(
        request.args, sorts=["left"], filters={"call": [str(key) for key in calls], "span": list(Span)}
    )
    return render_template(
        "reports/time_to_decision.html",
        groups=groups,
        page=distribution.list_paces(buckets, query),
        spans=list(Span),
        calls=[(key, f"{call.plan.title.for_reader()} ({call.code})") for key, call in calls.items()],
    )
