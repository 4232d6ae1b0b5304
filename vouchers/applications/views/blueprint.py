"""The blueprint that the pages of applications share, and what several of them do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for

from vouchers.applications.models import Application
from vouchers.applications.queries.files import count_started_by
from vouchers.applications.rules.asking import DOCUMENTS, PARTNERS, SIGNATORY, Asked, shown_sections
from vouchers.applications.rules.deadline import has_closed
from vouchers.applications.rules.next_steps import UNDECIDED
from vouchers.applications.states import UNSENT, ApplicationState
from vouchers.core import clock
from vouchers.core.web import actor
from vouchers.eligibility.queries import find_declaration
from vouchers.eligibility.rules.terms import needs_declaration

blueprint = Blueprint("applications", __name__, url_prefix="/applications")


def part_of_address(name: str) -> Any:
    """A value of the address besides the application's id."""
    return (request.view_args or {})[name]


def is_draft(application: Application) -> bool:
    """Whether it is still being written."""
    return application.state == ApplicationState.DRAFT


def is_writable(application: Application) -> bool:
    """Whether its pages are offered to write on: a draft, while its call takes it. What a page that was opened before
    still sends is kept all the same."""
    return is_draft(application) and not has_closed(application.call.plan, clock.now())


def is_unsent(application: Application) -> bool:
    """Whether it is still on the applicant's desk: being written, or waiting for the signature."""
    return application.state in UNSENT


def must_declare(application: Application) -> bool:
    """Whether the declaration of aid is still to be signed, without which nothing is granted."""
    rules, is_open = application.call.programme.plan.rules, is_unsent(application) or application.state in UNDECIDED
    needs = is_open and needs_declaration(rules, application.region.code)
    return needs and find_declaration(application.organisation_id) is None


def mark_page(form: Any) -> None:
    """Mark a page that begins a draft by how many its reader has begun: a second tab opened meanwhile has the same."""
    if not form.page.raw:
        form.page.process_data(str(count_started_by(actor().id)))


def to_application(application: Application) -> Any:
    """Go to the application's own page."""
    return redirect(url_for("applications.show", application_id=application.id), 303)


def sections_of(application: Application, answers: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The sections that this application is asked for, with these answers."""
    return shown_sections(application.call.plan.form, application.instrument.code, answers)


def address_of_step(application: Application, step: str) -> str:
    """The page of a section, of the files, of the partners, or of those who may sign."""
    if step == SIGNATORY:
        return url_for("organisations.show", organisation_id=application.organisation_id)
    if step == PARTNERS:
        return url_for("applications.partners", application_id=application.id)
    if step == DOCUMENTS:
        return url_for("applications.documents", application_id=application.id)
    return url_for("applications.section", application_id=application.id, code=step)


def address_after(application: Application, code: str, answers: Mapping[str, Any]) -> str:
    """Where "Save and continue" leads: the next section, the files, the check of all answers."""
    codes = [asked.code for asked in sections_of(application, answers)]
    if application.instrument.plan.application_documents:
        codes.append(DOCUMENTS)
    following = codes[codes.index(code) + 1 :] if code in codes else codes
    if following:
        return address_of_step(application, following[0])
    return url_for("applications.check", application_id=application.id)
