"""Two hundred people type at once: each has a draft open, and the page saves some seconds after every pause."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bench.browsers import Browser, run_clients
from bench.figures import Figure, Times
from bench.offices import CALL, PROGRAMME, SEED, Office
from bench.pages import each, note_of, ready_drafts, token_in
from bench.rush import CLIENTS, PER_PROCESS
from tests.builders.programmes import LoadedProgramme
from vouchers.applications.models import Answer
from vouchers.applications.rules.asking import field_name
from vouchers.core.database import db

QUESTION = "project_description"
PAUSES = (3.0, 5.0)
"""Seconds between two saves of one person."""


@dataclass(frozen=True, slots=True)
class Typist:
    """Who types into which draft, and what the page saves, one after the other, after which pause."""

    application_id: int
    cookie: str
    section: str
    saves: tuple[tuple[float, str], ...]


def autosave(office: Office, *, seconds: float) -> list[Figure]:
    """What one save takes while all of them type, and whether the last words of each are kept."""
    typists = [_typist(place, *one, seconds) for place, one in enumerate(ready_drafts(office, CLIENTS))]
    office.let_go()
    spent = office.worker_seconds()
    tasks = [[(one, turn) for turn in range(len(one.saves))] for one in typists]
    times, passed = run_clients(office.port, save_once, tasks, seconds * 3, per_process=PER_PROCESS)
    spent = office.worker_seconds() - spent
    took, conflicts, errors = times["save"], len(times.get("conflict", Times()).took), times[""].errors
    lost = _lost(typists)
    note = (
        f"{len(typists)} people, {len(took.took):,} saves in {passed:.0f} s, max {took.percentile(1):,.0f} ms; "
        f"{each(spent, len(took.took))}; {conflicts} conflicts, {lost} lost"
    )
    return [
        Figure(
            f"autosave: {len(typists)} people typing", len(took.took) / passed, "/s", took.percentile(0.5),
            took.percentile(0.95), memory=office.worker_memory(), errors=len(errors) + conflicts + lost,
            note=note_of([note], errors),
        )
    ]  # fmt: skip


def _typist(place: int, application_id: int, cookie: str, seconds: float) -> Typist:
    chance, saves, left = random.Random(f"{SEED}/{place}"), [], seconds
    pause = chance.uniform(0, PAUSES[1])
    while pause < left:
        saves.append((pause, f"{application_id} writes sentence {len(saves)} of what the project is to find out. " * 8))
        left -= pause
        pause = chance.uniform(*PAUSES)
    return Typist(application_id, cookie, _section(), tuple(saves))


def _section() -> str:
    form = LoadedProgramme(PROGRAMME).call(CALL).plan.form
    return next(one.code for one in form.sections if QUESTION in {question.code for question in one.questions})


def save_once(browser: Browser, task: tuple[Typist, int]) -> dict[str, float]:
    """Type for a while, then let the page save; before the first time the page is opened."""
    typist, turn = task
    pause, text = typist.saves[turn]
    address, browser.cookie = f"/applications/{typist.application_id}/sections/{typist.section}", typist.cookie
    time.sleep(pause)
    if not browser.page:
        status, _head, page = browser.get(address)
        if status != 200:
            raise AssertionError(f"the section answers {status}")
        browser.page = {"token": token_in(page), "version": _version_in(page)}
    body = json.dumps({field_name(QUESTION): text, "version": browser.page["version"]})
    began = time.perf_counter()
    status, _head, answer = browser.post_json(f"{address}/autosave", body, token=browser.page["token"])
    took = time.perf_counter() - began
    if status == 409:
        return {"conflict": took}
    if status != 200:
        raise AssertionError(f"the autosave answers {status}")
    browser.page["version"] = json.loads(answer)["version"]
    return {"save": took}


def _version_in(page: bytes) -> str:
    place = page.index(b'name="version"')
    return page[page.index(b'value="', place) + 7 :].partition(b'"')[0].decode()


def _lost(typists: list[Typist]) -> int:
    """How many drafts do not hold the last words, or have not counted every save."""
    db.session.rollback()
    ids = [one.application_id for one in typists]
    found = select(Answer.application_id, Answer.value, Answer.revision).where(
        Answer.question == QUESTION, Answer.application_id.in_(ids)
    )
    kept: Mapping[int, Any] = {row.application_id: row for row in db.session.execute(found)}
    return sum(
        kept[one.application_id].value.strip() != one.saves[-1][1].strip()
        or kept[one.application_id].revision != 1 + len(one.saves)
        for one in typists
        if one.saves  # whoever had no turn yet has nothing to lose
    )
