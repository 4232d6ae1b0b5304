"""The pages of agreements and claims in a real browser: accessible, not too wide, usable without scripts."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import WIDTHS, overflow, violations
from tests.builders.agreements import a_manager, an_active_agreement, an_awarded_application, an_offered_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_draft_claim,
    a_finance_officer,
    a_submitted_claim,
    a_verified_claim,
)
from tests.builders.programmes import in2
from vouchers.core.database import db
from vouchers.letters.models import Letter

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")


LATELY = CLAIMED_AT - timedelta(days=1)


def provider_path():
    """The path of the link that the provider was sent."""
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "agreements/issue_provider")).one()
    line = next(line for line in letter.body.splitlines() if "/agreements/provider/" in line)
    return "/agreements/provider/" + line.rpartition("/")[2]


def look_at(page, path):
    assert page.goto(path).status == 200, path
    assert violations(page) == [], path
    assert overflow(page) <= 0, path
    if SHOTS:
        width = page.viewport_size["width"]
        page.screenshot(path=Path(SHOTS) / f"{path.strip('/').replace('/', '-')}-{width}.png", full_page=True)


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_fit(live, clock, width):
    live.at = clock.stop(CLAIMED_AT)
    in2()
    manager, officer = a_manager(), a_finance_officer()
    award = an_awarded_application("COL")
    offered = an_offered_agreement("COL", manager=manager, at=LATELY)
    link = provider_path()
    active = an_active_agreement("MG", manager=manager)
    draft = a_complete_claim(active)
    empty = a_draft_claim(an_active_agreement("INS", manager=manager))
    submitted = a_submitted_claim(an_active_agreement("MG", manager=manager))
    verified = a_verified_claim(an_active_agreement("MG", manager=manager), verifier=manager)

    visitor = live.page(width=width, bypass_csp=True)
    for path in (link, f"{link}/accept"):
        look_at(visitor, path)

    page = live.page_of(manager, width=width, bypass_csp=True)
    for path in (
        "/agreements/", "/agreements/awards", f"/agreements/issue/{award.id}", f"/agreements/{offered.id}",
        f"/agreements/{offered.id}/accept-for-region", "/claims/", f"/claims/{submitted.id}",
        f"/claims/{submitted.id}/verify", f"/claims/{submitted.id}/send-back", f"/claims/{submitted.id}/reject",
    ):  # fmt: skip
        look_at(page, path)

    page = live.page_of(officer, width=width, bypass_csp=True)
    for path in (f"/claims/{verified.id}/authorise", f"/claims/{verified.id}/reopen"):
        look_at(page, path)

    page = live.page_of(owner_of(offered.application), width=width, bypass_csp=True)
    for path in (f"/agreements/{offered.id}", f"/agreements/{offered.id}/accept", f"/agreements/{offered.id}/decline"):
        look_at(page, path)

    page = live.page_of(owner_of(active.application), width=width, bypass_csp=True)
    for path in (
        f"/claims/of/{active.id}", f"/claims/{draft.id}", f"/claims/{draft.id}/costs/new",
        f"/claims/{draft.id}/costs/{draft.costs[0].id}", f"/claims/{draft.id}/evidence",
        f"/claims/{draft.id}/report", f"/claims/{draft.id}/submit", f"/claims/{draft.id}/cancel",
    ):  # fmt: skip
        look_at(page, path)
    page = live.page_of(owner_of(empty.agreement.application), width=width, bypass_csp=True)
    for path in (f"/claims/{empty.id}", f"/claims/{empty.id}/submit"):
        look_at(page, path)


def test_accepting_works_without_scripts(live, clock):
    live.at = clock.stop(CLAIMED_AT)
    in2()
    offered = an_offered_agreement("MG", at=LATELY)
    page = live.page_of(owner_of(offered.application), scripts=False)
    page.goto(f"/agreements/{offered.id}")
    page.get_by_role("button", name="Accept the agreement").click()
    page.get_by_label("Your first and last name").fill("Ada Applicant")
    page.get_by_label("I have read the agreement").check()
    page.get_by_role("button", name="Accept the agreement").click()
    expect(page.locator("main")).to_contain_text("Your acceptance is noted")
    expect(page.locator("main")).to_contain_text("Ada Applicant")
