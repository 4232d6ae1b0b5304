"""A mail server inside the test process: what the program sends arrives here as parsed messages."""

from __future__ import annotations

import email
import email.policy
import time
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


class Mailbox:
    """Listens on the loopback from `start` to `stop`; `refuse` is an answer such as "451 Later" of a faulty server."""

    def __init__(self, port: int) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: str | None = None
        self._controller = Controller(self, hostname="127.0.0.1", port=port)

    def start(self) -> Mailbox:
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop(no_assert=True)

    def empty(self) -> None:
        self.messages.clear()
        self.refuse = None

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for this address, oldest first."""
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, count: int, seconds: float = 10) -> list[EmailMessage]:
        """The messages, once there are as many; fails if that takes longer."""
        until = time.monotonic() + seconds
        while len(self.messages) < count:
            assert time.monotonic() < until, f"{len(self.messages)} of {count} messages after {seconds} s"
            time.sleep(0.01)
        return self.messages

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 Kept"
