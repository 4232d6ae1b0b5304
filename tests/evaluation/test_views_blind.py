"""A call that is marked blind: experts read neither the applicant's name nor answers and files that would tell it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.builders.applications import ANSWERS, a_complete_draft, an_organisation
from tests.builders.evaluation import a_manager, an_accepted_assignment, an_assignment, an_eligible_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import an_applicant, signed_in
from vouchers.core.database import db
from vouchers.letters.models import Letter

TEXT = IN2_FILE.read_text(encoding="utf-8")
WORK_PLAN = "code: work_plan\n"
BLIND = TEXT.replace("    marking:\n", "    marking:\n      blind: yes\n")


@pytest.fixture(autouse=True)
def open_call(app: Any, clock: Any) -> None:
    clock.stop(during_call())


def pages(client: Any, text: str) -> tuple[str, str, str]:
    """What an expert reads before and after the declaration, and the applicant's name."""
    assert WORK_PLAN in text
    a_programme(text.replace(WORK_PLAN, f"{WORK_PLAN}            blind: yes\n"))
    before = an_assignment(an_eligible_application("COL"))
    after = an_accepted_assignment(an_eligible_application("COL"))
    shown = []
    for assignment in (before, after):
        signed_in(client, assignment.expert.user)
        shown.append(client.get(f"/evaluation/assignments/{assignment.id}").text)
    return shown[0], shown[1], after.application.organisation.name[:8]


def test_an_open_call_names_the_applicant(client: Any) -> None:
    before, after, name = pages(client, TEXT)
    assert name in before
    assert ANSWERS["title"] in before
    assert name in after
    assert ANSWERS["work_plan"] in after


def test_a_blind_call_does_not(client: Any) -> None:
    before, after, name = pages(client, BLIND)
    assert name not in before
    assert "not named: the call is marked blind" in before
    assert ANSWERS["title"] not in before
    [letter] = list(db.session.scalars(select(Letter).where(Letter.occasion == "evaluation/assign").limit(1)))
    assert "you are not told who applies" in letter.body
    assert "who applies and with which partner" not in letter.body
    assert name not in after
    assert ANSWERS["work_plan"] not in after
    assert ANSWERS["expected_benefit"] in after


def told(client: Any, text: str) -> tuple[str, str, str, str]:
    """What stands on the applicant's pages of files and of the check, on the manager's, and on the expert's."""
    a_programme(text)
    owner = an_applicant()
    organisation = an_organisation(owner)
    organisation_name = organisation.name.upper()
    naming = {"expected_benefit": f"{organisation_name} will know. Write to {owner.email}, please."}
    draft = a_complete_draft("COL", owner=owner, organisation=organisation, answers=naming)
    signed_in(client, owner)
    files, check = (client.get(f"/applications/{draft.id}/{page}").text for page in ("documents", "check"))
    submitted = an_eligible_application("COL", owner=owner, organisation=organisation, answers=naming)
    signed_in(client, a_manager())
    desk = client.get(f"/evaluation/applications/{submitted.id}/experts").text
    assignment = an_accepted_assignment(submitted)
    signed_in(client, assignment.expert.user)
    return files, check, desk, client.get(f"/evaluation/assignments/{assignment.id}").text


def test_what_tells_the_name_in_a_blind_call_is_flagged_and_not_struck_out(client: Any) -> None:
    files, check, desk, expert = told(client, BLIND)
    assert "leave your name" in files
    assert "This may tell the experts who you are" in check
    assert "This may tell the experts who applies" in desk
    for page in (check, desk):
        assert "applicant" in page
        assert "@" in page.partition("This may tell")[2][:2000]
    assert "files are shown as the applicant sent them" in expert
    assert "will know. Write to" in expert


def test_an_open_call_has_nothing_to_flag(client: Any) -> None:
    files, check, desk, expert = told(client, TEXT)
    assert "leave your name" not in files
    assert "This may tell" not in check + desk
    assert "files are shown as the applicant sent them" not in expert
