"""What `ledger verify` says of claims: each is, whole, what the steps that fixed it left."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_cost,
    a_finance_officer,
    a_submitted_claim,
    a_verified_claim,
    an_authorised_claim,
)
from tests.builders.programmes import in2
from tests.claims.tampering import taken_away, tampered
from vouchers.audit.actions import erase_details
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.claims.actions import checking, drafting
from vouchers.claims.models import ClaimVersion
from vouchers.claims.queries.files import get_claim
from vouchers.claims.queries.proof import faults_of_claims
from vouchers.claims.rules.content import FIXING, PURPOSE, differences, sha256_of
from vouchers.core.database import db, unit_of_work

LATER = CLAIMED_AT + timedelta(days=1)


@pytest.fixture
def office(app):
    in2()
    return app


def faults():
    return [str(fault) for fault in faults_of_claims()]


def versions_of(claim):
    return db.session.scalars(
        select(ClaimVersion).where(ClaimVersion.claim_id == claim.id).order_by(ClaimVersion.id)
    ).all()


def test_each_step_that_fixes_a_claim_keeps_it_whole_and_names_it(office):
    claim = an_authorised_claim(an_active_agreement("MG"))
    kept = versions_of(claim)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.step_id.in_([one.step_id for one in kept])))
    named = {event.step_id: event.tag for event in events}
    assert [named[one.step_id] for one in kept] == ["claim.submit", "claim.verify", "claim.authorise"]
    submitted, _verified, authorised = (json.loads(one.content) for one in kept)
    (line,) = claim.costs
    (cost,) = submitted["costs"]
    assert (cost["supplier"], cost["invoice_number"], cost["invoice_on"]) == ("NMBS", line.invoice_number, "2026-10-12")
    assert (cost["net_cents"], cost["vat_cents"], cost["accepted_cents"]) == (30000, 1840, None)
    assert submitted["report"] == "We met three laboratories."
    assert submitted["documents"]
    assert cost["evidence"] in [sha256 for _purpose, sha256 in submitted["documents"]]
    assert authorised["costs"][0]["accepted_cents"] == 31840
    assert (authorised["grant_cents"], authorised["authorised_by_id"]) == (31840, claim.authorised_by_id)

    body = db.session.scalars(
        select(AuditDetail.body).join(AuditDetail.event).where(AuditEvent.step_id == kept[0].step_id)
    ).one()
    assert body["contents"] == [{"kind": "claim", "purpose": PURPOSE, "sha256": sha256_of(kept[0].content)}]
    assert faults() == []
    assert office.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


def test_a_row_that_was_changed_by_no_step_is_named_with_its_claim(office):
    claim = an_authorised_claim(an_active_agreement("MG"))
    (line,) = claim.costs
    changes = (
        ("cost_line", line.id, {"net_cents": 1}, f"costs {line.id} net_cents is 1, not 30000"),
        ("cost_line", line.id, {"invoice_number": "T-99"}, f'costs {line.id} invoice_number is "T-99", not'),
        ("cost_line", line.id, {"invoice_on": "2026-10-13"}, 'invoice_on is "2026-10-13", not "2026-10-12"'),
        ("cost_line", line.id, {"accepted_cents": 5}, "accepted_cents is 5, not 31840"),
        ("cost_line", line.id, {"error": "vat"}, 'error is "vat", not null'),
        ("cost_line", line.id, {"deduction_reason": "First class."}, 'deduction_reason is "First class.", not ""'),
        ("cost_line", line.id, {"parked_at": "2026-10-21 08:00:00"}, "parked_at is"),
        ("cost_line", line.id, {"removed_at": "2026-10-21 08:00:00"}, f"costs {line.id} is null, not"),
        ("document", line.document_id, {"sha256": "ab" * 32}, f'costs {line.id} evidence is "abab'),
        ("claim", claim.id, {"report": "We met nobody."}, 'report is "We met nobody.", not'),
        ("claim", claim.id, {"grant_cents": 31841}, "grant_cents is 31841, not 31840"),
        ("claim", claim.id, {"verified_by_id": claim.authorised_by_id}, "verified_by_id is"),
    )
    for table, row_id, values, sign in changes:
        before = tampered(table, row_id, **values)
        (told,) = faults()
        assert told.startswith(f"claim {claim.number}: changed by no step of the record: ")
        assert sign in told, told
        tampered(table, row_id, **before)
        assert faults() == []
    tampered("cost_line", line.id, net_cents=1)
    done = office.test_cli_runner().invoke(args=["ledger", "verify"])
    assert done.exit_code == 1
    assert claim.number in done.output


def test_a_version_that_was_changed_with_its_row_is_found_by_the_record(office):
    claim = a_verified_claim(an_active_agreement("MG"))
    last = versions_of(claim)[-1]
    other = last.content.replace('"net_cents":30000', '"net_cents":29999')
    tampered("cost_line", claim.costs[0].id, net_cents=29999)
    tampered("claim_version", last.id, content=other)
    assert [one.partition(": ")[2] for one in faults()] == ["it is not what was kept under this hash"]
    tampered("claim_version", last.id, sha256=sha256_of(other))
    assert [one.partition(": ")[2] for one in faults()] == ["it is not the claim that the record names"]
    tampered("claim_version", last.id, content="no JSON", sha256=sha256_of("no JSON"))
    assert any("what was kept cannot be read" in one for one in faults())


def test_a_version_that_was_taken_away_or_made_up_is_found_by_the_record(office):
    claim = a_verified_claim(an_active_agreement("MG"))
    first, last = versions_of(claim)
    taken_away("claim_version", last.id)
    assert faults() == [f"claim {claim.number}: the version that claim.verify kept is missing"]
    tampered("claim_version", first.id, step_id="made up")
    assert f"claim {claim.number}, as it was kept on 2026-10-20: no step of the record kept it" in faults()


def test_the_database_refuses_to_change_or_delete_a_version(office):
    claim = a_submitted_claim(an_active_agreement("MG"))
    (kept,) = versions_of(claim)
    for name, value in (("content", "{}"), ("sha256", "ab" * 32), ("erased_at", LATER)):
        with pytest.raises(DBAPIError), unit_of_work():
            setattr(db.session.get(ClaimVersion, kept.id), name, value)
    with pytest.raises(DBAPIError), unit_of_work():
        db.session.delete(db.session.get(ClaimVersion, kept.id))


def test_while_a_claim_is_with_the_beneficiary_it_may_change(office):
    manager, agreement = a_manager(), an_active_agreement("MG")
    claim, owner = a_submitted_claim(agreement), owner_of(agreement.application)
    checking.send_back_claim(get_claim(claim.id), "Which train?", by=manager, at=LATER)
    drafting.save_line(get_claim(claim.id), a_cost(supplier="SNCB"), line_id=claim.costs[0].id, by=owner, at=LATER)
    assert faults() == []
    drafting.submit_claim(get_claim(claim.id), answer="The 8.15.", by=owner, at=LATER)
    assert faults() == []
    assert [json.loads(one.content)["costs"][0]["supplier"] for one in versions_of(claim)] == ["NMBS", "SNCB"]
    assert json.loads(versions_of(claim)[-1].content)["questions"][0]["answer"] == "The 8.15."
    tampered("claim", claim.id, state="returned")  # which no step says
    tampered("cost_line", claim.costs[0].id, supplier="KLM")
    assert 'supplier is "KLM", not "SNCB"' in faults()[0]


def test_every_other_step_that_fixes_a_claim_leaves_it_without_a_fault(office):
    manager, agreement = a_manager(), an_active_agreement("MG")
    claim = a_verified_claim(agreement, verifier=manager)
    second = a_finance_officer()
    checking.reopen_claim(get_claim(claim.id), "Look again.", by=second, at=LATER + timedelta(days=1))
    assert faults() == []
    checking.reject_claim(get_claim(claim.id), "No journey.", by=second, at=LATER + timedelta(days=2))
    assert faults() == []
    assert len(versions_of(claim)) == 4


def test_claims_of_before_and_claims_whose_details_were_erased_are_no_fault(office):
    claim, draft = a_submitted_claim(an_active_agreement("MG")), a_complete_claim(an_active_agreement("MG"))
    (kept,) = versions_of(claim)
    event_id = db.session.scalars(select(AuditEvent.id).where(AuditEvent.step_id == kept.step_id)).one()
    with unit_of_work():
        erase_details([event_id])
    assert faults() == []
    taken_away("claim_version", kept.id)  # as if it had been handed in before steps kept claims
    tampered("cost_line", claim.costs[0].id, net_cents=1)
    assert faults() == []
    assert versions_of(draft) == []


def test_differences_are_told_with_their_place():
    kept = '{"costs":[{"id":7,"net_cents":5},{"id":8,"net_cents":6}],"report":"a"}'
    now = '{"costs":[{"id":7,"net_cents":4},{"id":9,"net_cents":6}],"report":"a"}'
    assert list(differences(kept, now)) == [
        "costs 7 net_cents is 4, not 5",
        'costs 8 is null, not {"id": 8, "net_cents": 6}',
        'costs 9 is {"id": 9, "net_cents": 6}, not null',
    ]
    assert list(differences(kept, kept)) == []
    assert set(FIXING) >= {"submit", "verify", "authorise"}
