"""Clients that cost little: a process or a thread each, one connection kept open, no more HTTP than is needed.

The clients share the machine's cores with the office, so whatever they burn is taken from it.
"""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.figures import Times


class Browser:
    """A signed-in (or not) browser on one connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: socket.socket | None = None
        self.cookie = ""
        self.page: dict[str, str] = {}
        """What an errand keeps of the page that is open."""

    def get(self, path: str) -> tuple[int, bytes, bytes]:
        """Status, headers and body."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n\r\n".encode())

    def post(self, path: str, body: str) -> tuple[int, bytes, bytes]:
        """The same for a form."""
        return self._send(path, body, "Content-Type: application/x-www-form-urlencoded\r\n")

    def post_json(self, path: str, body: str, *, token: str) -> tuple[int, bytes, bytes]:
        """The same for what a page's script sends."""
        return self._send(path, body, f"Content-Type: application/json\r\nX-CSRFToken: {token}\r\n")

    def _send(self, path: str, body: str, headers: str) -> tuple[int, bytes, bytes]:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"{head}{headers}\r\n{body}".encode())

    def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        connection = self._connection or self._connect()
        connection.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._receive(connection)
        head, body = answer[:end], [answer[end + 4 :]]
        missing = int(_header(head, b"content-length") or 0) - len(body[0])
        while missing > 0:
            body.append(self._receive(connection))
            missing -= len(body[-1])
        if _header(head, b"connection").lower() == b"close":
            connection.close()
            self._connection = None
        return int(head[9:12]), head, b"".join(body)

    def _connect(self) -> socket.socket:
        self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection

    def _receive(self, connection: socket.socket) -> bytes:
        got = connection.recv(262_144)
        if not got:
            connection.close()
            self._connection = None
            raise ConnectionError("the server hung up")
        return got


def _header(head: bytes, name: bytes) -> bytes:
    place = head.lower().find(b"\r\n" + name + b":")
    return head[place + len(name) + 3 :].partition(b"\r\n")[0].strip() if place >= 0 else b""


Task = Any
Errand = Callable[[Browser, Task], dict[str, float]]
"""What is done with one task: answers what took how many seconds, or raises."""


def run_clients(
    port: int, errand: Errand, tasks: Sequence[Sequence[Task]], seconds: float, *, per_process: int = 1
) -> tuple[dict[str, Times], float]:
    """Let one client for each list of tasks work through it, at most for so many seconds; they begin together.

    Args:
        per_process: clients that share a process, a thread each; where there are many, most of them wait.

    Returns:
        The times by name, and how many seconds passed from the first beginning to the last end.
    """
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    begin_at = time.monotonic() + 0.3
    processes = [
        context.Process(
            target=_work_together,
            args=(port, errand, tasks[place : place + per_process], begin_at, begin_at + seconds, results),
            daemon=True,
        )
        for place in range(0, len(tasks), per_process)
    ]
    for process in processes:
        process.start()
    times: dict[str, Times] = {}
    last = begin_at
    for _client in tasks:
        took, errors, ended_at = results.get(timeout=seconds + 90)
        last = max(last, ended_at)
        for name, values in took.items():
            times.setdefault(name, Times()).took.extend(values)
        times.setdefault("", Times()).errors.extend(errors)
    for process in processes:
        process.join(timeout=10)
    return times, last - begin_at


def _work_together(
    port: int, errand: Errand, tasks: Sequence[Sequence[Task]], begin_at: float, until: float, results: Any
) -> None:
    clients = [threading.Thread(target=_work, args=(port, errand, own, begin_at, until, results)) for own in tasks]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _work(port: int, errand: Errand, tasks: Sequence[Task], begin_at: float, until: float, results: Any) -> None:
    browser, took, errors = Browser(port), {}, []  # type: tuple[Browser, dict[str, list[float]], list[str]]
    time.sleep(max(begin_at - time.monotonic(), 0))
    for task in tasks:
        if time.monotonic() > until:
            break
        try:
            for name, value in errand(browser, task).items():
                took.setdefault(name, []).append(value)
        except Exception as problem:  # counted and shown, whatever it is
            errors.append(f"{type(problem).__name__}: {problem}"[:200])
    results.put((took, errors, time.monotonic()))
