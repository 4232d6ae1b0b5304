"""Pages under load: submitting, the worklist, the public list of calls."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from itertools import cycle, islice
from typing import Any

from sqlalchemy import func, select

from bench.browsers import Browser, run_clients
from bench.figures import Figure, Times
from bench.offices import CALL, PROGRAMME, SEED, Office
from tests.builders.programmes import LoadedProgramme
from vouchers.applications.models import Application, Submission
from vouchers.applications.states import ApplicationState
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.demo.bulk import build_in_bulk
from vouchers.demo.bulk_plan import Goal
from vouchers.users.models import User

CLIENTS = 8
WARM_UP = 64


def submit(office: Office, *, drafts: int, seconds: float) -> list[Figure]:
    """Form page and submission of complete drafts, each by its own owner, all of them exactly once."""
    ready = ready_drafts(office, drafts + WARM_UP + 1)
    counted, warm, rest = ready[0], ready[1 : WARM_UP + 1], ready[WARM_UP + 1 :]
    check, post = f"/applications/{counted[0]}/check", f"/applications/{counted[0]}/submit"
    page = office.queries_of(counted[1], check)
    token = token_in(office.open_page(counted[1], check).data)
    queries = f"{page}+{office.queries_of(counted[1], post, {'declared': 'yes', 'csrf_token': token})}"
    db.session.rollback()
    before = db.session.scalar(select(func.count(Submission.id))) or 0
    office.let_go()
    run_clients(office.port, submit_one, [warm[place::CLIENTS] for place in range(CLIENTS)], 60)
    spent = office.worker_seconds()
    times, passed = run_clients(office.port, submit_one, [rest[place::CLIENTS] for place in range(CLIENTS)], seconds)
    done, errors = len(times["both"].took), times[""].errors
    spent = office.worker_seconds() - spent
    faults = _faults_of_submissions(before, done + WARM_UP)
    memory = office.worker_memory()
    return [
        Figure(
            "submit: form page + POST", done / passed, "/s", times["both"].percentile(0.5),
            times["both"].percentile(0.95), queries, memory, len(errors) + len(faults),
            note_of([f"{done} in {passed:.1f} s; {each(spent, done)}", office.worker_share()], errors, faults),
        ),
        Figure("  of which the form page", None, "", times["page"].percentile(0.5), times["page"].percentile(0.95)),
        Figure("  of which the POST", None, "", times["post"].percentile(0.5), times["post"].percentile(0.95)),
    ]  # fmt: skip


def ready_drafts(office: Office, count: int) -> list[tuple[int, str]]:
    """(application, its owner's cookie) of new drafts that can be submitted."""
    last = db.session.scalar(select(func.max(Application.id))) or 0
    call = LoadedProgramme(PROGRAMME).call(CALL)
    build_in_bulk(call, count, seed=SEED + last, until=clock.now(), mix=((Goal.READY, 1),))
    found = db.session.execute(
        select(Application.id, Application.started_by_id).where(Application.id > last).order_by(Application.id)
    ).all()
    owners = {one.id: one for one in db.session.scalars(select(User).where(User.id.in_({row[1] for row in found})))}
    cookies = {user_id: office.cookie_of(owner) for user_id, owner in owners.items()}
    return [(application_id, cookies[user_id]) for application_id, user_id in found]


def submit_one(browser: Browser, task: tuple[int, str]) -> dict[str, float]:
    """Open the page that shows all answers, then press its button."""
    application_id, browser.cookie = task
    began = time.perf_counter()
    status, _head, page = browser.get(f"/applications/{application_id}/check")
    shown = time.perf_counter()
    if status != 200:
        raise AssertionError(f"the form page answers {status}")
    status, head, _page = press(browser, application_id, page)
    ended = time.perf_counter()
    if status != 303 or b"/receipt" not in head:
        raise AssertionError(f"the POST answers {status}")
    return {"page": shown - began, "post": ended - shown, "both": ended - began}


def press(browser: Browser, application_id: int, page: bytes) -> tuple[int, bytes, bytes]:
    """Press the page's button."""
    return browser.post(f"/applications/{application_id}/submit", f"csrf_token={token_in(page)}&declared=yes")


def token_in(page: bytes) -> str:
    """The form's own token."""
    place = page.index(b'name="csrf_token"')
    return page[page.index(b'value="', place) + 7 :].partition(b'"')[0].decode()


def _faults_of_submissions(before: int, done: int) -> list[str]:
    """Every submission there once, numbered without gap, in the order in which they were written."""
    db.session.rollback()
    rows = db.session.execute(select(Submission.id, Submission.receipt_number, Submission.application_id)).all()
    faults = []
    if len(rows) != before + done:
        faults.append(f"{len(rows) - before} submissions instead of {done}")
    numbers = sorted(number for _id, number, _application in rows)
    if len(set(numbers)) != len(rows) or int(numbers[-1].rpartition("-")[2]) != len(rows):
        faults.append("the receipt numbers have gaps or doubles")
    newest = sorted((row_id, number) for row_id, number, _application in rows)[-done:]
    if [number for _id, number in newest] != sorted(number for _id, number in newest):
        faults.append("the receipt numbers are out of order")
    if len({application for _id, _number, application in rows}) != len(rows):
        faults.append("an application was submitted twice")
    return faults


# Reading -------------------------------------------------------------------------------------------------------------


def worklist(office: Office, *, seconds: float) -> list[Figure]:
    """Pages of 50 rows, over all applications and over parts of them, in several orders."""
    user = db.session.scalars(select(User).where(User.email == "coordinator@bench.example")).one()
    cookie = office.cookie_of(user)
    paths = list(_worklists())
    counts = [office.queries_of(cookie, path) for path in paths[:12]]
    total = db.session.scalar(select(func.count(Application.id)).where(Application.state != ApplicationState.DRAFT))
    figure = read_pages(office, "worklist page of 50", cookie, paths, seconds, f"{max(counts)}", f"over {total:,} rows")
    return [figure]


def _worklists() -> Iterable[str]:
    chance = random.Random(SEED)
    base = "/applications/worklist"
    sorts = ("submitted", "reference", "organisation", "region", "instrument", "state", "due", "requested")
    yield from (base, f"{base}?page=2", f"{base}?state=submitted", f"{base}?sort=organisation")
    for _turn in range(200):
        choice = chance.random()
        if choice < 0.4:
            yield f"{base}?page={chance.randint(1, 60)}"
        elif choice < 0.7:
            yield f"{base}?state={chance.choice(('submitted', 'eligible', 'ineligible'))}&page={chance.randint(1, 8)}"
        elif choice < 0.9:
            yield f"{base}?region={chance.choice(('BE-WAL', 'DE-BW', 'NL-GE'))}&instrument=COL&page=1"
        else:
            yield f"{base}?sort={chance.choice(sorts)}&direction=desc&page={chance.randint(1, 20)}"


def calls(office: Office, *, seconds: float) -> list[Figure]:
    """The public list, for people who have not signed in."""
    queries = office.queries_of("", "/calls")
    return [read_pages(office, "public list of calls", "", ["/calls"], seconds, str(queries))]


def read_pages(
    office: Office,
    name: str,
    cookie: str,
    paths: list[str],
    seconds: float,
    queries: str,
    note: str = "",
    *,
    clients: int = CLIENTS,
) -> Figure:
    """Read these pages again and again, by so many clients at once."""
    office.let_go()
    many = list(islice(cycle(paths), int(seconds * 2_000)))
    tasks = [[(path, cookie) for path in many[place:] + many[:place]] for place in range(clients)]
    run_clients(office.port, read_one, [own[:40] for own in tasks], 30)
    spent = office.worker_seconds()
    times, passed = run_clients(office.port, read_one, tasks, seconds)
    spent = office.worker_seconds() - spent
    took: Times = times.get("page", Times())
    errors, share = times[""].errors, [office.worker_share()]
    return Figure(
        name, len(took.took) / passed, "/s", took.percentile(0.5), took.percentile(0.95), queries,
        office.worker_memory(), len(errors), note_of([note, each(spent, len(took.took))], share, errors),
    )  # fmt: skip


def read_one(browser: Browser, task: tuple[str, str]) -> dict[str, float]:
    """Open one page."""
    path, browser.cookie = task
    began = time.perf_counter()
    status, _head, _body = browser.get(path)
    if status != 200:
        raise AssertionError(f"{path} answers {status}")
    return {"page": time.perf_counter() - began}


def each(spent: float, done: int) -> str:
    """What one of them cost the web workers."""
    return f"{spent * 1000 / max(done, 1):.1f} ms of processor time each in the web workers"


def note_of(*parts: Iterable[Any]) -> str:
    """The first two words of each part, in one line."""
    words = [str(word) for part in parts for word in list(part)[:2] if word]
    return "; ".join(words)
