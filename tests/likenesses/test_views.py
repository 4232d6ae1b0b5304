"""The warning on the page of a step, and the coordinator's worklist."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.builders.appeals import a_coordinator
from tests.builders.likenesses import REASON, a_namesake, a_noted_likeness
from tests.builders.payments import PAID_AT, Desk, a_made_batch
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, give_factor, signed_in
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.likenesses.actions import find_same_likeness
from vouchers.likenesses.queries import get_likeness, list_noted_of
from vouchers.likenesses.states import LikenessState
from vouchers.users.queries import get_user
from vouchers.users.states import Role


@pytest.fixture
def desk(app, clock):
    clock.stop(PAID_AT)
    in2()
    return Desk()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_authorise_warns_with_the_evidence_and_asks_for_the_reason(app, desk):
    batch = a_made_batch(desk)
    twin = a_namesake(desk.maker)
    give_factor(twin, at=PAID_AT)
    browser, address = signed_in(app.test_client(), get_user(twin.id)), f"/payments/{batch.id}"
    assert "Must say why they are two persons" in words(browser.get(address))

    asked = browser.get(f"{address}/authorise")
    assert f"{desk.maker.name} ({desk.maker.email}) took the first step: the same name." in words(asked)
    refused = browser.post(f"{address}/authorise", data={"checked": "yes", "two_persons": " "})
    assert refused.status_code == 422
    assert "Say why you are two persons" in words(refused)
    kept = browser.post(f"{address}/authorise", data={"two_persons": REASON})
    assert kept.status_code == 422
    assert REASON in words(kept)
    assert browser.post(f"{address}/authorise", data={"checked": "yes", "two_persons": REASON}).status_code == 303

    page = words(browser.get(address))
    assert "Looks like one person, went on with a reason" in page
    assert page.count(REASON) == 2  # beside the batch, and in its history
    assert browser.get("/two-persons/").status_code == 403


def test_nobody_else_is_asked(app, desk):
    batch = a_made_batch(desk)
    browser = signed_in(app.test_client(), desk.second)
    assert "two_persons" not in browser.get(f"/payments/{batch.id}/authorise").text
    assert browser.post(f"/payments/{batch.id}/authorise", data={"checked": "yes"}).status_code == 303
    assert list_noted_of(("batch", batch.id)) == []


def test_a_coordinator_looks_into_it_and_an_auditor_reads_it(app, desk):
    likeness = a_noted_likeness(desk)
    one = f"/two-persons/{likeness.id}"
    auditor = signed_in(app.test_client(), a_member_of_staff(Role.AUDITOR))
    assert desk.maker.name in words(auditor.get("/two-persons/"))
    assert "/two-persons/" in auditor.get("/audits/").text
    assert REASON in words(auditor.get(one))
    assert "find-same" not in auditor.get(one).text
    assert auditor.get(f"{one}/find-same").status_code == 403

    coordinator = signed_in(app.test_client(), a_member_of_staff(Role.COORDINATOR))
    assert "Two persons or one: to be looked at" in words(coordinator.get("/desk"))
    assert coordinator.get("/two-persons/?state=found_same").text.count("<tbody") == 0
    form = coordinator.get(f"{one}/tell-apart")
    version = re.search(r'name="version"[^>]*value="(\d+)"', form.text).group(1)
    assert coordinator.post(f"{one}/tell-apart", data={"answer": "", "version": version}).status_code == 422
    said = {"answer": "Two badges.", "version": version}
    assert coordinator.post(f"{one}/tell-apart", data=said).status_code == 303
    assert get_likeness(likeness.id).state == LikenessState.TOLD_APART
    assert coordinator.post(f"{one}/tell-apart", data=said).status_code == 409
    assert "Two badges." in words(auditor.get(one))
    assert "Two persons or one: to be looked at" not in words(coordinator.get("/desk"))


def test_one_person_stops_the_file_that_still_lies_here_and_the_officers_are_told(app, desk):
    likeness = a_noted_likeness(desk)
    batch_id = likeness.subject_id
    officer = signed_in(app.test_client(), desk.second)
    assert officer.get(f"/payments/{batch_id}/file").status_code == 200
    find_same_likeness(likeness, "One passport.", by=a_coordinator(), at=PAID_AT)

    refused = officer.get(f"/payments/{batch_id}/file")
    assert refused.status_code == 409
    assert "the bank file is not handed out" in words(refused)
    assert "the bank file is not handed out" in words(officer.get(f"/payments/{batch_id}"))
    told = db.session.scalars(select(Letter).where(Letter.occasion == "likenesses/find_same")).all()
    assert desk.second.email in {one.to_email for one in told}
    assert not {likeness.actor.email, likeness.other.email} & {one.to_email for one in told}
    assert "Authorise" in told[0].body
