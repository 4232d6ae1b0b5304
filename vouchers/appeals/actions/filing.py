"""Writing, sending and withdrawing an appeal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from vouchers.appeals import letters
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import files as queries
from vouchers.appeals.rules import filing as rules
from vouchers.appeals.states import ABOUT_AWARD
from vouchers.applications.models import Application
from vouchers.applications.rules.content import number_prefix
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.numbering import hold_series, numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.users.models import User
from vouchers.workflow.transition import Step, creation, refuse_overtaken, transition

Clock = Callable[[], datetime]
FILE = "appeal_file"
"""The purpose of an appeal's files."""


def start_appeal(application: Application, text: str, *, by: User, at: datetime) -> Appeal:
    """Begin an appeal; one that is being written already is gone on with. It may be begun late: it is kept, and says so
    when it is sent.

    Raises:
        RuleBroken: there is nothing to appeal against, or it was appealed against before.
        WrongState: one was begun with other words meanwhile, in another window or by a colleague.
    """
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        if (earlier := queries.find_open_appeal(application.id)) is not None:
            if text.strip() and text != earlier.text:
                refuse_overtaken(earlier, APPEAL.save, by=by)
            return earlier
        ruling = queries.find_ruling(application)
        if ruling is None:
            raise RuleBroken(_("As this application stands, there is no decision to appeal against."))
        if queries.was_decided_before(application.id, ruling):
            raise RuleBroken(_("An appeal against this decision was sent before. There is one for each decision."))
        appeal = Appeal(
            application=application,
            against=ruling.against,
            decision_id=ruling.decision_id,
            told_at=ruling.told_at,
            due_at=ruling.due_at,
            text=text,
            started_at=at,
            started_by_id=by.id,
        )
        with creation(appeal, APPEAL.start, by=by, at=at):
            return appeal


def save_appeal(appeal: Appeal, text: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """Keep the words; the office sees nothing of them yet.

    Args:
        version: of the appeal that the writer saw; what a colleague saved since is not overwritten (`WrongState`).
    """
    if appeal.text == text:
        return
    with transition(appeal, APPEAL.save, by=by, at=at, version=version):
        appeal.text = text


def attach_appeal(appeal: Appeal, kept: KeptFile, *, by: User, at: datetime) -> Document:
    """Put a file to the appeal. Raises `RuleBroken` when there is no room."""
    with transition(appeal, APPEAL.attach, by=by, at=at) as step:
        rules.ensure_room(len(queries.list_files(appeal.id)))
        return add_document(
            kept, purpose=FILE, subject_kind="appeal", subject_id=appeal.id, step_id=step.id, by_id=by.id, at=at
        )


def detach_appeal(appeal: Appeal, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off. Raises `NotFound` for one that is not there any more."""
    with transition(appeal, APPEAL.detach, by=by, at=at):
        found = next((one for one in queries.list_files(appeal.id) if one.id == document_id), None)
        if found is None:
            raise NotFound(_("There is no such file any more."))
        remove_document(found, at=at)


def file_appeal(
    appeal: Appeal, *, by: User, at: datetime, version: int | None = None, clock: Clock | None = None
) -> None:
    """Send it: it gets its number, and those who may decide it are told.

    Args:
        clock: gives the receipt its instant, under the lock of its number; None leaves `at`.

    Raises:
        RuleBroken: it says nothing, or it is too late; the draft stays as it is.
    """
    with transition(appeal, APPEAL.file, by=by, at=at, version=version) as step:
        rules.ensure_says_why(appeal.text)
        _ensure_still_open(appeal)
        number = _draw_number(step, appeal, clock)
        rules.ensure_in_time(appeal.due_at, step.at, appeal.application.region.time_zone, by.time_zone)
        _note_filing(step, appeal, number, by)
        letters.write_receipt(step, appeal, by=by)
        letters.write_to_deciders(step, appeal, "filed")


def file_late_appeal(
    appeal: Appeal, reason: str, *, by: User, at: datetime, version: int | None = None, clock: Clock | None = None
) -> None:
    """Send it after its time, and say why; somebody who was not involved decides whether it is admitted.

    Raises:
        RuleBroken: it says nothing, gives no reason, or there is still time.
    """
    with transition(appeal, APPEAL.file_late, by=by, at=at, version=version, why=reason.strip()) as step:
        rules.ensure_says_why(appeal.text)
        if not reason.strip():
            raise RuleBroken(_("Say what kept you from sending it in time"), field="reason")
        _ensure_still_open(appeal)
        number = _draw_number(step, appeal, clock)
        rules.ensure_late(appeal.due_at, step.at)
        appeal.late_reason = reason.strip()
        _note_filing(step, appeal, number, by)
        letters.write_receipt(step, appeal, by=by)
        letters.write_to_deciders(step, appeal, "filed")


def _ensure_still_open(appeal: Appeal) -> None:
    """What it is against still holds, and is what was told."""
    ruling = queries.find_ruling(appeal.application)
    if ruling is None or (ruling.against, ruling.decision_id) != (appeal.against, appeal.decision_id):
        raise RuleBroken(_("The decision that this appeal is against no longer holds: look at the newest one."))


def _draw_number(step: Step, appeal: Appeal, clock: Clock | None) -> str:
    """The next number, given out in the order of time: whoever holds the series reads the clock."""
    prefix = f"AP-{number_prefix(appeal.application.call.programme.code)}"
    hold_series(prefix)
    if clock is not None:
        step.at = clock()
    return numbered(prefix, day_in(appeal.application.region.time_zone, step.at).year, digits=6)


def _note_filing(step: Step, appeal: Appeal, number: str, by: Any) -> None:
    appeal.number, appeal.filed_at, appeal.filed_by_id = number, step.at, by.id
    appeal.sha256 = rules.fingerprint_of(appeal.text, [one.sha256 for one in queries.list_files(appeal.id)])
    appeal.decide_by = rules.decide_by(day_in(appeal.application.region.time_zone, step.at))


def withdraw_appeal(appeal: Appeal, *, by: User, at: datetime) -> None:
    """The applicant takes it back; the decision stands. A draft is simply closed."""
    with transition(appeal, APPEAL.withdraw, by=by, at=at) as step:
        if appeal.filed_at is not None:
            letters.write_to_applicant(step, appeal, "withdraw")
            letters.write_to_deciders(step, appeal, "withdrawn")
            if appeal.against in ABOUT_AWARD:
                step.enqueue("agreements.offer_again", application_id=appeal.application_id)
