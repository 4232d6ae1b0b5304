"""The office's real processes, and the application behind a real socket, for the stories in which something dies."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.serving import make_server

from config import Settings
from tests.conftest import ROOT, _free_port
from tests.stories.pages import Person
from vouchers.core import clock
from vouchers.core.database import db


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The application behind a socket, a thread for each request, at this moment of the test. Gives the port."""
    moment = clock.now()

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        with clock.stopped_at(moment):
            return app(environ, start_response)

    db.session.rollback()
    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@contextmanager
def started(settings: Settings, *command: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the office with the settings of the test; it and its children are gone afterwards."""
    given = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FIELD_KEY": settings.field_key,
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": str(settings.smtp_port),
        "BASE_URL": settings.base_url,
        "SECURE_COOKIES": "0",
        "LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **given, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


@contextmanager
def web(settings: Settings, application: str = "wsgi:app", **environ: str) -> Iterator[int]:
    """The web server as it runs in production, at the real time. Gives the port."""
    port = _free_port()
    command = ("-m", "gunicorn", "-c", "gunicorn.conf.py", application)
    db.session.rollback()
    with started(settings, *command, HOST="127.0.0.1", PORT=str(port), WEB_WORKERS="1", **environ):
        wait_until(lambda: listens(port))
        yield port


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours and all that it started, at once; the queue's workers run jobs in a group of their own."""
    for pid in [*descendants(process.pid), process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (child, *descendants(child))]


def wait_until(is_so: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something that another process does."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody answers at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(
    port: int, person: Person, method: str, address: str, data: dict[str, list[str]] | None = None
) -> tuple[int, str, str]:
    """One request of this person's browser over the socket: status, where it leads, what it says."""
    body = urlencode(data or {}, doseq=True)
    headers = {"Cookie": cookie_of(person), "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, address, body if method == "POST" else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
    finally:
        connection.close()


def cookie_of(person: Person) -> str:
    """What this person's browser sends along."""
    kept = person.client.get_cookie("office")
    assert kept is not None
    return f"office={kept.value}"
