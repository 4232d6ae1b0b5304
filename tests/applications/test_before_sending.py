"""What a writer must know before sending: who signs, which partners confirm, whom to invite, and what is too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.applications import a_complete_draft, owner_of
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import signed_in
from vouchers.organisations.actions import name_signatory
from vouchers.organisations.queries import get_organisation

AT = during_call()
CLOSES = datetime(2027, 3, 31, 15, tzinfo=UTC)
SIGNS = "Only the person who may sign for your organisation submits the application."
NOBODY = "Nobody may sign for the organisation yet."


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    asked = "    reserve_list: yes\n    signatory: yes\n    consortium: {min: 1, max: 2, confirm_by_days: 2}"
    a_programme(IN2_FILE.read_text(encoding="utf-8").replace("    reserve_list: yes", asked))


def test_signatory_and_partners_are_told_from_the_first_page_on(client: Any) -> None:
    draft = a_complete_draft()
    browser = signed_in(client, owner_of(draft))
    own = (f"/applications/start/{draft.call_id}", f"/applications/{draft.id}")
    for address in ("/calls/in2lifesciences/2026-1", *own):
        page = browser.get(address).text
        assert SIGNS in page, address
        assert "You apply with 1 to 2 partners." in page, address
        assert "Each confirms within 2 days" in page, address


def test_that_nobody_may_sign_is_a_thing_to_mend(client: Any) -> None:
    draft = a_complete_draft()
    owner = owner_of(draft)
    browser, address = signed_in(client, owner), f"/applications/{draft.id}/check"
    page = browser.get(address).text
    assert NOBODY in page
    assert f'href="/organisations/{draft.organisation_id}#members"' in page
    (membership,) = get_organisation(draft.organisation_id).memberships
    name_signatory(membership, by=owner, at=AT)
    assert NOBODY not in browser.get(address).text


def test_the_draft_leads_to_inviting_colleagues_and_a_row_names_its_call(client: Any, clock: Any) -> None:
    draft = a_complete_draft()
    browser = signed_in(client, owner_of(draft))
    assert f"/organisations/{draft.organisation_id}/members/invite" in browser.get(f"/applications/{draft.id}").text
    page = browser.get("/applications").text
    assert "IN2LifeSciences, Vouchers 2026, first call" in page
    assert "Finish the form and submit it before the call closes." in page
    clock.stop(CLOSES + timedelta(seconds=1))
    page = signed_in(client, owner_of(draft)).get("/applications").text
    assert "Finish the form" not in page
    assert "This call closed on 31 March 2027" in page
