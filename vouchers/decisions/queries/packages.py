"""Files of all feedback reports of a list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.decisions.models import FeedbackPackage
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.states import PackageState
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.models import Call

_WHOLE = (joinedload(FeedbackPackage.call).joinedload(Call.programme), joinedload(FeedbackPackage.region))


def get_package(package_id: int) -> FeedbackPackage:
    """A file of reports, made or being made. Raises `NotFound`."""
    wanted = select(FeedbackPackage).where(FeedbackPackage.id == package_id).options(*_WHOLE)
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(_("There is no such file, or the virus scanner holds it back."))
    return found


def find_busy(contest: Contest, application_ids: Sequence[int], language: str) -> FeedbackPackage | None:
    """The one that is being made of the same applications in the same language."""
    wanted = select(FeedbackPackage).where(
        FeedbackPackage.call_id == contest.call.id,
        FeedbackPackage.region_id == contest.region.id,
        FeedbackPackage.language == language,
        FeedbackPackage.state == PackageState.ASKED,
    )
    found = db.session.scalars(wanted.options(*_WHOLE).order_by(FeedbackPackage.id.desc()))
    return next((one for one in found if one.application_ids == list(application_ids)), None)


def find_newest(contest: Contest) -> FeedbackPackage | None:
    """The last file that was asked for of a list, in whatever language."""
    wanted = select(FeedbackPackage).where(
        FeedbackPackage.call_id == contest.call.id,
        FeedbackPackage.region_id == contest.region.id,
        FeedbackPackage.instrument.in_([one.code for one in contest.instruments]),
        FeedbackPackage.round == (contest.round.number if contest.round else 0),
    )
    return db.session.scalars(wanted.order_by(FeedbackPackage.id.desc()).limit(1)).first()


def find_file(package: FeedbackPackage) -> Document | None:
    """The file, once it is made."""
    return next(iter(list_documents_of("feedback_package", package.id)), None)
