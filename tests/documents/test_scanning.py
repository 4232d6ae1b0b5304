"""A conversation with a virus scanner over real sockets, and what follows when it is away, slow or unclear."""

from __future__ import annotations

import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vouchers.documents.scanning import ClamdScanner, NoScanner, ScanResult, Verdict, scanner_at

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"
Answer = Callable[[bytes], bytes | None]


def like_clamd(content: bytes) -> bytes:
    return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"


def receive(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        if not part:
            raise ConnectionError
        received += part
    return received


def converse(connection: socket.socket, answer: Answer, limit: int) -> None:
    with connection:
        assert receive(connection, 10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">L", receive(connection, 4))[0]:
            if len(content) + length > limit:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += receive(connection, length)
        said = answer(content)
        if said is None:
            time.sleep(1)
        else:
            for byte in said:
                connection.sendall(bytes([byte]))


@contextmanager
def clamd(address: str | Path, answer: Answer = like_clamd, limit: int = 10_000_000) -> Iterator[str]:
    """A small scanner that speaks INSTREAM; gives its address."""
    if isinstance(address, Path):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(address))
        server.listen()
        name = f"unix:{address}"
    else:
        server = socket.create_server((address, 0))
        name = f"tcp://{address}:{server.getsockname()[1]}"

    def serve() -> None:
        try:
            connection, _peer = server.accept()
            converse(connection, answer, limit)
        except OSError:
            return

    worker = threading.Thread(target=serve, daemon=True)
    worker.start()
    with server:
        yield name
    worker.join(3)


def scan(address: str, content: bytes, *, timeout: float = 5, max_bytes: int = 5_000_000) -> ScanResult:
    stream = io.BytesIO(content)
    stream.seek(3)
    result = scanner_at(address, timeout=timeout, max_bytes=max_bytes).scan(stream)
    assert stream.tell() == 0
    return result


@pytest.mark.parametrize(
    ("content", "verdict", "threat", "is_quarantined"),
    [
        (b"an offer", Verdict.CLEAN, None, False),
        (b"", Verdict.CLEAN, None, False),
        (b"x" * 3_000_000, Verdict.CLEAN, None, False),
        (EICAR, Verdict.INFECTED, "Win.Test.EICAR_HDB-1", True),
        (b"x" * 65_530 + EICAR, Verdict.INFECTED, "Win.Test.EICAR_HDB-1", True),
    ],
    ids=["small", "empty", "many chunks", "infected", "infected across chunks"],
)
@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_verdict(
    tmp_path: Path, kind: str, content: bytes, verdict: Verdict, threat: str | None, is_quarantined: bool
) -> None:
    with clamd(tmp_path / "s" if kind == "unix" else "127.0.0.1") as address:
        result = scan(address, content)
    assert (result.verdict, result.threat, result.is_quarantined) == (verdict, threat, is_quarantined)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (b"stream: OK\0", Verdict.CLEAN),
        (b"stream: OK", Verdict.CLEAN),
        (b"OK\0", Verdict.UNAVAILABLE),
        (b"", Verdict.UNAVAILABLE),
        (b"\0", Verdict.UNAVAILABLE),
        (b"stream: OKAY\0", Verdict.UNAVAILABLE),
        (b"UNKNOWN COMMAND\0", Verdict.UNAVAILABLE),
        (b"stream: lstat() failed. ERROR\0", Verdict.UNAVAILABLE),
        (b"\xff\xfe\0", Verdict.UNAVAILABLE),
        (b"stream: Bad\x1bName FOUND\0", Verdict.INFECTED),
        (b"x" * 9_000, Verdict.UNAVAILABLE),
    ],
)
def test_only_a_clear_ok_is_clean(said: bytes, verdict: Verdict) -> None:
    with clamd("127.0.0.1", lambda content: said) as address:
        result = scan(address, b"an offer")
    assert result.verdict is verdict
    assert result.threat in (None, "BadName")


def test_nobody_there_is_quarantine(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for gone in (f"tcp://127.0.0.1:{port}", f"unix:{tmp_path / 'none'}"):
        result = scan(gone, b"an offer")
        assert (result.verdict, result.is_quarantined) == (Verdict.UNAVAILABLE, True)
        assert result.reason


def test_a_silent_scanner_is_given_up_in_time() -> None:
    begun = time.monotonic()
    with clamd("127.0.0.1", lambda content: None) as address:
        result = scan(address, b"an offer", timeout=0.2)
        assert time.monotonic() - begun < 0.8
    assert result.verdict is Verdict.UNAVAILABLE


@pytest.mark.parametrize(("limit", "max_bytes"), [(100, 5_000_000), (10_000_000, 100)], ids=["its limit", "our limit"])
def test_too_big_for_the_scanner_is_quarantine(limit: int, max_bytes: int) -> None:
    with clamd("127.0.0.1", limit=limit) as address:
        assert scan(address, b"x" * 2_000_000, max_bytes=max_bytes).verdict is Verdict.UNAVAILABLE


def test_without_a_scanner_files_are_unscanned_and_open() -> None:
    for nothing in (None, ""):
        scanner = scanner_at(nothing)
        assert isinstance(scanner, NoScanner)
        assert scanner.scan(io.BytesIO(EICAR)) == ScanResult(Verdict.UNSCANNED)
    assert not ScanResult(Verdict.UNSCANNED).is_quarantined


@pytest.mark.parametrize(
    "address", ["clamd", "clamd:3310", "tcp://clamd", "tcp://:3310", "tcp://clamd:x", "http://a:1"]
)
def test_a_wrong_address_is_noticed_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="unix:/path or tcp"):
        scanner_at(address)


def test_addresses() -> None:
    assert scanner_at("unix:/run/clamd") == ClamdScanner("unix:/run/clamd")
    assert scanner_at("tcp://[::1]:3310") == ClamdScanner("tcp://[::1]:3310")
