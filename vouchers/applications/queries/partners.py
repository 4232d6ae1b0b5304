"""Finding the partners of a consortium."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application, Partner
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.rules.consortium import Applicant
from vouchers.applications.states import PartnerState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.organisations.states import MembershipState
from vouchers.users.models import User
from vouchers.users.secrets import hash_token

_WHOLE = joinedload(Partner.application).options(*WHOLE)


def get_partner(partner_id: int) -> Partner:
    """A partner with its application. Raises `NotFound`."""
    found = db.session.scalars(select(Partner).where(Partner.id == partner_id).options(_WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such partner."))
    return found


def get_partner_of_link(token: str) -> Partner:
    """The partner that a link was sent to. Raises `NotFound`."""
    wanted = select(Partner).where(Partner.token_hash == hash_token(token)).options(_WHOLE)
    found = db.session.scalars(wanted).first()
    if found is None:
        raise NotFound(
            _(
                "This link leads nowhere. Copy the whole address from our latest letter to you, or ask for a new "
                "invitation."
            )
        )
    return found


def list_partners(application: Application) -> list[Partner]:
    """The partners that were not removed, in the order of invitation; no question is asked where there are none."""
    if application.call.plan.consortium is None:
        return []
    found = select(Partner).where(Partner.application_id == application.id, Partner.state != PartnerState.REMOVED)
    return list(db.session.scalars(found.order_by(Partner.id)))


def applicant_of(application: Application) -> Applicant:
    """The organisation that applies, with the addresses of its members."""
    organisation = application.organisation
    members = [one for one in organisation.memberships if one.state == MembershipState.ACTIVE]
    ids = [one.user_id for one in members if one.user_id is not None]
    emails = db.session.scalars(select(User.email).where(User.id.in_(ids)))
    return Applicant(
        organisation.name,
        organisation.vat_number,
        organisation.register_number,
        frozenset([*emails, *(one.email for one in members)]),
    )


def list_confirmed(application: Application) -> list[Partner]:
    """The partners that take part."""
    return [one for one in list_partners(application) if one.state == PartnerState.CONFIRMED]


def list_overdue_partners(before: datetime) -> list[int]:
    """Invitations whose last instant lies before this one."""
    found = select(Partner.id).where(Partner.state == PartnerState.INVITED, Partner.due_at < before)
    return list(db.session.scalars(found.order_by(Partner.id)))
