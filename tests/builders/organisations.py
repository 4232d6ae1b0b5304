"""Organisations that change, by the steps of their owners."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from vouchers.organisations.actions import Details, edit_organisation
from vouchers.organisations.models import Organisation
from vouchers.users.models import User


def rename(organisation: Organisation, name: str, *, by: User, at: datetime, **more: Any) -> None:
    """The owner enters another name; it holds at once, or waits while money is live."""
    present = Details(**{one.name: getattr(organisation, one.name) for one in fields(Details)})
    edit_organisation(organisation, replace(present, name=name, **more), by=by, at=at)
