"""`make run`: one command starts everything, and leaves nothing behind, however it ends."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from tests.conftest import ROOT, _free_port
from tests.databases import Databases

pytestmark = [pytest.mark.slow, pytest.mark.once]


def _heed_interrupts() -> None:
    """Tests that run in the background of a shell inherit that SIGINT is ignored; make would ignore it too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class RunningOffice:
    """An office started by this test, in its own folder, as an empty real office (the demo has a test of its own)."""

    def __init__(self, data_dir: Path, *command: str, **environ: str) -> None:
        self.data_dir, self.port = data_dir, int(environ.get("PORT") or _free_port())
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        mark = {"OFFICE_OF_A_TEST": str(data_dir)}  # inherited by every process of it
        given = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "DEMO_MODE": "0"} | KEYS | mark | environ
        self.output = data_dir.with_name(f"{data_dir.name}-{time.monotonic_ns()}.out")  # an earlier run's says "open"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command or (sys.executable, "office.py"),
                cwd=ROOT,
                env=kept | given,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_heed_interrupts,
            )

    def wait_until_open(self, seconds: float = 180) -> RunningOffice:
        wait_until(lambda: "The office is open" in self.words or self.process.poll() is not None, seconds, self)
        assert self.process.poll() is None, self.words
        return self

    @property
    def words(self) -> str:
        return self.output.read_text()

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def pids(self) -> dict[int, str]:
        """Every living process that has this office's folder in its command or environment, with its command."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                environ = (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(self.data_dir).encode() in command + environ:
                found[int(entry.name)] = command.replace(b"\0", b" ").decode()
        return found

    def pid_of(self, part: str) -> int:
        """The process that started the others of its kind: numbers wrap around, so the lowest need not be the first."""
        of_kind = {pid for pid, command in self.pids().items() if part in command}
        return next(pid for pid in sorted(of_kind) if _parent_of(pid) not in of_kind)

    def clean_up(self) -> None:
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def _parent_of(pid: int) -> int:
    """The second field behind the command, which stands in brackets and may hold blanks (proc(5))."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


KEYS = {"SECRET_KEY": "k" * 40, "FIELD_KEY": "dGhlIHRlc3RzJyBvd24ga2V5LCAzMiBieXRlcyEhISE="}


def wait_until(is_so, seconds: float, office: RunningOffice) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"{office.words}\n{office.pids()}"
        time.sleep(0.1)


@pytest.fixture
def start(tmp_path: Path, all_databases: Databases) -> Iterator:
    """Starts offices in one folder; `is_new` says that even the database's tables are to be made by the office."""
    started: list[RunningOffice] = []

    def start_one(*command: str, is_new: bool = False, **environ: str) -> RunningOffice:
        folder = tmp_path / "office"
        if not (is_new or folder.exists()):
            folder.mkdir(mode=0o700)
            all_databases.copy_to(f"sqlite:///{folder / 'office.db'}")
        started.append(RunningOffice(folder, *command, **environ))
        return started[-1]

    yield start_one
    for office in started:
        office.clean_up()


def test_it_opens_serves_and_closes_on_ctrl_c_without_a_process_left(start):
    office = start(is_new=True).wait_until_open()
    commands = " ".join(office.pids().values())

    assert office.status("/readyz") == 200
    assert (office.data_dir / "run" / "address").read_text() == f"http://127.0.0.1:{office.port}\n"
    for part in ("redis-server", "gunicorn", "vouchers.worker", "timer"):
        assert part in commands

    office.process.send_signal(signal.SIGINT)

    assert office.process.wait(90) == 0
    assert office.pids() == {}
    assert "no process of it is left" in office.words


def test_a_killed_office_leaves_no_process(start):
    office = start().wait_until_open()

    os.kill(office.process.pid, signal.SIGKILL)

    office.process.wait()
    wait_until(lambda: office.pids() == {}, 60, office)


def test_a_second_run_keeps_the_data_and_finds_its_way_after_a_kill(start):
    first = start().wait_until_open()
    database = first.data_dir / "office.db"
    made_at = database.stat().st_ino
    os.kill(first.process.pid, signal.SIGKILL)

    second = start(PORT=str(first.port)).wait_until_open()

    assert database.stat().st_ino == made_at
    assert second.status("/readyz") == 200


def test_a_demo_that_was_interrupted_while_it_was_built_is_built_anew(start):
    first = start(DEMO_MODE="1", is_new=True)
    wait_until(lambda: "Building the demo office" in first.words, 120, first)
    wait_until(lambda: (first.data_dir / "office.db").stat().st_size > 0, 10, first)
    os.kill(first.process.pid, signal.SIGKILL)
    wait_until(lambda: not first.pids(), 30, first)

    second = start(DEMO_MODE="1", PORT=str(first.port))
    wait_until(lambda: "Building the demo office" in second.words, 120, second)

    assert "not built to its end the last time: it is built anew" in second.words


def test_what_a_command_prints_is_shown_with_its_indent(tmp_path, capsys):
    import office

    running = office.Office(Settings.from_environment({"DATA_DIR": str(tmp_path), "DEMO_MODE": "1"}), dict(os.environ))
    for folder in ("logs", "run"):
        (tmp_path / folder).mkdir(exist_ok=True)

    running.run_to_the_end("Listing", sys.executable, "-c", "print('  ada\\n  bob\\n')", is_shown=True)

    assert capsys.readouterr().out == "  ada\n  bob\n"


@pytest.mark.parametrize("where", ["office.db", "elsewhere.db"])
def test_an_unfinished_demo_is_removed_from_no_database_that_was_there_before(tmp_path, where):
    import office

    database, begun = tmp_path / where, tmp_path / "demo-begun"
    database.write_text("an office")
    begun.write_text("kept" if where == "office.db" else office.MADE)
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{database}", "DEMO_MODE": "1"}
    settings = Settings.from_environment(given)

    with pytest.raises(office.CannotStart, match="interrupted"):
        office.remove_unfinished_demo(office.Office(settings, {}), begun)

    assert database.read_text() == "an office"


def test_two_offices_on_one_folder_are_refused(start):
    first = start().wait_until_open()
    second = start(PORT=str(_free_port()))

    assert second.process.wait(20) == 1
    assert "Another office" in second.words
    assert first.process.poll() is None


def test_a_taken_port_is_a_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        office = start(PORT=str(taken.getsockname()[1]))

        assert office.process.wait(20) == 1

    assert "is taken by another program" in office.words
    assert "Traceback" not in office.words


def test_a_demo_is_not_opened_to_a_network_by_accident(start):
    office = start("env", "-u", "DEMO_MODE", sys.executable, "office.py", HOST="0.0.0.0")

    assert office.process.wait(20) == 1
    assert "anybody signs in" in office.words


def test_settings_that_are_not_complete_are_listed(start):
    office = start(SECRET_KEY="", FIELD_KEY="", MAX_UPLOAD_BYTES="many")

    assert office.process.wait(20) == 1
    for name in ("SECRET_KEY", "FIELD_KEY", "MAX_UPLOAD_BYTES"):
        assert name in office.words


def test_a_child_that_dies_is_started_again(start):
    office = start().wait_until_open()

    for times, part in enumerate(("redis-server", "gunicorn", "vouchers.worker timer"), 1):
        killed = office.pid_of(part)
        os.kill(killed, signal.SIGKILL)

        wait_until(lambda: office.words.count("was started again") == times, 60, office)  # noqa: B023
        assert office.pid_of(part) != killed
        wait_until(lambda: office.status("/readyz") == 200, 60, office)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_the_office_too(start, tmp_path, number):
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@{sys.executable} office.py\n")
    office = start("make", "-f", str(makefile), "run").wait_until_open()

    os.kill(office.process.pid, number)

    office.process.wait(90)
    wait_until(lambda: office.pids() == {}, 60, office)
