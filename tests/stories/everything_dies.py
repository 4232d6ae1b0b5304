"""An office all of whose parts are killed, at random moments and without a word, while its people take their steps.

`TEST_DATABASE=postgresql python -m tests.stories.everything_dies [STEPS [SECONDS [SEED]]]` makes an office of its own:
a database server, Redis, two web processes, a worker, a timer and a mail server. Owners submit their applications,
managers find them eligible and award them, sixteen people at a time, each by pressing until the page says that it is
done. Meanwhile one part after the other dies (SIGKILL) and is started again. Afterwards nothing that somebody was told
is lost, nothing is there twice, every letter has come, and the books and the record prove. Prints what it saw as JSON.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask
from lxml import html
from sqlalchemy import func, select

import vouchers.models  # noqa: F401 - all tables, before a builder names one

# isort: split
from tests import databases
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme
from tests.builders.users import a_member_of_staff
from tests.conftest import ROOT, _free_port, _redis_program
from tests.mailbox import Mailbox
from tests.stories.processes import descendants, listens, wait_until
from vouchers.applications.models import Application
from vouchers.applications.queries.files import map_answers
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.demo.bulk import build_in_bulk
from vouchers.demo.bulk_plan import Goal
from vouchers.jobs.actions import relay, run_job
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.models import Journal
from vouchers.letters.models import Letter
from vouchers.programmes.models import Instrument
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import Role

PEOPLE = 16
STEPS = ("application.submit", "application.find_eligible", "application.award")
PROOFS = (("audit", "seal"), ("audit", "verify"), ("ledger", "verify"))
LONGEST = 240
"""Seconds within which each person gets a step done, whatever dies meanwhile."""


# --- the parts that die -----------------------------------------------------------------------------------------------


@dataclass
class Process:
    """A process of the office that can be killed and started again, each time once it is at work: what dies while it
    still loads has touched nothing, and loading is most of what two cores would do."""

    name: str
    command: list[str]
    environ: dict[str, str]
    log: Path
    is_up: Callable[[], bool] = lambda: True
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("wb") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        wait_until(self.is_up, 60)

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.running:
            _kill(self.running.pid)
            self.running.wait()


@dataclass
class Server:
    """The database server."""

    folder: Path
    name: str = "database"

    def start(self) -> None:
        """Start it again on what it left behind."""
        databases.start_again(self.folder)

    def kill(self) -> None:
        """End the server and every process of a connection, at once."""
        _kill(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))


def _kill(pid: int) -> None:
    for one in [pid, *descendants(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


class Killer(threading.Thread):
    """Kills one part after the other, each at least three times, and starts it again a moment later."""

    at_least = 3

    def __init__(self, parts: list[Any], chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.parts, self.chance, self.killed = parts, chance, Counter[str]()
        self._is_over = threading.Event()
        self.fault: BaseException | None = None

    @property
    def has_killed_all(self) -> bool:
        return all(self.killed[part.name] >= self.at_least for part in self.parts) or self.fault is not None

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                for part in self.chance.sample(self.parts, len(self.parts)):
                    if self._is_over.wait(self.chance.uniform(0.3, 1.5)):
                        return
                    part.kill()
                    time.sleep(self.chance.uniform(0, 0.5))
                    part.start()
                    self.killed[part.name] += 1
        except BaseException as problem:
            self.fault = problem
            raise

    def stop(self) -> None:
        """Leave every part running."""
        self._is_over.set()
        self.join(90)
        if self.fault:
            raise self.fault


# --- the people and their steps ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errand:
    """One application on its way: who submits it, and who decides on it."""

    application_id: int
    owner: str
    manager: str
    """Their cookies."""

    def press(self, step: str) -> tuple[str, str, str]:
        """The cookie of whoever takes the step, the page, and the button on it."""
        where = f"applications/{self.application_id}"
        return {
            STEPS[0]: (self.owner, f"/{where}/check", "Submit the application"),
            STEPS[1]: (self.manager, f"/evaluation/{where}/check", "Eligible"),
            STEPS[2]: (self.manager, f"/decisions/{where}/award", "Award the voucher"),
        }[step]


@dataclass
class People:
    """Who work through the errands, and what they were told."""

    port: int
    chance: random.Random
    pause: float
    told: list[tuple[int, str]] = field(default_factory=list)
    """(application, step) of each answer that said it is done."""
    troubles: Counter[str] = field(default_factory=Counter)

    def work(self, errands: list[Errand]) -> None:
        """All steps of all errands, as many people as there are at once."""
        with ThreadPoolExecutor(PEOPLE) as people:
            for done in [people.submit(self._carry_out, errand) for errand in errands]:
                done.result()

    def _carry_out(self, errand: Errand) -> None:
        for step in STEPS:
            time.sleep(self.chance.uniform(0, 2 * self.pause))
            self._take(errand, step)

    def _take(self, errand: Errand, step: str) -> None:
        """Press until it is done; whoever hears nothing, or hears of a fault, looks at the page again."""
        until, (cookie, page, button), text = time.monotonic() + LONGEST, errand.press(step), ""
        while time.monotonic() < until:
            try:
                status, _where, text = self._ask(cookie, "GET", page)
                if status < 500:
                    if (form := _form_of(text, button)) is None:
                        return  # it was done before, though nobody was told
                    status, where, text = self._press(cookie, page, form)
                    if status == 303 and "sign-in" not in where:
                        self.told.append((errand.application_id, step))
                        return
                self.troubles[str(status)] += 1
            except (OSError, http.client.HTTPException) as problem:
                self.troubles[type(problem).__name__] += 1
            time.sleep(self.chance.uniform(0.1, 0.6))
        raise AssertionError(
            f"{step} of application {errand.application_id}: not done after {LONGEST} s: {text[-3000:]}"
        )

    def _press(self, cookie: str, page: str, form: list[tuple[str, str]]) -> tuple[int, str, str]:
        """Press the button; every fifth time twice at once, as impatient people do."""
        if self.chance.random() > 0.2:
            return self._ask(cookie, "POST", page, form)
        with ThreadPoolExecutor(2) as fingers:
            clicks = [fingers.submit(self._ask, cookie, "POST", page, form) for _ in range(2)]
        answers = [click.result() for click in clicks if click.exception() is None]
        if not answers:
            raise clicks[0].exception() or AssertionError
        return min(answers, key=lambda answer: answer[0] != 303)

    def _ask(
        self, cookie: str, method: str, page: str, form: list[tuple[str, str]] | None = None
    ) -> tuple[int, str, str]:
        if method == "POST" and page.endswith("/check") and page.startswith("/applications/"):
            page = page.removesuffix("check") + "submit"
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, page, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()


def _form_of(text: str, button: str) -> list[tuple[str, str]] | None:
    """What the form of this button posts as it stands, every box ticked; None where the page has no such button."""
    if not text.strip():
        return None
    page = html.fromstring(text)
    for one in page.iter("button"):
        if " ".join(one.text_content().split()) != button:
            continue
        form, given = next(one.iterancestors("form")), []
        for control in form.iter("input", "select", "textarea"):
            name = control.get("name")
            if name and control.tag == "select":
                chosen = control.xpath("./option[@selected]") or control.xpath("./option[@value='met']")
                given.append((name, chosen[0].get("value")))
            elif name and name.startswith("reason-"):
                given.append((name, "I have looked at it."))
            elif name and control.get("type") != "radio":
                given.append((name, control.get("value") or control.text or ""))
        return given
    return None


# --- the office -------------------------------------------------------------------------------------------------------


def see_everything_die(folder: Path, *, steps: int, seconds: float, seed: int) -> dict[str, Any]:
    """Let `steps` steps be taken within no less than `seconds` while everything dies. Answers what was seen.

    Raises:
        AssertionError: something was lost or is there twice.
    """
    from config import Settings
    from vouchers.app import create_app

    made, chance = databases.Databases(folder), random.Random(seed)
    url = made.copy(folder)
    _make_durable(made)
    mail_port = _free_port()
    mailbox = Mailbox(mail_port).start()
    port, socket = _free_port(), folder / "redis.sock"
    given = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / "office"),
        "REDIS_URL": f"unix://{socket}",
        "DEMO_MODE": "1",  # which makes the keys
        "SECURE_COOKIES": "0",
        "LOG_LEVEL": "CRITICAL",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(mail_port),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    app = create_app(Settings.from_environment(given))
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ} | given
    python = sys.executable
    redis = [_redis_program(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    web = [python, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
    parts: list[Any] = [
        Process("redis", redis, environ, folder / "redis.log", socket.exists),
        Process("web", web, environ, folder / "web.log", lambda: listens(port)),
        _telling("worker", [python, "-m", "vouchers.worker"], environ, folder, "the worker listens"),
        _telling("timer", [python, "-m", "vouchers.worker", "timer"], environ, folder, "the timer runs"),
    ]
    try:
        with app.app_context():
            errands = _errands(app, -(-steps // len(STEPS)), seed)
            _let_go()
        for part in parts:
            part.start()
        people = People(port, chance, seconds * PEOPLE / steps)
        began = time.monotonic()
        with _killing([*parts, Server(folder / "server")], chance) as killer:
            people.work(errands)
            wait_until(lambda: killer.has_killed_all, 180)
        took = time.monotonic() - began
        with app.app_context():
            _ensure_whole(errands, people)
            letters = _ensure_letters(mailbox)
            _let_go()
        proven = [
            _prove(environ, *command) for command in (("audit", "seal"), ("audit", "verify"), ("ledger", "verify"))
        ]
        return {
            "steps": len(errands) * len(STEPS),
            "told": len(people.told),
            "seconds": round(took, 1),
            "killed": dict(killer.killed),
            "troubles": dict(people.troubles),
            **letters,
            "proven": proven,
        }
    finally:
        for part in parts:
            part.kill()
        mailbox.stop()
        made.end()


def _telling(name: str, command: list[str], environ: dict[str, str], folder: Path, word: str) -> Process:
    """A process that has no door to knock at: it is up once its log says so."""
    log = folder / f"{name}.log"
    return Process(name, command, environ | {"LOG_LEVEL": "INFO"}, log, lambda: word in log.read_text(errors="replace"))


@contextlib.contextmanager
def _killing(parts: list[Any], chance: random.Random) -> Iterator[Killer]:
    killer = Killer(parts, chance)
    killer.start()
    try:
        yield killer
    finally:
        killer.stop()


def _make_durable(made: databases.Databases) -> None:
    """The tests' server gives up durability for speed; one that dies must not."""
    url = made.server.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = on")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


def _errands(app: Flask, count: int, seed: int) -> list[Errand]:
    """So many Meet & Greets that can be submitted in a call that is open now, and a manager for each region."""
    now = datetime.now(UTC).replace(microsecond=0)
    text = IN2_FILE.read_text(encoding="utf-8")
    for kept, days in (("2026-09-01 09:00", -30), ("2027-03-31 17:00", 60)):
        assert text.count(kept) == 1
        text = text.replace(kept, f"{now + timedelta(days=days):%Y-%m-%d %H:%M}")
    ceiling = "    de_minimis_ceiling: 300000\n"  # the invented companies have signed no declaration of aid
    assert text.count(ceiling) == 1
    call = a_programme(text.replace(ceiling, f"{ceiling}    aid_declaration: no\n")).call("2026-1")
    for region in call.plan.regions:
        a_member_of_staff(
            Role.CLUSTER_MANAGER, "in2lifesciences", region, email=f"{region.lower()}@office.example", at=now
        )
    build_in_bulk(call, 4 * count + 8, seed=seed, until=now, mix=((Goal.READY, 1),))
    found = db.session.execute(
        select(Application.id, Application.started_by_id, Application.region_id)
        .join(Instrument, Instrument.id == Application.instrument_id)
        .where(Instrument.code == "MG")
        .order_by(Application.id)
    ).all()
    found = [one for one in found if _is_small(one[0])]
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.CLUSTER_MANAGER)).all()
    managers = {LoadedProgramme("in2lifesciences").region(one.region_code).id: one.user_id for one in grants}
    cookies = {person: _cookie_of(app, person) for person in {one[1] for one in found} | set(managers.values())}
    errands = [Errand(one[0], cookies[one[1]], cookies[managers[one[2]]]) for one in found]
    assert len(errands) >= count, f"only {len(errands)} of {count}"
    return errands[:count]


def _is_small(application_id: int) -> bool:
    """Of eleven invented companies one is too large for a voucher."""
    return int(map_answers(application_id)["headcount"].value) < 250


def _cookie_of(app: Flask, user_id: int) -> str:
    """A session that is open, as its browser shows it after the first form."""
    from vouchers.users.actions import sessions

    at = datetime.now(UTC)
    begun = sessions.start_session(db.session.get_one(User, user_id), device="a story", at=at)
    token = begun.token if begun.is_open else sessions.open_session(begun.session, at=at)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert serializer is not None
    return f"office={serializer.dumps({'session': token, 'csrf_token': 'b' * 40})}"


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


# --- what must be true afterwards -------------------------------------------------------------------------------------


def _ensure_whole(errands: list[Errand], people: People) -> None:
    """Each application took each step once, and each award is in the books once."""
    ids = [errand.application_id for errand in errands]
    found = (
        select(AuditEvent.subject_id, AuditEvent.tag, func.count())
        .where(AuditEvent.subject_kind == "application", AuditEvent.tag.in_(STEPS), AuditEvent.subject_id.in_(ids))
        .group_by(AuditEvent.subject_id, AuditEvent.tag)
    )
    taken = {(subject_id, tag): times for subject_id, tag, times in db.session.execute(found)}
    lost = [one for one in people.told if one not in taken]
    assert not lost, f"they were told that it is done, and it is not: {lost}"
    missing = [(one, step) for one in ids for step in STEPS if (one, step) not in taken]
    assert not missing, f"not done: {missing}"
    twice = {one: times for one, times in taken.items() if times != 1}
    assert not twice, f"done more than once: {twice}"
    awards = db.session.scalar(select(func.count()).select_from(Journal).where(Journal.tag == "decision.award"))
    assert awards == len(ids), f"{awards} awards in the books for {len(ids)} vouchers"


def _ensure_letters(mailbox: Mailbox) -> dict[str, int]:
    """Every letter has come; one whose sender died in the middle may have come again, under the same id."""
    later = datetime.now(UTC)
    for _round in range(40):  # pauses of jobs that failed while something was away, run through at once
        waiting = select(QueuedJob.id).where(QueuedJob.done_at.is_(None), QueuedJob.name == "letters.send_letter")
        if not (ids := list(db.session.scalars(waiting))):
            break
        db.session.rollback()
        later += timedelta(minutes=40)
        with contextlib.suppress(ConnectionError):
            relay(at=later)
        for job_id in ids:
            run_job(job_id, at=later)
    letters = {letter.message_id: letter.sent_at for letter in db.session.scalars(select(Letter))}
    assert None not in letters.values(), "a letter was never sent"
    arrived = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    assert set(arrived) == set(letters), f"{len(set(letters) - set(arrived))} letters are lost"
    return {"letters": len(letters), "sent_again": sum(arrived.values()) - len(arrived)}


def _prove(environ: dict[str, str], *command: str) -> str:
    """A command of the office must say that all is well."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout.strip().splitlines()[-1]


def main() -> None:
    given, usual = sys.argv[1:], ("1000", "60", "1")
    steps, seconds, seed = (float(word) for word in (*given, *usual[len(given) :]))
    folder = databases.begin_run()
    try:
        print(json.dumps(see_everything_die(folder, steps=int(steps), seconds=seconds, seed=int(seed))))
    finally:
        databases.end_run(folder)


if __name__ == "__main__":
    main()
