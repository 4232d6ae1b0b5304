"""Writing letters into the letter book, and sending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, or_, update

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Busy
from vouchers.core.mail import Attachment, send_message, sender_domain
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.store import read_bytes
from vouchers.jobs import actions as jobs
from vouchers.jobs.registry import job
from vouchers.letters.models import Letter
from vouchers.letters.rendering import render_letter

TRY_AGAIN_AFTER = timedelta(minutes=2)
_UNFOLDED = default.clone(max_line_length=990)
"""In lines of the usual length a longer address would be written in a code that no mail program reads, and a subject
whose words are long would begin on a line of its own, with a blank."""
_WRITE = insert(Letter).returning(Letter.id)
"""One statement, where a flush would write out the whole step for the sake of an id."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for; `user_id` is None for someone without an account."""

    email: str
    name: str
    language: str = "en"
    user_id: int | None = None


def write_letter(
    to: Addressee,
    occasion: str,
    values: dict[str, Any],
    *,
    step_id: str,
    at: datetime,
    subject_kind: str,
    subject_id: int,
    document: Document | None = None,
    unsubscribe_url: str | None = None,
) -> int:
    """Word a letter and promise to send it, in the open unit of work; returns its id."""
    heading, body = render_letter(occasion, to.language, {"name": to.name, **values})
    facts = {
        "step_id": step_id,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "occasion": occasion,
        "to_email": to.email,
        "to_user_id": to.user_id,
        "heading": heading,
        "body": body,
        "written_at": at,
        "message_id": f"<{uuid4().hex}@{sender_domain()}>",
        "document_id": document.id if document else None,
        "unsubscribe_url": unsubscribe_url,
    }
    letter_id = int(db.session.execute(_WRITE, facts).scalar_one())
    jobs.enqueue("letters.send_letter", step_id=step_id, at=at, letter_id=letter_id)
    return letter_id


def erase_letters_of(kind: str, subject_id: int) -> None:
    """Take every letter about a subject out of the letter book; those not sent yet never are."""
    db.session.execute(delete(Letter).where(Letter.subject_kind == kind, Letter.subject_id == subject_id))


@job("letters.send_letter")
def send_letter(letter_id: int, *, at: datetime) -> None:
    """Send a letter once. A worker that dies between the mail server's yes and our note of it is the one case in which
    a letter can travel twice; it then bears the same Message-ID, by which mail servers drop the second.

    Raises:
        Busy: another worker is sending it at this moment.
    """
    with unit_of_work():
        claimed = db.session.execute(
            update(Letter)
            .where(Letter.id == letter_id, Letter.sent_at.is_(None))
            .where(or_(Letter.sending_at.is_(None), Letter.sending_at < at - TRY_AGAIN_AFTER))
            .values(sending_at=at)
        )
    letter = db.session.get(Letter, letter_id, populate_existing=True)
    if letter is None or letter.sent_at is not None:
        return
    if not claimed.rowcount:  # type: ignore[attr-defined]
        raise Busy(_("This letter is being sent by another worker."))
    try:
        send_message(_message_of(letter, at), attachment=_attachment_of(letter))
    except Exception:
        with unit_of_work():
            db.session.execute(update(Letter).where(Letter.id == letter_id).values(sending_at=None))
        raise
    with unit_of_work():
        db.session.execute(update(Letter).where(Letter.id == letter_id).values(sent_at=at))


def _message_of(letter: Letter, at: datetime) -> EmailMessage:
    message = EmailMessage(_UNFOLDED if letter.unsubscribe_url or letter.heading.isascii() else None)
    message["To"] = letter.to_email
    message["Subject"] = letter.heading
    message["Message-ID"] = letter.message_id
    message["Date"] = format_datetime(at)
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:  # one press in the mail program is enough (RFC 8058)
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body)
    return message


def _attachment_of(letter: Letter) -> Attachment | None:
    document = db.session.get(Document, letter.document_id) if letter.document_id else None
    if document is None:
        return None
    return Attachment(document.filename, document.media_type, read_bytes(document))
