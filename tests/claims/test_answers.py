"""A question on a claim is answered in words, where the company reads it, with files if it likes."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import PDF, owner_of
from tests.builders.claims import CLAIMED_AT, a_submitted_claim, an_evidence
from tests.builders.programmes import in2
from tests.builders.users import signed_in
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions import checking, drafting
from vouchers.claims.queries.files import get_claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.documents.queries import list_documents_of
from vouchers.letters.models import Letter

LATER = CLAIMED_AT + timedelta(days=3)
QUESTION, ANSWER = "Which train was it?", "The 8.15 to Nijmegen.\nWe took it twice."


@pytest.fixture
def asked(app, clock):
    """A claim that was sent back with a question."""
    in2()
    clock.stop(LATER)
    claim = a_submitted_claim(an_active_agreement("MG"))
    checking.send_back_claim(get_claim(claim.id), QUESTION, by=a_manager(), at=LATER)
    return get_claim(claim.id)


def test_an_answer_is_kept_with_its_question_and_the_clock_runs_again(asked):
    owner = owner_of(asked.agreement.application)
    answered_at = LATER + timedelta(days=4)
    drafting.submit_claim(asked, answer=f"  {ANSWER} ", by=owner, at=answered_at)
    claim = get_claim(asked.id)
    (stop,) = claim.stops
    assert (stop.question, stop.answer, stop.resumed_on) == (QUESTION, ANSWER, answered_at.date())
    assert (claim.state, claim.stopped_at, claim.days_stopped) == (ClaimState.SUBMITTED, None, 4)
    event = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.tag == "claim.submit").order_by(AuditEvent.id.desc())
    ).first()
    assert event.detail.body["why"] == ANSWER
    letter = db.session.scalars(
        db.select(Letter).where(Letter.occasion == "claims/submit_region").order_by(Letter.id.desc())
    ).first()
    assert "The 8.15 to Nijmegen." in letter.body


def test_a_question_is_not_left_without_an_answer(asked):
    owner = owner_of(asked.agreement.application)
    with pytest.raises(RuleBroken, match="Write your answer"):
        drafting.submit_claim(asked, answer=" \n", by=owner, at=LATER)
    assert get_claim(asked.id).state == ClaimState.RETURNED


def test_files_go_with_an_answer_only_while_its_question_is_open(asked):
    owner = owner_of(asked.agreement.application)
    document = drafting.attach_document(asked, "answer-1", an_evidence(), by=owner, at=LATER)
    with pytest.raises(RuleBroken, match="Choose what the file is"):
        drafting.attach_document(asked, "answer-2", an_evidence(), by=owner, at=LATER)
    drafting.submit_claim(get_claim(asked.id), answer=ANSWER, by=owner, at=LATER)
    assert document.id in [one.id for one in list_documents_of("claim", asked.id)]

    checking.send_back_claim(get_claim(asked.id), "And which hotel?", by=a_manager(), at=LATER)
    with pytest.raises(RuleBroken, match="Choose what the file is"):
        drafting.attach_document(get_claim(asked.id), "answer-1", an_evidence(), by=owner, at=LATER)
    drafting.attach_document(get_claim(asked.id), "answer-2", an_evidence(), by=owner, at=LATER)
    drafting.submit_claim(get_claim(asked.id), answer="None.", by=owner, at=LATER)
    assert [stop.answer for stop in get_claim(asked.id).stops] == [ANSWER, "None."]


def test_the_company_answers_on_the_claims_page_and_the_office_reads_it(client, asked):
    owner, own = owner_of(asked.agreement.application), f"/claims/{asked.id}"
    signed_in(client, owner)
    page = client.get(own).text
    assert QUESTION in page
    assert 'name="answer"' in page
    assert f'action="{own}/submit"' in page

    asks = client.get(f"{own}/evidence?purpose=answer-1").text
    assert "With your answer to the question" in asks
    file = {"purpose": "answer-1", "line": "", "file": (BytesIO(PDF + b"% a timetable\n"), "timetable.pdf")}
    assert client.post(f"{own}/evidence", data=file).status_code == 303

    said = {"is_final": "yes", "is_true": "yes"}
    refused = client.post(f"{own}/submit", data=said)
    assert refused.status_code == 422
    assert "Write your answer to the question." in refused.text
    half = client.post(f"{own}/submit", data={"answer": ANSWER, "is_final": "yes"})
    assert half.status_code == 422
    assert "We took it twice." in half.text  # nothing that was typed is lost
    assert client.post(f"{own}/submit", data=said | {"answer": ANSWER}).status_code == 303

    for person, path in ((owner, own), (a_manager(), own), (a_manager(), f"{own}/verify")):
        signed_in(client, person)
        page = client.get(path).text
        assert QUESTION in page
        assert "We took it twice." in page
        assert "timetable.pdf" in page
    story = client.get(f"/reports/vouchers/{asked.agreement.application.reference}").text
    assert QUESTION in story
    assert "We took it twice." in story


def test_what_is_missing_keeps_the_typed_answer(client, asked):
    owner, own = owner_of(asked.agreement.application), f"/claims/{asked.id}"
    drafting.remove_line(asked, asked.costs[0].id, by=owner, at=LATER)
    signed_in(client, owner)
    refused = client.post(f"{own}/submit", data={"answer": ANSWER, "is_final": "yes", "is_true": "yes"})
    assert refused.status_code == 422
    assert "We took it twice." in refused.text
    assert "This is still missing" in refused.text


def test_a_claim_without_a_question_has_no_box_for_an_answer(client, app):
    in2()
    claim = a_submitted_claim(an_active_agreement("MG"))
    signed_in(client, owner_of(claim.agreement.application))
    assert 'name="answer"' not in client.get(f"/claims/{claim.id}").text
