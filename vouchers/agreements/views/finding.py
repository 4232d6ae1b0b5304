"""The way from an application to its agreement."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for

from vouchers.agreements import queries
from vouchers.agreements.views.pages import blueprint
from vouchers.applications import policy as applications_policy
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.views.standing import map_next_steps
from vouchers.core import clock
from vouchers.core.web import actor, guarded


@blueprint.get("/of/<int:application_id>")
@guarded(get_application, applications_policy.may_read)
def of_application(application: Application) -> Any:
    """From an application to its agreement; before it is issued, back to the application, which says what comes."""
    agreement = queries.find_agreement_of(application.id)
    if agreement is None:
        if applications_policy.is_applicant(actor(), application) is None:
            flash(str(map_next_steps([application], clock.now())[application.id]), "info")
        return redirect(url_for("applications.show", application_id=application.id))
    return redirect(url_for(".show", agreement_id=agreement.id))
