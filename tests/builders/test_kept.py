"""A state that is put back is what its steps would make again, and is put back onto nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text

from tests import databases
from tests.builders import kept
from tests.builders.applications import a_draft, a_submitted_application, owner_of
from tests.builders.evaluation import a_manager
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import an_applicant, mailed_token, signed_in
from vouchers.agreements.queries import map_answers
from vouchers.applications.actions import drafting
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.documents.store import read_bytes, the_store
from vouchers.users.secrets import open_secret


@pytest.fixture(autouse=True)
def _everything_is_worth_keeping(app: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_KEEP", "1")
        patch.setattr(kept, "WORTH_KEEPING", 0)
        patch.setattr(kept, "STAYS_NEW", 1_000_000_000)  # seconds: no step of it falls into a test
        kept.forget_states()
        start_again()
        yield
        kept.forget_states()


def start_again(*, is_followed: bool = True) -> None:
    """As at the start of another test, without the documents of this one."""
    db.session.remove()
    db.engine.dispose()
    databases.desks[0].clean()
    shutil.rmtree(the_store().root, ignore_errors=True)  # type: ignore[attr-defined]
    kept.begin(is_followed=is_followed)
    in2()


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the database holds."""
    tables, found = MetaData(), {}
    with db.engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            found[table.name] = [tuple(row) for row in connection.execute(select(table))]
            found[table.name].sort(key=lambda row: str(row[0]))
    return found


def cells(found: dict[str, list[tuple[Any, ...]]]) -> dict[tuple[str, int, int], Any]:
    return {
        (table, number, column): value
        for table, lines in found.items()
        for number, line in enumerate(lines)
        for column, value in enumerate(line)
    }


def test_a_state_put_back_is_the_one_that_its_steps_make() -> None:
    made = []
    for is_followed in (False, False, True, True):
        start_again(is_followed=is_followed)
        a_submitted_application(owner=an_applicant())
        made.append((rows(), kept.trail.put_back))
    (by_steps, _), (again, _), (kept_then, never), (put_back, times) = made
    assert (never, times) == (0, 2)
    assert put_back == kept_then
    random = {place for place, value in cells(by_steps).items() if cells(again)[place] != value}
    assert {table: len(lines) for table, lines in put_back.items()} == {
        table: len(lines) for table, lines in by_steps.items()
    }
    found = cells(put_back)
    assert {place for place, value in cells(by_steps).items() if found[place] != value} <= random


def test_what_is_put_back_can_be_worked_with() -> None:
    for times in range(2):
        start_again()
        person, manager = an_applicant(), a_manager()
        first = a_submitted_application(owner=person)
        second = a_submitted_application("MG")
        assert kept.trail.put_back == (4 if times else 0)
        assert (owner_of(first).id, manager.email) == (person.id, "manager.be-wal@office.example")
        assert first.id != second.id
        assert first.organisation.name != second.organisation.name
        documents = db.session.scalars(select(Document)).all()
        assert documents
        assert all(read_bytes(document) for document in documents)
        third = a_draft(owner=an_applicant())
        assert third.reference not in {first.reference, second.reference}


def test_a_step_that_no_builder_made_prevents_it() -> None:
    for _times in range(2):
        start_again()
        draft = a_draft()
        put_back = kept.trail.put_back
        drafting.save_answers(draft, {"title": "Another one"}, by=owner_of(draft), at=during_call())
        a_submitted_application("MG")
        assert kept.trail.put_back == put_back
        assert map_answers(draft.id)["title"] == "Another one"


def test_other_arguments_and_another_time_make_another_state(clock: Any) -> None:
    an_expert(load_limit=3)
    start_again()
    assert an_expert(load_limit=4).load_limit == 4
    start_again()
    clock.forward(days=1)
    an_expert(load_limit=3)
    assert kept.trail.put_back == 0
    clock.forward(days=-1)
    start_again()
    an_expert(load_limit=3)
    assert kept.trail.put_back == 1


def test_a_step_of_somebody_else_prevents_it() -> None:
    a_submitted_application()
    start_again()
    unseen = "INSERT INTO audit_event SELECT {} FROM audit_event WHERE id = 1"
    columns = [column["name"] for column in db.inspect(db.engine).get_columns("audit_event")]
    chosen = ", ".join({"id": "1000", "step_id": "'another'"}.get(name, name) for name in columns)
    kept.trail.is_followed = False  # as if it had been another process
    with db.engine.begin() as connection:
        connection.execute(text(unseen.format(chosen)))
    kept.trail.is_followed = True
    a_submitted_application()
    assert kept.trail.put_back == 0


def test_another_thread_and_a_link_that_was_read_prevent_it(app: Any) -> None:
    def elsewhere() -> None:
        with app.app_context():
            an_applicant()

    a_submitted_application()
    start_again()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(elsewhere).result()
    a_submitted_application()
    assert kept.trail.put_back == 0
    start_again()
    person = an_applicant()
    assert mailed_token(person.email)
    a_submitted_application()
    assert kept.trail.put_back == 0


def test_a_browser_stays_signed_in(client: Any) -> None:
    for times in range(2):
        start_again()
        desk = signed_in(client, a_manager())
        application = a_submitted_application()
        assert kept.trail.put_back == (2 if times else 0)
        assert desk.get(f"/applications/{application.id}").status_code == 200


def test_it_can_be_switched_off() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_KEEP", "0")
        for _times in range(2):
            start_again()
            a_submitted_application()
            assert kept.trail.put_back == 0


def test_a_secret_that_a_test_has_read_is_right_after_a_state_was_put_back(clock: Any) -> None:
    """The first test makes the manager quickly, so that only the expert is kept; the second holds its own manager.

    Time stands still, since what was made by a clock that goes is put back within the same ten minutes only."""
    start_again()
    kept.WORTH_KEEPING = 60
    a_manager()
    kept.WORTH_KEEPING = 0
    an_expert()

    start_again()
    manager = a_manager()
    secret = open_secret(manager.totp_secret)
    an_expert()

    assert kept.trail.put_back == 1
    assert open_secret(manager.totp_secret) == secret
