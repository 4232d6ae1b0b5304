"""How long the applications of a programme are kept."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks, guarded
from vouchers.programmes.models import Programme
from vouchers.retention import policy
from vouchers.retention.lifecycle import DISPOSAL, HOLD
from vouchers.retention.queries import due, registers
from vouchers.retention.rules.classes import KINDS, TIMES
from vouchers.retention.views.blueprint import blueprint


@blueprint.get("/")
@asks(policy.is_reader)
def programmes() -> Any:
    """The programmes that somebody may look at; where there is one only, its page."""
    found = registers.list_programmes_of(registers.codes_of(actor(), policy.READERS))
    sees_persons = policy.may_see_persons(actor()) is None
    if len(found) == 1 and not sees_persons:
        return redirect(url_for(".keeping", programme_code=found[0].code), 303)
    return render_template("retention/programmes.html", programmes=found, sees_persons=sees_persons)


@blueprint.get("/<programme_code>")
@guarded(registers.get_programme_of, policy.may_read)
def keeping(programme: Programme) -> Any:
    """Until when each application is kept, by which law, and what stops its deletion."""
    today, person = clock.office_day(clock.now()), actor()
    query = ListQuery.read(request.args, sorts=due.SORTS, filters={"show": due.SHOWN})
    return render_template(
        "retention/keeping.html",
        programme=programme,
        page=due.page_of_keeping(programme, query, today=today),
        due=due.count_due(programme, today=today),
        today=today,
        terms=due.terms_of(programme),
        kinds=KINDS,
        times={time.law: time for time in TIMES},
        may_hold=HOLD.set.allowed(person, programme) is None,
        may_propose=DISPOSAL.propose.allowed(person, programme) is None,
    )
