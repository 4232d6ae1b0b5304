"""Holds: set by one person with the reason, lifted by another."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.models import Application
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.programmes.models import Programme
from vouchers.retention.lifecycle import HOLD
from vouchers.retention.models import Hold
from vouchers.retention.queries.locking import lock_programme
from vouchers.retention.queries.registers import find_application
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def set_hold(programme: Programme, reference: str, reason: str, *, by: User, at: datetime) -> Hold:
    """From now on nothing of the programme, or of one application of it, is deleted until somebody else lifts the hold.

    Args:
        reference: of the application; empty: all of the programme.

    Raises:
        RuleBroken: there is no such application in the programme, or it is deleted already (field ``reference``).
    """
    with unit_of_work():
        lock_programme(programme.id)
        application = _application(programme, reference) if reference else None
        hold = Hold(programme=programme, application=application, reason=reason, set_at=at, set_by_id=by.id)
        with creation(hold, HOLD.set, by=by, at=at, why=reason):
            return hold


def _application(programme: Programme, reference: str) -> Application:
    found = find_application(programme, reference)
    if found is None:
        raise RuleBroken(_("This programme has no application %(reference)s.", reference=reference), field="reference")
    if found.disposed_at is not None:
        raise RuleBroken(_("The papers of this application are deleted already."), field="reference")
    return found


def lift_hold(hold: Hold, reason: str, *, by: User, at: datetime, two_persons: str = "") -> None:
    """What it held may go from tomorrow on, if its time has ended."""
    with unit_of_work():
        lock_programme(hold.programme_id)
        with transition(hold, HOLD.lift, by=by, at=at, why=reason) as step:
            ensure_two_persons(step, [Other(hold.set_by, Part.FIRST)], two_persons)
            hold.lifted_at, hold.lifted_by_id, hold.lifted_because = at, by.id, reason
