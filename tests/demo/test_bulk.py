"""The bulk of a large demo: rows that nothing in the office can tell from those of real steps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_draft, a_submitted_application
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.models import Answer, Application, Submission
from vouchers.applications.rules.content import sha256_of
from vouchers.applications.states import ApplicationState
from vouchers.audit import queries as audit
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.demo.bulk import build_in_bulk
from vouchers.demo.bulk_plan import MIX, Goal
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.queries import find_declaration, list_kept
from vouchers.evaluation.actions.checks import read_open_rules
from vouchers.evaluation.models import Finding
from vouchers.ledger import proof
from vouchers.users.models import User
from vouchers.users.queries import get_user
from vouchers.users.states import Role

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
S = ApplicationState


@pytest.fixture
def call(app, clock):
    clock.stop(NOW)
    loaded = in2()
    for region in ("BE-WAL", "DK-84", "FR-IDF", "FR-GES", "DE-BW", "NL-NB", "NL-GE"):  # Scotland has no manager yet
        a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", region, with_factor=False)
    return loaded.call()


def count_of(kind) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_three_hundred_applications_pass_both_proofs(call):
    assert build_in_bulk(call, 300, seed=7, until=NOW) == 300

    assert count_of(Application) == 300
    states = set(db.session.scalars(select(Application.state)))
    assert states == {S.DRAFT, S.SUBMITTED, S.WITHDRAWN, S.INELIGIBLE, S.ELIGIBLE}
    assert list(audit.list_faults()) == []
    seal_events(at=NOW)
    assert list(audit.list_faults()) == []
    assert list(proof.list_faults()) == []


def test_submissions_are_whole_numbered_and_hashed(call):
    build_in_bulk(call, 300, seed=7, until=NOW)

    submissions = list(db.session.scalars(select(Submission).order_by(Submission.receipt_number)))
    assert [s.receipt_number for s in submissions] == [f"R-IN2-2026-{n:06d}" for n in range(1, len(submissions) + 1)]
    moments = [submission.submitted_at for submission in submissions]
    assert moments == sorted(moments)
    assert call.opens_at < moments[0]
    assert moments[-1] <= NOW
    assert all(sha256_of(submission.content) == submission.sha256 for submission in submissions)
    references = list(db.session.scalars(select(Application.reference).order_by(Application.started_at)))
    assert references == [f"IN2-2026-{n:04d}" for n in range(1, 301)]


def test_its_events_are_those_of_real_steps(call):
    real = a_submitted_application(at=NOW)
    build_in_bulk(call, 60, seed=7, until=NOW, mix=((Goal.SUBMITTED, 1),))
    bulk = db.session.scalars(
        select(Application).where(Application.id != real.id, Application.instrument_id == real.instrument_id)
    ).first()

    def recorded(application):
        subjects = [("application", application.id), ("organisation", application.organisation_id)]
        subjects.append(("user", application.started_by_id))
        declaration = find_declaration(application.organisation_id)
        subjects.append(("aid_declaration", declaration.id))
        [kept] = list_kept(application.id)
        subjects.append(("kept_check", kept.id))
        assert (kept.declaration_id, kept.readings) == (declaration.id, [])
        [paper] = list_documents_of("aid_declaration", declaration.id)
        assert paper.filename == f"aid-declaration-{declaration.id}.pdf"
        events = audit.list_events_of(subjects)
        return {event.tag: (set(event.detail.body["changes"]), event.detail.body.get("actor")) for event in events}

    assert recorded(bulk) == recorded(real)
    assert units_of(bulk) == units_of(real) == 1


def units_of(application):
    """How many units of work its submission and what was kept then are written in."""
    events = audit.list_events_of([("application", application.id), ("kept_check", list_kept(application.id)[0].id)])
    return len({event.unit_id for event in events if event.tag in {"application.submit", "kept_check.keep"}})


def test_its_findings_are_those_of_the_real_check(call):
    build_in_bulk(call, 300, seed=7, until=NOW)

    failed = select(Finding.application_id).where(Finding.outcome == "not_met")
    refused = select(Application.id).where(Application.state == S.INELIGIBLE)
    assert set(db.session.scalars(failed)) == set(db.session.scalars(refused)) != set()
    scotland = select(Application.state).where(Application.region.has(code="UK-SCT"))
    assert not {S.ELIGIBLE, S.INELIGIBLE} & set(db.session.scalars(scotland))
    eligible = db.session.scalars(select(Application).where(Application.state == S.ELIGIBLE).limit(5)).all()
    assert [read_open_rules(application, at=NOW) for application in eligible] == [[]] * 5


def test_real_applications_continue_the_numbers(call):
    build_in_bulk(call, 300, seed=7, until=NOW)
    last = count_of(Submission)

    real = a_submitted_application(at=NOW)

    assert real.reference == "IN2-2026-0301"
    numbers = db.session.scalars(select(Submission.receipt_number).order_by(Submission.id.desc()))
    assert numbers.first() == f"R-IN2-2026-{last + 1:06d}"


def test_bulk_follows_real_applications(call):
    real = a_draft(at=NOW)
    build_in_bulk(call, 20, seed=7, until=NOW)
    build_in_bulk(call, 20, seed=7, until=NOW)

    assert real.reference == "IN2-2026-0001"
    assert count_of(Application) == 41
    assert count_of(AuditEvent) == count_of(AuditDetail)
    assert list(audit.list_faults()) == []


def test_pages_of_an_applicant_open(call, client):
    build_in_bulk(call, 120, seed=7, until=NOW)

    for state in (S.DRAFT, S.SUBMITTED, S.WITHDRAWN, S.INELIGIBLE, S.ELIGIBLE):
        application = db.session.scalars(select(Application).where(Application.state == state)).first()
        signed_in(client, get_user(application.started_by_id))
        page = client.get(f"/applications/{application.id}")
        assert page.status_code == 200
        assert application.reference in page.text
        if application.submitted_at:
            assert client.get(f"/applications/{application.id}/receipt").status_code == 200
            assert client.get(f"/applications/{application.id}/receipt.pdf").data.startswith(b"%PDF")


def test_pages_of_the_staff_open(call, client):
    build_in_bulk(call, 120, seed=7, until=NOW)
    signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences"))

    assert client.get("/applications/worklist?size=50").status_code == 200
    for state in (S.SUBMITTED, S.WITHDRAWN, S.INELIGIBLE, S.ELIGIBLE):
        application = db.session.scalars(select(Application).where(Application.state == state)).first()
        assert client.get(f"/applications/{application.id}").status_code == 200


def test_ready_draft_is_submitted_by_its_owner(call, client):
    build_in_bulk(call, 3, seed=7, until=NOW, mix=((Goal.READY, 1),))

    for application in list(db.session.scalars(select(Application))):
        signed_in(client, db.session.get(User, application.started_by_id))
        answer = client.post(f"/applications/{application.id}/submit", data={"declared": "yes"})
        assert answer.status_code == 303, answer.text
    assert set(db.session.scalars(select(Application.state))) == {S.SUBMITTED}


def test_same_seed_says_the_same(call):
    def said() -> list:
        found = select(Submission.content).order_by(Submission.receipt_number)
        answers = select(Answer.question, Answer.value).order_by(Answer.id)
        return [list(db.session.scalars(found)), [tuple(row) for row in db.session.execute(answers)]]

    build_in_bulk(call, 40, seed=7, until=NOW)
    first = said()
    names = select(Application.title).order_by(Application.id)
    titles = list(db.session.scalars(names))
    build_in_bulk(call, 40, seed=7, until=NOW)
    assert list(db.session.scalars(names)) == titles * 2
    build_in_bulk(call, 40, seed=8, until=NOW)
    assert list(db.session.scalars(names))[80:] != titles
    assert first[1] == said()[1][: len(first[1])]


def test_a_call_that_is_not_open_has_no_applications(call):
    with pytest.raises(ValueError, match="not open"):
        build_in_bulk(call, 10, seed=7, until=call.opens_at)
    assert build_in_bulk(call, 0, seed=7, until=NOW) == 0
    assert sum(many for _goal, many in MIX) == 100
