"""A call that is marked blind: experts read neither the applicant's name nor answers and files that would tell it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.applications import ANSWERS
from tests.builders.evaluation import an_accepted_assignment, an_assignment, an_eligible_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import signed_in

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
    assert name in after
    assert ANSWERS["work_plan"] in after


def test_a_blind_call_does_not(client: Any) -> None:
    before, after, name = pages(client, BLIND)
    assert name not in before
    assert "not named: the call is marked blind" in before
    assert name not in after
    assert ANSWERS["work_plan"] not in after
    assert ANSWERS["expected_benefit"] in after
