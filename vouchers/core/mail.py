"""Handing a message to the mail server."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and in whose name."""

    host: str
    port: int
    sender: str
    starttls: bool = False
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a message."""

    filename: str
    media_type: str
    content: bytes


_server: MailServer | None = None


def use_mail_server(server: MailServer) -> None:
    """Set the mail server (the application shell does)."""
    global _server
    _server = server


def sender_domain() -> str:
    """The domain of the office's own address, for Message-IDs."""
    address = parseaddr(_server.sender)[1] if _server else ""
    return address.rpartition("@")[2] or "localhost"


def send_message(message: EmailMessage, *, attachment: Attachment | None = None) -> None:
    """Hand a message in; any failure raises, and nothing is known to have been sent."""
    if _server is None:
        raise RuntimeError("no mail server is set up")
    message["From"] = _server.sender
    if attachment:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.filename)
    with smtplib.SMTP(_server.host, _server.port, timeout=20) as smtp:
        if _server.starttls:
            smtp.starttls()
        if _server.user:
            smtp.login(_server.user, _server.password or "")
        smtp.send_message(message)
