"""The versions of an application, the managers who answer for it, and what its region still asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from vouchers.applications.models import Application, Submission
from vouchers.applications.queries.files import find_document_of, get_submission
from vouchers.applications.rules.content import read_content
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import find_document
from vouchers.programmes.models import Corrigendum
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.telling import concerns
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import GrantState, Role, UserState


def list_submissions(application_id: int) -> list[Submission]:
    """Every version that was handed in, the first one first."""
    found = select(Submission).where(Submission.application_id == application_id).order_by(Submission.id)
    return list(db.session.scalars(found))


def count_submissions(application_id: int) -> int:
    """How many versions were handed in."""
    found = select(func.count()).select_from(Submission).where(Submission.application_id == application_id)
    return db.session.execute(found).scalar_one()


def get_version(application_id: int, version: int | None) -> Submission:
    """The version with this number, counted from 1; without a number the newest. Raises `NotFound`."""
    if version is None:
        return get_submission(application_id)
    versions = list_submissions(application_id)
    if not 1 <= version <= len(versions):
        raise NotFound(_("There is no such version."))
    return versions[version - 1]


def form_of_submission(application: Application) -> Form:
    """The form to which it was submitted: whatever became of the call's form since, it is read and clarified by this.

    Raises:
        NotFound: it is a draft.
    """
    return form_of(application.call, read_content(get_submission(application.id).content).form_digest)


def list_corrections(application: Application) -> list[Corrigendum]:
    """The corrections of its call that concern it, since it was begun, the newest first."""
    found = (
        select(Corrigendum)
        .where(Corrigendum.call_id == application.call_id, Corrigendum.published_at >= application.started_at)
        .order_by(Corrigendum.number.desc())
    )
    return [one for one in db.session.scalars(found) if concerns(one.differences, application.region.code)]


def find_document_of_version(application_id: int, document_id: int) -> Document | None:
    """A file of this application: one that stands on it now, or that was handed in with some version of it."""
    if (standing := find_document_of(application_id, document_id)) is not None:
        return standing
    handed_in = {
        one.id for version in list_submissions(application_id) for one in read_content(version.content).documents
    }
    return find_document(document_id) if document_id in handed_in else None


def list_managers(application: Application) -> list[User]:
    """The active cluster managers of the application's region and programme."""
    found = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.state == GrantState.GRANTED, RoleGrant.role == Role.CLUSTER_MANAGER)
        .where(RoleGrant.programme_code.is_(None) | (RoleGrant.programme_code == application.call.programme.code))
        .where(RoleGrant.region_code.is_(None) | (RoleGrant.region_code == application.region.code))
        .where(User.state == UserState.ACTIVE)
        .order_by(User.id)
        .distinct()
    )
    return list(db.session.scalars(found))


_find_open_request: Callable[[int], Any] = lambda _application_id: None  # noqa: E731


def use_open_request(find: Callable[[int], Any]) -> None:
    """Set where a request of the region that waits for the applicant is found (the application shell does)."""
    global _find_open_request
    _find_open_request = find


def find_open_request(application_id: int) -> Any:
    """The request for clarification (with `id` and `due_at`) that waits for the applicant, if there is one."""
    return _find_open_request(application_id)
