"""A copy of a person's own data: asked for, written by a job, deleted again after some days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, dispose_of_documents
from vouchers.documents.classes import Law, PaperClass
from vouchers.retention.lifecycle import DATA_COPY
from vouchers.retention.models import DataCopy
from vouchers.retention.queries import copies
from vouchers.retention.queries.persons import get_person
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition

OFFERED_FOR = timedelta(days=7)
TOO_LATE = _("This copy cannot be fetched any more. Ask for a new one.")


def ask_copy(person: User, reason: str = "", *, by: Any, at: datetime) -> DataCopy:
    """Have a copy of everything that is kept of a person written.

    Args:
        reason: how the person asked, where somebody else asks for it.

    Raises:
        RuleBroken: the person is forgotten, or a copy is being written.
    """
    with unit_of_work():
        held = get_person(person.id)
        if held.forgotten_at is not None:
            raise RuleBroken(_("This account was closed for good, and the person’s data were deleted."))
        if copies.is_being_written(held.id):
            raise RuleBroken(_("A copy is being written already."))
        copy = DataCopy(user_id=held.id, user=held, asked_at=at, asked_by_id=by.id, reason=reason)
        with creation(copy, DATA_COPY.ask, by=by, at=at) as step:
            step.enqueue("retention.make_copy", copy_id=copy.id)
            return copy


def report_copy(copy: DataCopy, done: int, *, by: Any, at: datetime) -> None:
    """Note how far it has come, in percent. Raises `WrongState` when another worker has made it."""
    with transition(copy, DATA_COPY.report, by=by, at=at):
        copy.done = done


def fail_copy(copy: DataCopy, *, by: Any, at: datetime) -> None:
    """It cannot be written, so that another one may be asked for."""
    with transition(copy, DATA_COPY.fail, by=by, at=at):
        pass


def fetch_copy(copy: DataCopy, *, by: Any, at: datetime) -> None:
    """Hand it out. Raises `RuleBroken` when its time is over."""
    with transition(copy, DATA_COPY.fetch, by=by, at=at):
        if copy.ends_at is None or copy.ends_at <= at:
            raise RuleBroken(TOO_LATE)
        copy.fetched_at = at


def keep_copy(copy: DataCopy, file: KeptFile, *, by: Any, at: datetime) -> None:
    """Offer the copy for some days, and write to the person. Raises `WrongState` when another worker has made it."""
    with transition(copy, DATA_COPY.make, by=by, at=at) as step:
        document = add_document(
            file, purpose="data", subject_kind="data_copy", subject_id=copy.id, step_id=step.id, by_id=None, at=at
        )
        copy.document_id, copy.done, copy.made_at, copy.ends_at = document.id, 100, at, at + OFFERED_FOR
        step.write(
            addressee(copy.user),
            "retention/make_copy",
            until=copy.ends_at,
            zone=copy.user.time_zone,
            is_on_request=copy.is_on_request,
            link=full_url("retention.own_data"),
        )


def expire_copy(copy: DataCopy, *, by: Any, at: datetime) -> None:
    """Delete it again. Raises `WrongState` when another worker has."""
    with transition(copy, DATA_COPY.expire, by=by, at=at):
        dispose_of_documents(copies.list_files(copy), Law.COPY, paper=PaperClass.COPY, at=at)
