"""Files over HTTP: the name that an upload came with, and a stored file handed to a reader who was let in.

That is always a download, never shown by the browser in our name.
"""

from __future__ import annotations

import re
from typing import Any

import flask

from vouchers.core.clock import office_day
from vouchers.core.errors import Gone, NotFound
from vouchers.core.text import say as _
from vouchers.documents.models import Document, ScanState
from vouchers.documents.store import the_store

_SENT_NAME = re.compile(r'filename="([^"]*)"')


def sent_name(upload: Any) -> str:
    """The name of an uploaded file as it was sent. Reading the header drops the backslashes between folders."""
    found = _SENT_NAME.search(upload.headers.get("Content-Disposition", ""))
    has_folders = found is not None and "\\" in found[1] and not found[1].endswith("\\")
    return found[1] if found is not None and has_folders else str(upload.filename or "")


def answer_with(document: Document | None) -> flask.Response:
    """The file as an attachment. Raises `NotFound` for none and for a quarantined one, `Gone` for a deleted one."""
    if document is None or document.scan_state == ScanState.QUARANTINED:
        raise NotFound(_("There is no such file, or the virus scanner holds it back."))
    if document.disposed_at is not None and document.disposed_law is not None:
        raise Gone(
            _(
                "This file was deleted on %(day)s: the time for which it had to be kept has ended (%(law)s).",
                day=office_day(document.disposed_at),
                law=document.disposed_law.label,
            )
        )
    if document.disposed_at is not None:
        raise Gone(_("This file is no longer kept: its time was over."))
    answer = flask.send_file(
        the_store().open(document.sha256),
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.filename,
        etag=document.sha256,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-store"  # a private file; what never changes and is public is the style sheet
    answer.headers.pop("Expires", None)
    return answer
