"""Asking a virus scanner (clamd, command INSTREAM) about a file before anyone may open it.

Safe side: a scanner that is configured but does not answer leaves the file in quarantine until a later scan.
Only where no scanner is configured at all is a file handed out unscanned, and then its row says so.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Protocol

CHUNK = 64 * 1024
MAX_REPLY = 4_096


class Verdict(StrEnum):
    """What is known about a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"
    UNSCANNED = "unscanned"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The verdict, the threat's name when infected, and the reason (for the log) when unavailable."""

    verdict: Verdict
    threat: str | None = None
    reason: str | None = None

    @property
    def is_quarantined(self) -> bool:
        """Whether nobody may open the file."""
        return self.verdict in (Verdict.INFECTED, Verdict.UNAVAILABLE)


class Scanner(Protocol):
    """Something that can be asked about a file."""

    def scan(self, stream: BinaryIO) -> ScanResult:
        """Ask about the seekable stream, from its start; never raises for a scanner's failure."""


class NoScanner:
    """None is configured."""

    def scan(self, stream: BinaryIO) -> ScanResult:  # noqa: ARG002
        """UNSCANNED, always."""
        return ScanResult(Verdict.UNSCANNED)


@dataclass(frozen=True, slots=True)
class ClamdScanner:
    """clamd at ``unix:/path`` or ``tcp://host:port``; `timeout` is the bound in seconds for the whole conversation."""

    address: str
    timeout: float = 30.0
    max_bytes: int = 25_000_000

    def scan(self, stream: BinaryIO) -> ScanResult:
        """CLEAN, INFECTED with the threat's name, or UNAVAILABLE: away, too slow, too big for it, or unclear."""
        stream.seek(0)
        deadline = time.monotonic() + self.timeout
        try:
            with self._connect() as connection:
                if not self._send(connection, stream, deadline):
                    return ScanResult(Verdict.UNAVAILABLE, reason="larger than the scanner takes")
                return _read_verdict(_receive(connection, deadline))
        except (OSError, ValueError) as failure:
            return ScanResult(Verdict.UNAVAILABLE, reason=f"{type(failure).__name__}: {failure}"[:200])
        finally:
            stream.seek(0)

    def _connect(self) -> socket.socket:
        if self.address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(self.timeout)
                connection.connect(self.address.removeprefix("unix:"))
            except OSError:
                connection.close()
                raise
            return connection
        host, port = _host_and_port(self.address)
        return socket.create_connection((host, port), timeout=self.timeout)

    def _send(self, connection: socket.socket, stream: BinaryIO, deadline: float) -> bool:
        """Hand over the whole stream; False when it is larger than the bound."""
        sent = 0
        try:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                sent += len(chunk)
                if sent > self.max_bytes:
                    return False
                connection.settimeout(_left(deadline))
                connection.sendall(struct.pack(">L", len(chunk)) + chunk)
            connection.sendall(struct.pack(">L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has hung up early, for instance at its own limit: its answer may already be here
        return True


def scanner_at(address: str | None, *, timeout: float = 30.0, max_bytes: int = 25_000_000) -> Scanner:
    """The scanner for an address out of the settings; without an address, none. ValueError for a wrong address."""
    if not address:
        return NoScanner()
    if not address.startswith("unix:"):
        _host_and_port(address)
    return ClamdScanner(address, timeout, max_bytes)


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.removeprefix("tcp://").rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and address.startswith("tcp://")):
        raise ValueError("a scanner's address is unix:/path or tcp://host:port")
    return host.strip("[]"), int(port)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scanner took too long")
    return left


def _receive(connection: socket.socket, deadline: float) -> str:
    reply = b""
    while b"\0" not in reply and len(reply) < MAX_REPLY:
        connection.settimeout(_left(deadline))
        part = connection.recv(MAX_REPLY)
        if not part:
            break
        reply += part
    return reply.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _read_verdict(reply: str) -> ScanResult:
    """``stream: OK`` or ``stream: Name FOUND``; anything else is no answer."""
    said = reply.removeprefix("stream: ")
    if said == "OK" and said != reply:
        return ScanResult(Verdict.CLEAN)
    if said.endswith(" FOUND"):
        name = "".join(c for c in said.removesuffix(" FOUND") if c.isprintable())[:200]
        return ScanResult(Verdict.INFECTED, threat=name)
    return ScanResult(Verdict.UNAVAILABLE, reason=f"unclear answer: {reply!r}"[:200])
