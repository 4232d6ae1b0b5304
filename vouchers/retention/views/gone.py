"""What is told of an application whose papers are deleted: that they are, when, and why; never a broken page."""

from __future__ import annotations

from typing import Any

import flask

from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.errors import Gone
from vouchers.core.text import say as _
from vouchers.retention.queries.registers import find_item_of

_WAYS = ("application", "agreement", "claim", "line", "assignment", "appeal", "enquiry", "amendment", "subject")
_STAY = frozenset({"reports", "audits", "retention", "api", "payments", "payables", "banking", "publishing"})
"""Pages that read what stays: sums, journals, the fact of each step."""


def ensure_kept(subject: Any) -> None:
    """Refuse the page of something whose papers are deleted. Raises `Gone`."""
    if flask.request.blueprint in _STAY:
        return
    application = _application_of(subject)
    if application is None or application.disposed_at is None:
        return
    found = find_item_of(application.id)
    law = found[0].law.label if found else "–"
    raise Gone(
        _(
            "The papers of %(reference)s were deleted on %(day)s: the time for which they had to be kept has ended "
            "(%(law)s).",
            reference=application.reference,
            day=day_in(application.region.time_zone, application.disposed_at),
            law=law,
        )
    )


def _application_of(subject: Any, depth: int = 4) -> Application | None:
    if isinstance(subject, Application) or depth == 0:
        return subject if isinstance(subject, Application) else None
    for name in _WAYS:
        above = getattr(subject, name, None)
        if above is not None and not isinstance(above, str | int | list | dict):
            return _application_of(above, depth - 1)
    return None
