"""What a section of a person's copy is: rows of a table that are the person's by one of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, String, exists, func, or_, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.lifecycle import list_confidential
from vouchers.core.text import Sentence
from vouchers.experts.models import Expert
from vouchers.organisations.models import Membership
from vouchers.organisations.states import MembershipState
from vouchers.users.models import User

_LINK = re.compile(r"https?://\S+")
_STREAM = {"yield_per": 1_000}


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the copy: by which columns its rows are the person's, what is told of them, and what else holds.

    A column that holds an address is compared with that of the account; one that refers to the register of experts
    with the person's entries in it; any other with the number of the account.
    """

    name: str
    heading: Sentence
    whose: tuple[Any, ...]
    told: tuple[Any, ...]
    joins: tuple[tuple[Any, Any], ...] = ()
    but: tuple[Any, ...] = ()
    only_members: bool = False
    """Whether the words are the organisation's, so that they are told while the person belongs to it."""
    unlinked: tuple[str, ...] = ()
    """Texts whose links are taken out: what opens a door is of use to whoever has the copy."""

    def of(self, user: User) -> Select[Any]:
        """What reads the rows of one person, in the order in which they were written."""
        first = self.whose[0]
        found = select(*self.told).select_from(first.class_)
        for model, on in self.joins:
            found = found.join(model, on)
        found = found.where(or_(*(_is_of(column, user) for column in self.whose)), *self.but)
        if self.only_members:
            found = found.where(is_member_of(Application, user))
        return found.order_by(*first.class_.__table__.primary_key.columns)


def _is_of(column: Any, user: User) -> ColumnElement[bool]:
    if isinstance(column.type, String):
        return func.lower(column) == user.email.lower()
    if any(key.column.table.name == "expert" for key in column.foreign_keys):
        column = column.in_(select(Expert.id).where(Expert.user_id == user.id))
    else:
        column = column == user.id
    return cast(ColumnElement[bool], column)


def is_member_of(application: Any, user: User) -> ColumnElement[bool]:
    """Whether the person belongs to the organisation of an application today."""
    return exists().where(
        Membership.organisation_id == application.organisation_id,
        Membership.user_id == user.id,
        Membership.state == MembershipState.ACTIVE,
    )


def is_open(kind: Any) -> ColumnElement[bool]:
    """Whether what it is about is no confidential matter, by the column that names its kind."""
    return cast(ColumnElement[bool], kind.not_in(list_confidential()))


def stream_rows(section: Section, user: User) -> Iterator[dict[str, Any]]:
    """The rows of a section, in constant memory."""
    for row in db.session.execute(section.of(user).execution_options(**_STREAM)).mappings():
        told = dict(row)
        for key in section.unlinked:
            told[key] = _LINK.sub("[…]", told[key])
        yield told
