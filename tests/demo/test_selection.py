"""The demo's third programme: every stage of the selection has something that lives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from vouchers.advances.models import Advance
from vouchers.appeals.models import Appeal
from vouchers.audit.queries import list_faults as audit_faults
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.decisions.models import DecisionSession, LetterTemplate
from vouchers.demo.selection.loading import load_selection
from vouchers.demo.selection.office import open_office
from vouchers.draws.models import Draw
from vouchers.evaluation.models import Assignment, Divergence
from vouchers.experts.models import Expert
from vouchers.fees.models import FeeStatement
from vouchers.ledger.proof import list_faults as ledger_faults
from vouchers.matching.models import MatchingPair, MatchingRun
from vouchers.panels.models import Interview, Panel
from vouchers.pools.models import Enrolment
from vouchers.providers.models import Provider
from vouchers.retention.models import Disposal
from vouchers.surveys.models import Survey

STAGES = {
    Expert: {"admitted": 8, "suspended": 1},
    Enrolment: {"admitted": 11, "submitted": 4},
    Provider: {"accredited": 2, "registered": 1},
    MatchingRun: {"impossible": 1, "proposed": 1},
    Assignment: {"accepted": 3, "assigned": 1, "conflicted": 1, "submitted": 59},
    Divergence: {"open": 1},
    DecisionSession: {"announced": 3, "confirmed": 1, "proposed": 1},
    LetterTemplate: {"in_use": 1},
    Panel: {"planned": 1},
    Interview: {"confirmed": 1, "offered": 1},
    Appeal: {"filed": 1},
    FeeStatement: {"agreed": 1, "drawn_up": 1, "payable": 2},
    Draw: {"drawn": 1},
    Advance: {"paid": 1},
    Claim: {"paid": 1, "submitted": 1},
    Disposal: {"proposed": 1},
    Survey: {"answered": 1, "asked": 2},
}
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def states_of(kind):
    found = db.session.execute(select(kind.state, func.count()).group_by(kind.state))
    return {str(row.state): row[1] for row in found}


@pytest.mark.slow
@pytest.mark.once  # that the demo loads on either database is asked in test_loading
def test_each_step_of_the_selection_has_a_living_example(app, clock):
    clock.stop(NOW)
    load_selection(at=NOW)

    assert {kind: states_of(kind) for kind in STAGES} == STAGES
    assert db.session.scalar(select(func.count()).select_from(MatchingPair)) == 12
    lacks = [one for run in db.session.scalars(select(MatchingRun)) for one in run.lacks]
    assert [(one["kind"], one["language"]) for one in lacks] == [("alone", "de")]
    due = db.session.scalars(select(Expert.interests_due_on).order_by(Expert.interests_due_on)).first()
    assert 0 < (due - NOW.date()).days < 14
    assert list(ledger_faults()) == []
    assert list(audit_faults()) == []


def test_its_days_are_around_today_whenever_it_is_built(app, clock):
    """Also at night, when this morning is still to come, and where a year turns."""
    office = open_office(clock.stop(datetime(2028, 1, 31, 3, 0, tzinfo=UTC)))

    assert office.today < datetime(2028, 1, 31, tzinfo=UTC)
    assert [call.code for call in office.calls.values()] == [
        "2027-02",
        "2027-09",
        "2027-11",
        "2027-12",
        "2028-01",
        "2027-11-lots",
    ]
    assert len(office.companies) == 12
