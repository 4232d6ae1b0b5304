"""Who of the office handles an application: taking it over, handing it over or giving it back, also many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.policy import may_handle
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.models import User
from vouchers.users.states import UserState
from vouchers.workflow.many import Told, tell
from vouchers.workflow.transition import transition


def take_over_application(application: Application, *, by: User, at: datetime, version: int | None = None) -> None:
    """From now on this person handles it.

    Args:
        version: of the application that the person was looking at.

    Raises:
        RuleBroken: the person handles it already.
        WrongState: it was changed since the person looked.
    """
    with transition(application, APPLICATION.take_over, by=by, at=at, version=version):
        if application.officer_id == by.id:
            raise RuleBroken(_("You handle this application already."))
        application.officer_id = by.id


def hand_over_application(
    application: Application, to: User | None, *, by: User, at: datetime, version: int | None = None
) -> None:
    """From now on somebody else handles it, or nobody (None).

    Args:
        version: of the application that the person was looking at.

    Raises:
        RuleBroken: that person may not handle it, or does already.
        WrongState: it was changed since the person looked.
    """
    with transition(application, APPLICATION.hand_over, by=by, at=at, version=version):
        if to is None and application.officer_id is None:
            raise RuleBroken(_("Nobody handles this application now."), field="officer")
        if to is not None:
            _ensure_can_take(application, to)
        application.officer_id = None if to is None else to.id


def _ensure_can_take(application: Application, to: User) -> None:
    if application.officer_id == to.id:
        raise RuleBroken(_("%(name)s handles this application already.", name=to.name), field="officer")
    if to.state != UserState.ACTIVE or may_handle(to, application) is not None:
        raise RuleBroken(_("%(name)s may not handle this application.", name=to.name), field="officer")


def assign_many(seen: Sequence[tuple[Application, int]], to: User | None, *, by: User, at: datetime) -> list[Told]:
    """Let one person, or nobody, handle all of these, each by itself.

    Args:
        seen: each with its version as the list had it.
    """
    if to is None:
        done = _("Nobody handles it now.")
    else:
        done = _("You handle it now.") if to.id == by.id else _("%(name)s handles it now.", name=to.name)

    def assign(application: Application, version: int) -> None:
        if to is not None and to.id == by.id:
            take_over_application(application, by=by, at=at, version=version)
        else:
            hand_over_application(application, to, by=by, at=at, version=version)

    return [
        tell(one.reference, one.organisation.name, lambda one=one, version=version: assign(one, version), done)  # type: ignore[misc]
        for one, version in seen
    ]
