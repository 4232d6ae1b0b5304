"""Who of the office keeps away from an application, and who perhaps should."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application, Recusal
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.rules.neutrality import say_ties
from vouchers.applications.states import RecusalState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.experts.queries import list_of_user
from vouchers.organisations.states import MembershipState


def get_recusal(recusal_id: int, **_rest_of_address: Any) -> Recusal:
    """A recusal with its application and person. Raises `NotFound`."""
    whole = (joinedload(Recusal.user), joinedload(Recusal.application).options(*WHOLE))
    found = db.session.scalars(select(Recusal).where(Recusal.id == recusal_id).options(*whole)).first()
    if found is None:
        raise NotFound(_("There is no such thing any more."))
    return found


def list_recusals(application_id: int) -> list[Recusal]:
    """Everybody who has stepped back from an application, also where it was lifted since."""
    found = select(Recusal).where(Recusal.application_id == application_id).order_by(Recusal.id)
    return list(db.session.scalars(found.options(joinedload(Recusal.user))))


def list_standing(application_id: int) -> list[Recusal]:
    """The recusals that hold now."""
    return [one for one in list_recusals(application_id) if one.state == RecusalState.RECUSED]


def list_ties(actor: Any, application: Application) -> list[Sentence]:
    """What ties this person to the applicant."""
    members = [one for one in application.organisation.memberships if one.state == MembershipState.ACTIVE]
    return say_ties(
        actor.email,
        [entry.employer for entry in list_of_user(actor.id)],
        applicant=application.organisation.name,
        member_emails=[member.email for member in members],
    )
