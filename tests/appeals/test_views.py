"""The pages of appeals, over HTTP."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.builders.appeals import (
    a_coordinator,
    a_draft_appeal,
    a_filed_appeal,
    a_rejected_application,
    an_appeal_being_decided,
)
from tests.builders.applications import PDF, a_submitted_application, owner_of
from tests.builders.evaluation import a_manager
from tests.builders.programmes import during_call, in2
from tests.builders.users import an_applicant, signed_in
from vouchers.appeals.queries.files import get_appeal, list_appeals, list_files
from vouchers.appeals.states import AppealState
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.letters.actions import _message_of
from vouchers.letters.models import Letter
from vouchers.programmes.models import Call

NEXT_DAY = during_call() + timedelta(days=1)
WEAK = {"novelty": "2", "benefit": "4", "partnership": "4"}
LATE = datetime(2026, 11, 4, 23, 1, tzinfo=UTC)


@pytest.fixture
def rejected(app, clock):
    clock.stop(during_call())
    in2()
    found = a_rejected_application()
    clock.stop(NEXT_DAY)
    return found


def test_an_appeal_is_written_with_files_and_sent(client, rejected):
    owner = signed_in(client, owner_of(rejected))
    page = owner.get(f"/decisions/applications/{rejected.id}").text
    assert "You can appeal against this until 4 November 2026, 23:59 (Brussels time)" in page
    assert "Write an appeal" in owner.get(f"/applications/{rejected.id}/appeals").text
    assert owner.post(f"/applications/{rejected.id}/appeals/start", data={"text": ""}).status_code == 422
    answer = owner.post(f"/applications/{rejected.id}/appeals/start", data={"text": "Wrong marks."})
    (appeal,) = list_appeals(rejected.id)
    assert answer.location == f"/appeals/{appeal.id}/edit"
    saved = owner.post(f"/appeals/{appeal.id}/edit/autosave", json={"text": "Quite wrong marks.", "version": "1"})
    assert (saved.status_code, saved.json["version"]) == (200, "2")
    assert owner.post(f"/appeals/{appeal.id}/edit/autosave", json={"text": 7}).status_code == 422
    to_file = owner.post(f"/appeals/{appeal.id}/edit", data={"text": "Wrong marks.", "then": "attach", "version": "2"})
    assert to_file.location == f"/appeals/{appeal.id}/files/attach"
    wrong = owner.post(to_file.location, data={"file": (io.BytesIO(b"MZ\x90"), "offer.pdf")})
    assert wrong.status_code == 422
    owner.post(to_file.location, data={"file": (io.BytesIO(PDF), "proof.pdf")})
    (document,) = list_files(appeal.id)
    assert owner.get(f"/appeals/{appeal.id}/files/{document.id}").data == PDF
    version = get_appeal(appeal.id).version
    check = owner.post(f"/appeals/{appeal.id}/edit", data={"text": "Wrong marks.", "version": str(version)})
    assert check.location == f"/appeals/{appeal.id}/file"
    assert "proof.pdf" in owner.get(check.location).text
    done = owner.post(check.location, data={"version": str(get_appeal(appeal.id).version)}, follow_redirects=True)
    assert "Its number is AP-IN2-2026-000001" in done.text
    assert owner.post(check.location).status_code == 303


def test_words_of_a_second_window_are_not_lost_at_the_start_of_an_appeal(client, rejected):
    owner, start = signed_in(client, owner_of(rejected)), f"/applications/{rejected.id}/appeals/start"
    later = owner.post(start, data={"text": "First window.", "then": "later"}, follow_redirects=True)
    assert "Your appeal is saved" in later.text
    (appeal,) = list_appeals(rejected.id)
    assert owner.post(start, data={"text": "First window."}).location == f"/appeals/{appeal.id}/edit"
    refused = owner.post(start, data={"text": "Words of the second window."})
    assert refused.status_code == 409
    assert "Words of the second window." in refused.text
    assert get_appeal(appeal.id).text == "First window."


def test_the_page_of_upholding_says_first_that_it_cannot_be(client, clock):
    clock.stop(during_call())
    in2()
    below = a_rejected_application(marks=WEAK)
    clock.stop(NEXT_DAY)
    appeal = an_appeal_being_decided(below)
    decider = signed_in(client, a_coordinator())
    page = decider.get(f"/appeals/{appeal.id}/uphold").text
    assert "Its marks do not reach the thresholds" in page
    assert "reserve list" not in page
    assert 'name="is_read"' not in page


def test_the_application_leads_to_the_decision_and_says_that_an_appeal_is_open(client, app, rejected):
    owner = signed_in(client, owner_of(rejected))
    assert f'href="/decisions/applications/{rejected.id}"' in owner.get(f"/applications/{rejected.id}").text
    appeal = a_filed_appeal(rejected, at=NEXT_DAY)
    for page in ("/applications", f"/applications/{rejected.id}"):
        text = owner.get(page).text
        assert "Your appeal is being decided." in text
        assert "Nothing more happens" not in text
    assert f"The appeal {appeal.number} was sent" in text
    receipt = next(one for one in db.session.scalars(select(Letter)) if one.occasion == "appeals/file")
    assert f"Subject: Receipt {appeal.number}: " in bytes(_message_of(receipt, NEXT_DAY)).decode()


def test_the_last_moment_of_an_appeal_is_told_by_the_clocks_of_region_and_call(client, rejected):
    with unit_of_work():
        db.session.execute(update(Call).values(time_zone="Europe/London"))
    owner = signed_in(client, owner_of(rejected))
    said = "4 November 2026, 23:59 (Brussels time), 22:59 in London"
    for page in (f"/decisions/applications/{rejected.id}", f"/applications/{rejected.id}/appeals"):
        assert said in owner.get(page).text


def test_an_appeal_one_minute_late_says_when_it_was_over_and_what_can_be_done(client, clock, rejected):
    draft = a_draft_appeal(rejected)
    clock.stop(LATE)
    owner = signed_in(client, owner_of(rejected))
    refused = owner.post(f"/appeals/{draft.id}/file", data={"version": str(draft.version)})
    assert refused.status_code == 422
    assert "ended on 4 November 2026, 23:59:59 (Brussels time)" in refused.text
    assert "The second expert marked another project." in refused.text
    assert get_appeal(draft.id).state == AppealState.DRAFT
    assert owner.post(f"/appeals/{draft.id}/file-late", data={"reason": ""}).status_code == 422
    owner.post(f"/appeals/{draft.id}/file-late", data={"reason": "A flood.", "version": str(draft.version)})
    assert get_appeal(draft.id).state == AppealState.LATE
    staff = signed_in(client, a_coordinator())
    assert "A flood." in staff.get(f"/appeals/{draft.id}").text
    staff.post(f"/appeals/{draft.id}/admit-late", data={"reason": "It is known."})
    assert get_appeal(draft.id).state == AppealState.FILED


def test_the_staff_find_it_and_somebody_not_involved_upholds_it(client, rejected):
    appeal = a_filed_appeal(rejected)
    manager = signed_in(client, a_manager())
    assert "AP-IN2-2026-000001" in manager.get("/appeals?q=AP-IN2").text
    assert "You took part in what led to this decision" in manager.get(f"/appeals/{appeal.id}").text
    assert get_appeal(appeal.id).decider_id is None
    refused = manager.post(f"/appeals/{appeal.id}/take-up", follow_redirects=True)
    assert "You took part" in refused.text
    elsewhere = a_manager("NL-NB")
    assert elsewhere.name in manager.get(f"/appeals/{appeal.id}/appoint").text
    manager.post(f"/appeals/{appeal.id}/appoint", data={"person": str(elsewhere.id)})
    decider = signed_in(client, elsewhere)
    assert "Uphold the appeal" in decider.get(f"/appeals/{appeal.id}").text
    assert "A faster assay for sepsis" in decider.get(f"/appeals/{appeal.id}/application").text
    assert decider.get(f"/applications/{rejected.id}").status_code == 403
    page = decider.get(f"/appeals/{appeal.id}/uphold").text
    assert "EUR 7,000.00 are awarded from the money of its list" in page
    assert decider.post(f"/appeals/{appeal.id}/uphold", data={"reason": "x"}).status_code == 422
    decider.post(f"/appeals/{appeal.id}/uphold", data={"reason": "Wrong project.", "is_read": "yes"})
    assert get_application(rejected.id).state == ApplicationState.AWARDED
    applicant = signed_in(client, owner_of(rejected))
    assert "The voucher was awarded after your appeal" in applicant.get(f"/applications/{rejected.id}").text
    story = signed_in(client, a_manager()).get(f"/reports/vouchers/{rejected.reference}").text
    assert "Uphold the appeal" in story
    assert "Send the appeal" in story


def test_strangers_read_nothing_and_drafts_stay_with_the_applicant(client, rejected):
    draft = a_draft_appeal(rejected)
    for person in (an_applicant(), a_manager(), a_coordinator()):
        assert signed_in(client, person).get(f"/appeals/{draft.id}").status_code == 403
    assert "Draft" not in signed_in(client, a_manager()).get(f"/applications/{rejected.id}/appeals").text
    owner = signed_in(client, owner_of(rejected))
    assert "Withdraw" in owner.get(f"/appeals/{draft.id}/withdraw").text
    owner.post(f"/appeals/{draft.id}/withdraw")
    assert get_appeal(draft.id).state == AppealState.WITHDRAWN
    submitted = a_submitted_application(at=during_call())
    assert (
        "no decision to appeal against"
        in signed_in(client, owner_of(submitted)).get(f"/applications/{submitted.id}/appeals").text
    )


def test_the_ruling_pages_ask_for_reasons_and_new_marks_can_be_ordered(client, rejected):
    appeal = an_appeal_being_decided(rejected)
    decider = signed_in(client, a_coordinator())
    for verb in ("reject", "hand-back", "order-new-marks"):
        assert decider.get(f"/appeals/{appeal.id}/{verb}").status_code == 200
        assert decider.post(f"/appeals/{appeal.id}/{verb}", data={"reason": " "}).status_code == 422
    decider.post(f"/appeals/{appeal.id}/order-new-marks", data={"reason": "Another project was marked."})
    assert get_application(rejected.id).state == ApplicationState.IN_EVALUATION
    assert decider.post(f"/appeals/{appeal.id}/reject", data={"reason": "Late."}).status_code == 409
