"""One press of a button begins one draft, however often and wherever the same page is pressed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.applications import IN2, a_draft, a_submitted_application, an_organisation, owner_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import an_applicant, signed_in
from vouchers.applications.actions import drafting
from vouchers.applications.actions.copying import copy_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, map_values
from vouchers.core.database import db
from vouchers.eligibility.secrets import seal_answers
from vouchers.organisations.models import Organisation
from vouchers.users.models import User

AT = during_call()
ANSWERS = {"headcount": "12"}


@pytest.fixture(autouse=True)
def office(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def count() -> int:
    return db.session.scalar(select(func.count(Application.id))) or 0


def mark_on(page: str) -> str:
    return re.search(r'name="page" value="(\d+)"', page)[1]  # type: ignore[index]


def test_what_two_tabs_begin_with_the_same_answers_is_one_draft(client: Any) -> None:
    owner = an_applicant()
    organisation = an_organisation(owner)
    browser = signed_in(client, owner)
    address = f"/applications/start/{IN2.call().id}?carried={seal_answers(ANSWERS)}"
    marks = [mark_on(browser.get(address).text) for _tab in range(2)]
    typed = {"organisation": str(organisation.id), "instrument": "COL"}
    first = browser.post(address, data={**typed, "page": marks[0]}).location
    draft = get_application(int(first.rpartition("/")[2]))
    drafting.save_answers(draft, {"headcount": "13"}, by=owner, at=AT)
    assert browser.post(address, data={**typed, "page": marks[1]}).location == first
    assert map_values(draft.id)["headcount"] == 13
    anew = {**typed, "page": mark_on(browser.get(address).text)}
    assert browser.post(address, data=anew).location != first
    assert browser.post(address, data={**typed, "instrument": "MG", "page": marks[1]}).location != first


def test_an_empty_draft_that_is_filled_once_is_not_begun_twice() -> None:
    empty = a_draft("COL")
    given = {"answers": ANSWERS, "page": "check:0", "by": owner_of(empty), "at": AT}
    for _press in range(2):
        begun = drafting.start_application(empty.call, empty.instrument, empty.organisation, **given)
        assert begun.id == empty.id
    assert count() == 1


def test_a_copy_is_made_once(client: Any) -> None:
    earlier = a_submitted_application("COL")
    browser, page = signed_in(client, owner_of(earlier)), f"/applications/{earlier.id}/copy"
    typed = {"target": f"{IN2.call().id}-COL", "with_files": "yes", "page": mark_on(browser.get(page).text)}
    assert len({browser.post(page, data=typed).location for _press in range(2)}) == 1
    assert count() == 2


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["start", "copy"])
def test_two_presses_at_once_begin_one_draft(app: Any, kind: str) -> None:
    earlier = a_submitted_application("COL")
    owner_id, earlier_id, together = owner_of(earlier).id, earlier.id, Barrier(2, timeout=20)
    before = count()

    def press(_number: int) -> int:
        with app.app_context():
            source, person = get_application(earlier_id), db.session.get(User, owner_id)
            organisation = db.session.get(Organisation, source.organisation_id)
            call, instrument = source.call, source.instrument
            together.wait()
            try:
                if kind == "copy":
                    made = copy_application(source, call, instrument, with_files=True, page="0", by=person, at=AT)
                else:
                    made = drafting.start_application(
                        call, instrument, organisation, answers=ANSWERS, page="0", by=person, at=AT
                    )
                return made.id
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(press, range(2)))) == 1
    db.session.rollback()
    assert count() == before + 1
