"""Who signs for an organisation."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.core.database import db
from vouchers.organisations.models import Organisation
from vouchers.users.models import User


def list_signatories(organisation: Organisation) -> list[User]:
    """The active members who may sign for an organisation whose members are loaded."""
    ids = [member.user_id for member in organisation.memberships if organisation.is_signatory(member.user_id)]
    return list(db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))
