"""The authorised signatory: who submits, who sends back, and what the pages offer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_complete_draft, a_draft, owner_of
from tests.builders.programmes import IN2_FILE, a_correction, a_programme, during_call
from tests.builders.users import an_applicant, signed_in
from vouchers.applications.actions import drafting, signing, submitting
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, get_submission
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.organisations.actions import (
    accept_membership,
    end_membership,
    end_signatory,
    invite_member,
    name_signatory,
)
from vouchers.organisations.models import Membership
from vouchers.organisations.queries import get_membership, get_organisation
from vouchers.organisations.states import MemberRole
from vouchers.users.models import User

AT = during_call()
S = ApplicationState
VERSION = re.compile('name="version" value="([^"]+)"')
WITH_SIGNATORY = IN2_FILE.read_text(encoding="utf-8").replace(
    "    reserve_list: yes", "    reserve_list: yes\n    signatory: yes\n    grace_minutes: 5"
)


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    a_programme(WITH_SIGNATORY)


def a_director(application: Application, role: MemberRole = MemberRole.VIEWER) -> User:
    """A member who may sign, and who is not a writer."""
    director, owner = an_applicant(name="Dora Director"), owner_of(application)
    membership = invite_member(get_organisation(application.organisation_id), director.email, role, by=owner, at=AT)
    accept_membership(membership, by=director, at=AT)
    name_signatory(get_membership(membership.id), by=owner, at=AT)
    return director


def fresh(application: Application) -> Application:
    return get_application(application.id)


def letters_of(occasion: str) -> list[str]:
    found = db.session.scalars(select(Letter).where(Letter.occasion == f"applications/{occasion}"))
    return sorted(letter.to_email for letter in found)


def count(kind: Any = AuditEvent) -> int | None:
    return db.session.scalar(select(func.count(kind.id)))


def test_send_to_signatory_then_submit() -> None:
    draft = a_complete_draft()
    owner, director = owner_of(draft), a_director(draft)
    with pytest.raises(NotPermitted, match="may sign"):
        submitting.submit_application(fresh(draft), by=owner, at=AT)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    assert fresh(draft).state == S.AWAITING_SIGNATURE
    assert letters_of("send_to_signatory") == [director.email]
    with pytest.raises(WrongState):
        drafting.save_answers(fresh(draft), {"title": "Meanwhile"}, by=owner, at=AT)
    with pytest.raises(NotPermitted):
        submitting.submit_application(fresh(draft), by=owner, at=AT)
    submitting.submit_application(fresh(draft), by=director, at=AT)
    assert get_submission(draft.id).submitted_by_id == director.id
    assert letters_of("submit") == sorted([owner.email, director.email])


def test_send_back_with_a_reason_and_send_again() -> None:
    draft = a_complete_draft()
    owner, director = owner_of(draft), a_director(draft)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    signing.send_back_application(fresh(draft), "The budget is wrong.", by=director, at=AT)
    assert fresh(draft).state == S.DRAFT
    assert letters_of("send_back") == [owner.email]
    drafting.save_answers(fresh(draft), {"title": "Better"}, by=owner, at=AT)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    signing.send_back_application(fresh(draft), "I forgot something.", by=owner, at=AT)
    assert fresh(draft).state == S.DRAFT


def test_the_draft_says_who_sent_it_back_when_and_why(client: Any) -> None:
    draft = a_complete_draft()
    owner, director = owner_of(draft), a_director(draft)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    signing.send_back_application(fresh(draft), "The budget is wrong.", by=director, at=AT)
    browser, address = signed_in(client, owner), f"/applications/{draft.id}"
    page = browser.get(address).text
    for words in ("Dora Director sent it back for more work", "The budget is wrong.", f"{AT:%-d %B %Y}"):
        assert words in page
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    history = browser.get(address).text
    assert "You started the application" in history
    assert "Dora Director sent it back for more work" in history
    signing.send_back_application(fresh(draft), "I forgot something.", by=owner, at=AT)
    assert "You sent it back for more work" in browser.get(address).text
    submitted = fresh(draft)
    signing.send_to_signatory_application(submitted, by=owner, at=AT)
    history = signed_in(client, director).get(address).text
    assert f"{owner.name} started the application" in history


def test_who_signs_submits_only_what_was_on_the_page(client: Any) -> None:
    draft = a_complete_draft()
    owner, director = owner_of(draft), a_director(draft)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    browser, address = signed_in(client, director), f"/applications/{draft.id}"
    read = {"declared": "y", "version": VERSION.search(browser.get(f"{address}/check").text)[1]}  # type: ignore[index]
    signing.send_back_application(fresh(draft), "I forgot something.", by=owner, at=AT)
    drafting.save_answers(fresh(draft), {"title": "The second version"}, by=owner, at=AT)
    signing.send_to_signatory_application(fresh(draft), by=owner, at=AT)
    answer = browser.post(f"{address}/submit", data=read)
    assert answer.status_code == 422
    assert "changed this while you were looking at it" in answer.text
    assert "The second version" in answer.text
    assert fresh(draft).state == S.AWAITING_SIGNATURE
    again = {**read, "version": VERSION.search(answer.text)[1]}  # type: ignore[index]
    assert browser.post(f"{address}/submit", data=again).status_code == 303


def test_send_to_signatory_is_refused_and_leaves_no_trace() -> None:
    nobody = a_complete_draft()
    unfinished = a_draft("MG")
    a_director(unfinished)
    late = a_complete_draft()
    a_director(late)
    before = (count(), count(Letter))
    for draft, at, words in (
        (nobody, AT, "Nobody may sign"),
        (unfinished, AT, "to mend"),
        (late, late.call.closes_at + timedelta(seconds=1), "closed on"),
    ):
        with pytest.raises(RuleBroken, match=words):
            signing.send_to_signatory_application(fresh(draft), by=owner_of(draft), at=at)
    assert (count(), count(Letter)) == before


def test_send_to_signatory_is_for_calls_that_ask_for_it() -> None:
    a_correction("2026-1", IN2_FILE.read_text(encoding="utf-8"))
    draft = a_complete_draft()
    with pytest.raises(RuleBroken, match="no signature"):
        signing.send_to_signatory_application(draft, by=owner_of(draft), at=AT)


def test_strangers_neither_send_nor_send_back_nor_submit() -> None:
    draft, other = a_complete_draft(), a_complete_draft()
    a_director(draft)
    stranger = a_director(other)
    with pytest.raises(NotPermitted):
        signing.send_to_signatory_application(fresh(draft), by=stranger, at=AT)
    signing.send_to_signatory_application(fresh(draft), by=owner_of(draft), at=AT)
    for step in (lambda: signing.send_back_application(fresh(draft), "x", by=stranger, at=AT),
                 lambda: submitting.submit_application(fresh(draft), by=stranger, at=AT)):  # fmt: skip
        with pytest.raises(NotPermitted):
            step()


def test_the_mark_is_given_and_taken_by_an_owner_only() -> None:
    draft = a_complete_draft()
    owner, director = owner_of(draft), a_director(draft)
    membership = db.session.scalars(select(Membership).where(Membership.user_id == director.id)).one()
    for step in (name_signatory, end_signatory):
        with pytest.raises(NotPermitted):
            step(get_membership(membership.id), by=director, at=AT)
    end_signatory(get_membership(membership.id), by=owner, at=AT)
    with pytest.raises(NotPermitted):
        submitting.submit_application(fresh(draft), by=director, at=AT)
    name_signatory(get_membership(membership.id), by=owner, at=AT)
    end_membership(get_membership(membership.id), by=owner, at=AT)
    with pytest.raises(NotPermitted):
        submitting.submit_application(fresh(draft), by=director, at=AT)


def test_the_deadline_counts_for_the_signatorys_submission_with_its_grace() -> None:
    drafts = [a_complete_draft(answers={"activity_start": "2027-08-01", "activity_end": "2027-09-01"}) for _ in "ab"]
    closes_at = drafts[0].call.closes_at
    directors = [a_director(draft) for draft in drafts]
    for draft in drafts:
        signing.send_to_signatory_application(fresh(draft), by=owner_of(draft), at=closes_at)
    grace = timedelta(minutes=5)
    with pytest.raises(RuleBroken, match="closed on 31 March 2027, 17:00"):
        submitting.submit_application(fresh(drafts[0]), by=directors[0], at=closes_at + grace + timedelta(seconds=1))
    submitting.submit_application(fresh(drafts[1]), by=directors[1], at=closes_at + grace)
    assert [fresh(draft).state for draft in drafts] == [S.AWAITING_SIGNATURE, S.SUBMITTED]


def test_the_pages_offer_what_each_may_do(app: Any, client: Any) -> None:
    draft = a_complete_draft()
    writer, director = signed_in(client, owner_of(draft)), signed_in(app.test_client(), a_director(draft))
    own = f"/applications/{draft.id}"
    page = writer.get(f"{own}/check").text
    assert "Send it to the person who signs" in page
    assert "Submit the application" not in page
    assert writer.post(f"{own}/submit", data={"declared": "yes"}).status_code == 403
    assert writer.post(f"{own}/send-to-signatory").status_code == 303
    assert writer.post(f"{own}/send-to-signatory").status_code == 303
    assert "Waits for the signature" in writer.get(own).text
    assert "Read it and submit" not in writer.get(own).text
    assert "Read it and submit" in director.get(own).text
    assert director.post(f"{own}/send-back", data={}).status_code == 422
    assert director.post(f"{own}/send-back", data={"reason": "Wrong budget"}).status_code == 303
    assert writer.post(f"{own}/send-to-signatory").status_code == 303
    answer = director.post(f"{own}/submit", data={"declared": "yes"})
    assert answer.location == f"{own}/receipt"
    assert "R-IN2-2026-000001" in director.get(answer.location).text


def test_send_says_what_is_missing(client: Any) -> None:
    draft = a_complete_draft()
    writer = signed_in(client, owner_of(draft))
    answer = writer.post(f"/applications/{draft.id}/send-to-signatory", follow_redirects=True)
    assert "Nobody may sign" in answer.text


def test_the_owner_marks_on_the_page_of_the_organisation(client: Any) -> None:
    draft = a_complete_draft()
    owner = signed_in(client, owner_of(draft))
    membership = get_organisation(draft.organisation_id).memberships[0]
    page, path = f"/organisations/{draft.organisation_id}", f"/organisations/members/{membership.id}"
    assert owner.post(f"{path}/name-signatory").status_code == 303
    assert "May sign" in owner.get(page).text
    assert owner.post(f"/applications/{draft.id}/submit", data={"declared": "yes"}).status_code == 303
    assert owner.post(f"{path}/end-signatory").status_code == 303
