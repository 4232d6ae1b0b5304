"""A new draft from an earlier application."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.actions.drafting import attach_document, begin
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.copying import fitting_answers, fitting_files
from vouchers.core.database import unit_of_work
from vouchers.documents.actions import KeptFile
from vouchers.documents.models import ScanState
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.models import Call, Instrument
from vouchers.users.models import User


def copy_application(
    earlier: Application,
    call: Call,
    instrument: Instrument,
    *,
    with_files: bool,
    page: str | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Begin a draft for the same organisation with the answers, and on request the files, that fit the new call.

    Args:
        page: the mark of the opened page; what was copied from it before is given again, as it is by now.

    Raises:
        RuleBroken: the call is closed, or does not take this region or instrument.
    """
    answers = fitting_answers(
        earlier.call.plan.form,
        call.plan.form,
        queries.map_values(earlier.id),
        old_instrument=earlier.instrument.code,
        new_instrument=instrument.code,
    )
    with unit_of_work():
        draft, is_new = begin(call, instrument, earlier.organisation, answers, page=page, by=by, at=at)
        if with_files and is_new:
            _copy_files(earlier, draft, by=by, at=at)
        return draft


def _copy_files(earlier: Application, draft: Application, *, by: User, at: datetime) -> None:
    """The same bytes under the same purpose, where the new form takes them; nothing that is under quarantine."""
    fitting = fitting_files(
        earlier.call.plan.form,
        draft.call.plan.form,
        [one for one in list_documents_of("application", earlier.id) if one.scan_state != ScanState.QUARANTINED],
        old_instrument=earlier.instrument.code,
        new_instrument=draft.instrument.plan,
    )
    for one in fitting:
        kept = KeptFile(one.filename, one.media_type, one.size, one.sha256, one.scan_state)
        attach_document(draft, one.purpose, kept, by=by, at=at)
