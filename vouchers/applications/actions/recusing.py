"""Stepping back from an application because of a conflict of interest, and lifting that."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications import letters
from vouchers.applications.actions.handling import hand_over_application
from vouchers.applications.lifecycle import RECUSAL
from vouchers.applications.models import Application, Recusal
from vouchers.applications.queries.files import get_application
from vouchers.applications.queries.recusals import list_standing
from vouchers.applications.queries.versions import list_managers
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def recuse(application: Application, reason: str, *, by: User, at: datetime) -> Recusal:
    """From now on this person takes no step on the application and does not handle it; the other managers are told.

    Raises:
        RuleBroken: no reason is given, or the person has stepped back before.
    """
    with unit_of_work():
        application = _locked(application.id)
        if not reason.strip():
            raise RuleBroken(_("Say why you step back"), field="reason")
        if any(one.user_id == by.id for one in list_standing(application.id)):
            raise RuleBroken(_("You have stepped back from this application before."))
        if application.officer_id == by.id:
            hand_over_application(application, None, by=by, at=at)
        recusal = Recusal(application=application, user=by, user_id=by.id, reason=reason, recused_at=at)
        with creation(recusal, RECUSAL.recuse, by=by, at=at, why=reason) as step:
            _note(application)
            others = [one for one in list_managers(application) if one.id != by.id]
            letters.write_recusal(step, application, by=by, reason=reason, readers=others)
            return recusal


def lift_recusal(recusal: Recusal, reason: str, *, by: User, at: datetime) -> None:
    """Another person says that the reason is gone: whoever had stepped back may take steps again."""
    with unit_of_work():
        application = _locked(recusal.application_id)
        with transition(recusal, RECUSAL.lift, by=by, at=at, why=reason):
            recusal.lifted_at, recusal.lifted_by_id, recusal.lifted_because = at, by.id, reason
        _note(application)


def _locked(application_id: int) -> Application:
    application = get_application(application_id)
    db.session.refresh(application, with_for_update={"of": Application})
    return application


def _note(application: Application) -> None:
    db.session.flush()
    application.recused_ids = [one.user_id for one in list_standing(application.id)]
    db.session.flush()
