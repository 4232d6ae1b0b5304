"""The demo's third programme: every stage of the selection has something that lives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from vouchers.audit.queries import list_faults as audit_faults
from vouchers.core.database import db
from vouchers.demo.selection.loading import load_selection
from vouchers.experts.models import Expert
from vouchers.ledger.proof import list_faults as ledger_faults
from vouchers.pools.models import Enrolment
from vouchers.providers.models import Provider

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def states_of(kind):
    found = db.session.execute(select(kind.state, func.count()).group_by(kind.state))
    return {str(row.state): row[1] for row in found}


@pytest.mark.slow
def test_each_step_of_the_selection_has_a_living_example(app, clock):
    clock.stop(NOW)
    load_selection(at=NOW)

    assert {kind.__name__: states_of(kind) for kind in (Expert, Enrolment, Provider)} == {}
    assert list(ledger_faults()) == []
    assert list(audit_faults()) == []
