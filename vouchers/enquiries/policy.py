"""Who may ask, answer and publish. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users

is_the_office = users.is_the_office
is_staff = users.is_staff


def is_writer(actor: Any, subject: Any) -> Sentence | None:
    """An owner or editor of the organisation that the application belongs to."""
    return applications.is_writer(actor, subject.application)


def is_manager(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager of the application's region who does not belong to the applying organisation."""
    return applications.is_manager(actor, subject.application)


def may_write(actor: Any, subject: Any) -> Sentence | None:
    """Either side of the thread."""
    return None if is_writer(actor, subject) is None else is_manager(actor, subject)


def may_read(actor: Any, subject: Any) -> Sentence | None:
    """A member of the organisation, or staff of the region: also while the application is a draft, for the thread is
    written to them. What the draft says stays with the organisation.
    """
    return may_read_of_application(actor, subject.application)


def may_read_of_application(actor: Any, application: Any) -> Sentence | None:
    """A member of the organisation that applies, or staff of the region."""
    return None if applications.is_applicant(actor, application) is None else users.may_oversee(actor, application)


def may_read_clarification(actor: Any, subject: Any) -> Sentence | None:
    """Whoever may read the application."""
    return applications.may_read(actor, subject.application)


def may_ask(actor: Any, application: Any) -> Sentence | None:
    """An owner or editor of the organisation."""
    return applications.is_writer(actor, application)


def may_write_to_applicant(actor: Any, application: Any) -> Sentence | None:
    """A cluster manager of the region, once something was submitted."""
    if not application.was_submitted:
        return _("This application was not submitted yet, so only its organisation knows of it.")
    return applications.is_manager(actor, application)
