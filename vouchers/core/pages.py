"""The marks of pages that write: each form is given one as it is drawn, and the door looks whether one was sent."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from flask import g, has_request_context, request

from vouchers.core.sending import SentPage

FIELD = "page_mark"
"""The name of the hidden box."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"([0-9]{1,17})-[A-Za-z0-9_-]{8}")


def arrive(sender: Any, clock: Callable[[], datetime]) -> None:
    """A request has come in: note when, and for a signed-in person which page it sends."""
    g.arrived_at = clock()
    mark = request.form.get(FIELD, "") if request.method == "POST" else ""
    read = _MARK.fullmatch(mark)
    if read and sender.is_authenticated:
        drawn_at = _EPOCH + timedelta(microseconds=int(read[1]))
        g.sent_page = SentPage(_hash_of_request(sender.id), mark, drawn_at, clock)


def sent_page() -> SentPage | None:
    """The page that was sent with the present request, if it was one of ours and somebody is signed in."""
    page: SentPage | None = g.get("sent_page") if has_request_context() else None
    return page


def page_mark() -> str:
    """The mark of a form that is drawn now; none where the door did not let the request in. On a page that is shown
    again with its mistakes it is as old as before."""
    page = sent_page()
    drawn_at = g.get("arrived_at") if page is None or page.is_spent else page.drawn_at
    if drawn_at is None:
        return ""
    return f"{(drawn_at - _EPOCH) // timedelta(microseconds=1)}-{secrets.token_urlsafe(6)}"


def _hash_of_request(sender_id: int) -> str:
    """Who asks for what: the person, the address, every word and file. Passwords are left out."""
    fields = {name: words for name, words in request.form.lists() if not _is_left_out(name)}
    files = {
        name: [[file.filename, _hash_of_file(file.stream)] for file in found] for name, found in request.files.lists()
    }
    asked = {name: words for name, words in request.args.lists() if name != "held"}
    whole = json.dumps([sender_id, request.path, asked, fields, files], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _is_left_out(name: str) -> bool:
    return name in {"csrf_token", FIELD} or "password" in name


def _hash_of_file(stream: IO[bytes]) -> str:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    return digest
