"""Reading appeals: those of an application, one of them, the list of the staff."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.appeals import policy
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import files as queries
from vouchers.appeals.queries import involved
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.rules.filing import is_in_time
from vouchers.appeals.rules.ruling import INVOLVED
from vouchers.appeals.rules.waiting import say_why
from vouchers.appeals.states import AppealState
from vouchers.appeals.views.blueprint import blueprint
from vouchers.applications import policy as applications
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.feedback import feedback_on
from vouchers.programmes.rules.appealing import is_suspensive
from vouchers.users.mandate import mandate_of


@blueprint.get("/applications/<int:application_id>/appeals")
@guarded(get_application, policy.may_read_of_application)
def of_application(application: Application) -> str:
    """What can be appealed against and until when, and the appeals so far."""
    is_applicant, at = applications.is_applicant(actor(), application) is None, clock.now()
    ruling = queries.find_ruling(application)
    appeals = [one for one in queries.list_appeals(application.id) if is_applicant or one.filed_at is not None]
    suspension = find_suspension(application, at=at) if application.state == ApplicationState.AWARDED else None
    return render_template(
        "appeals/of_application.html",
        application=application,
        ruling=ruling,
        appeals=appeals,
        open_appeal=next((one for one in appeals if one.state in queries.WITH_APPLICANT), None),
        was_decided=ruling is not None and queries.was_decided_before(application.id, ruling),
        is_late=ruling is not None and not is_in_time(ruling.due_at, at),
        may_file=policy.may_file(actor(), application) is None,
        waits=say_why(suspension, application.region.time_zone) if suspension else None,
        is_staff=not is_applicant,
    )


@blueprint.get("/appeals/<int:appeal_id>")
@guarded(queries.get_appeal, policy.may_read)
def show(appeal: Appeal) -> str:
    """One appeal: what was sent when, who decides, what came of it; for staff what they may do next."""
    person, application = actor(), appeal.application
    is_staff = applications.is_applicant(person, application) is not None
    barred = None
    if is_staff and appeal.state in queries.OPEN and policy.may_take_up(person, appeal) is None:
        barred = INVOLVED if person.id in involved.list_involved(appeal) else None
    return render_template(
        "appeals/show.html",
        appeal=appeal,
        application=application,
        decision=queries.find_appealed(appeal),
        admission=queries.find_admission(appeal),
        feedback=feedback_on(application, language=person.language) if is_staff else None,
        files=queries.list_files(appeal.id),
        is_staff=is_staff,
        barred=barred,
        is_suspensive=is_suspensive(application.call),
        is_marked=is_staff and get_contest_of(application).is_marked(application),
        today=day_in(application.region.time_zone, clock.now()),
        APPEAL=APPEAL,
    )


@blueprint.get("/appeals")
@asks(policy.is_reader)
def worklist() -> Any:
    """The appeals within the reader's mandate and those that the reader decides, the most urgent first."""
    states = [state for state in AppealState if state != AppealState.DRAFT]
    query = ListQuery.read(request.args, sorts=queries.SORTS, filters={"state": ["all", *states]})
    page = queries.list_worklist(query, mandate_of(actor()), actor().id)
    return render_template(
        "appeals/worklist.html",
        page=page,
        states=[(state.value, state.label) for state in states],
        today=reader_day(),
    )
