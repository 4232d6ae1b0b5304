"""A suspicion of fraud: reported, shared with single persons, closed. Nothing else shows that there is one."""

from __future__ import annotations

from datetime import datetime

from vouchers.agreements.models import Agreement
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.recoveries import letters, queries
from vouchers.recoveries.lifecycle import SUSPICION
from vouchers.recoveries.models import Suspicion, SuspicionReader
from vouchers.recoveries.states import SuspicionOutcome
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def report_suspicion(agreement: Agreement, text: str, *, by: User, at: datetime) -> Suspicion:
    """Write down what may be fraud. Only `by` reads it until it is shared."""
    suspicion = Suspicion(agreement=agreement, text=text, reported_at=at, reported_by_id=by.id, reported_by=by)
    with creation(suspicion, SUSPICION.report, by=by, at=at):
        return suspicion


def share_suspicion(suspicion: Suspicion, person_id: int, *, by: User, at: datetime) -> None:
    """Let one more person read it; the letter says nothing but that there is something to read.

    Raises:
        RuleBroken: the person reads it already, is no staff there, or belongs to the company.
    """
    with unit_of_work():
        found = queries.find_suspicion(suspicion.id)
        if found is None:
            raise NotFound(_("There is no such page."))
        with transition(found, SUSPICION.share, by=by, at=at) as step:
            people = {one.id: one for one in queries.list_confidants(found.agreement, besides=found.reader_ids)}
            if person_id not in people:
                raise RuleBroken(_("Choose a person of the list."), field="person")
            db.session.add(SuspicionReader(suspicion_id=found.id, user_id=person_id, shared_at=at, shared_by_id=by.id))
            letters.write_confided(step, found, people[person_id])


def close_suspicion(suspicion: Suspicion, outcome: SuspicionOutcome, closing: str, *, by: User, at: datetime) -> None:
    """Write down what came of it; those who read it go on reading it."""
    with unit_of_work():
        found = queries.find_suspicion(suspicion.id)
        if found is None:
            raise NotFound(_("There is no such page."))
        with transition(found, SUSPICION.close, by=by, at=at):
            found.outcome, found.closing = outcome, closing
            found.closed_at, found.closed_by_id = at, by.id
