"""Mail capture: a mail server on the loopback that keeps each message once, as a file, and sends nothing on.

Run as `python -m vouchers.demo.capture FOLDER --port N` or, with a socket that the parent has opened, `--socket FD`.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import hashlib
import logging
import os
import re
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MESSAGE = 30 * 1024 * 1024
HEADS_KEPT = 20_000
"""So many messages may be listed without being opened a second time."""
STAMP = "%Y%m%dT%H%M%S.%fZ"
NAME = re.compile(r"^(\d{8}T\d{6}\.\d{6}Z)-([0-9a-f]{24})\.eml$")

log = logging.getLogger("vouchers.mail")


@dataclass(frozen=True)
class Head:
    """What a list shows of a message."""

    to: str
    subject: str
    has_files: bool

    def tells(self, words: str) -> bool:
        """Whether these words stand in it, however they are written."""
        return words.casefold() in f"{self.to}\n{self.subject}".casefold()


@dataclass(frozen=True)
class CapturedMail:
    """One kept message. `key` names it in an address."""

    key: str
    path: Path

    @property
    def captured_at(self) -> datetime:
        """When it was taken, in UTC."""
        return datetime.strptime(self.path.name.partition("-")[0], STAMP).replace(tzinfo=UTC)

    @property
    def head(self) -> Head:
        """What stands above its text: a list of many is drawn without reading a text or a file."""
        return _head_of(self.path)

    def read(self) -> EmailMessage:
        """Parse the message: headers decoded, parts as `EmailMessage`."""
        return _parsed(self.path.read_bytes())


def _parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@lru_cache(maxsize=HEADS_KEPT)
def _head_of(path: Path) -> Head:
    """Read once: a kept message never changes."""
    with path.open("rb") as file:
        lines = list(takewhile(bytes.strip, file))
    message = _parsed(b"".join(lines))
    has_files = message.get_content_type() == "multipart/mixed"
    return Head(str(message["To"]), str(message["Subject"]), has_files)


def keep(folder: Path, content: bytes, *, at: datetime) -> Path | None:
    """Write a message into the folder; None if one with the same Message-ID is there (a job that ran twice)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _key_of(content)
    if any(folder.glob(f"*-{key}.eml")):
        return None
    path = folder / f"{at.astimezone(UTC).strftime(STAMP)}-{key}.eml"
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)
    return path


def list_captured(folder: Path, limit: int | None = None) -> list[CapturedMail]:
    """The kept messages, newest first."""
    found = sorted(_captured(folder), key=lambda mail: mail.path.name, reverse=True)
    return found[:limit]


def find_captured(folder: Path, key: str) -> CapturedMail | None:
    """The kept message with this key, if there is one."""
    return next((mail for mail in _captured(folder) if mail.key == key), None)


def _captured(folder: Path) -> Iterator[CapturedMail]:
    for path in folder.glob("*.eml"):
        if match := NAME.match(path.name):
            yield CapturedMail(key=match[2], path=path)


def _key_of(content: bytes) -> str:
    message_id = email.message_from_bytes(content, policy=email.policy.compat32).get("Message-ID")
    return hashlib.sha256(str(message_id).strip().encode() if message_id else content).hexdigest()[:24]


class _Keeper:
    """What aiosmtpd calls for each message."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        content = envelope.original_content or b""
        try:
            path = keep(self.folder, content, at=datetime.now(UTC))
        except OSError as fault:
            log.error("a message could not be kept: %s", fault.strerror)
            return "451 The message could not be kept; try again later"
        log.info("kept a message" if path else "the same message again; kept once")
        return "250 Kept"


async def serve(folder: Path, listening: socket.socket) -> None:
    """Take messages from an open socket until SIGTERM or SIGINT."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    keeper = _Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="mail-capture", data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True),
        sock=listening,
    )
    async with server:
        await over.wait()


def main() -> None:
    """Start the capture server from a command line."""
    parser = argparse.ArgumentParser(description="Keep every message that is sent to this server; send nothing on.")
    parser.add_argument("folder", type=Path)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int, help="a port of the loopback interface")
    where.add_argument("--socket", type=int, help="the number of an inherited listening socket")
    chosen = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s mail: %(message)s")
    if chosen.socket is not None:
        listening = socket.socket(fileno=chosen.socket)
    else:
        listening = socket.create_server(("127.0.0.1", chosen.port))
    asyncio.run(serve(chosen.folder, listening))


if __name__ == "__main__":
    main()
