"""Who may read which report. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payments import policy as payments
from vouchers.users import policy as users
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role

RECORD_READERS = frozenset({Role.AUDITOR, Role.COORDINATOR})

may_oversee = users.may_oversee
is_reader = payments.is_reader


def is_record_reader(actor: Any, subject: Any = None) -> Sentence | None:
    """An auditor or coordinator: the whole record also tells of drafts and of the office's own people."""
    if actor.id is not None and any(grant.role in RECORD_READERS for grant in actor.grants):
        return None
    return _("Only auditors and coordinators read the whole record.")


def may_read_event(actor: Any, event: Any) -> Sentence | None:
    """An auditor or coordinator whose role covers the event's scope, ``PROGRAMME/REGION`` (``-``: none)."""
    if reason := is_record_reader(actor):
        return reason
    programme, _slash, region = event.scope.partition("/")
    pairs = mandate_of(actor, RECORD_READERS).pairs
    if any(of in (None, programme) or (of and programme == "-") for of, where in pairs if where in (None, region)):
        return None
    return _("This belongs to another region or programme, so you may not see it.")


def may_read_voucher(actor: Any, application: Any) -> Sentence | None:
    """Staff whose role covers the application, once it was submitted."""
    return users.may_oversee(actor, application) if application.was_submitted else users.NOT_YOURS


def may_read_document(actor: Any, paper: Any) -> Sentence | None:
    """Whoever may read the voucher that the document belongs to."""
    return may_read_voucher(actor, paper.application)


def may_read_journal(actor: Any, journal: Any) -> Sentence | None:
    """Staff whose roles cover every fund that the journal touches."""
    mandate = mandate_of(actor) if actor.id is not None else None
    if mandate and all(mandate.covers(programme, region) for programme, region in journal.payers):
        return None
    return _("This belongs to another region or programme, so you may not see it.")
