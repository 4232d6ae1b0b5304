"""Whether the marks of an application are complete: finishing its evaluation, opening it again, asking for a consensus.

The application's row is locked before its assignments are counted, so that two experts who submit at the same moment
cannot both believe that the other one is still writing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from vouchers.applications.actions.deciding import finish_evaluation_application, reopen_evaluation_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.evaluation import letters
from vouchers.evaluation.actions.diverging import is_one_more_needed
from vouchers.evaluation.lifecycle import CONSENSUS
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.consensus import count_written, find_consensus, was_ended
from vouchers.evaluation.rules.agreeing import choose_rapporteur
from vouchers.evaluation.rules.scoring import score_text
from vouchers.evaluation.states import ConsensusState
from vouchers.programmes.rules.plan import Aggregation
from vouchers.workflow.transition import OFFICE, creation, transition

TO_AGREE = timedelta(days=7)
"""How long the experts have for their consensus, unless a manager says otherwise."""


def locked(application_id: int) -> Application:
    """The application, its row held to the end of the step."""
    application = get_application(application_id)
    db.session.refresh(application, with_for_update={"of": Application})
    return application


def weigh(application_id: int, *, at: datetime) -> None:
    """Finish the evaluation when enough marks are in and nobody is writing; reopen it when marks fell away.

    Where the experts must agree, their consensus counts and nothing else; it is written anew when one of them falls
    away or is added.
    """
    application = locked(application_id)
    marking = application.call.plan.marking
    if marking is None:
        return
    given = queries.list_assignments(application_id)
    submitted = [one for one in given if one.state == queries.SUBMITTED]
    is_enough = len(submitted) >= application.instrument.plan.experts_per_application
    is_enough = not is_one_more_needed(application, given, at=at) and is_enough
    is_ready = is_enough and not any(one.state in queries.OPEN for one in given)
    consensus = _follow(application, submitted, is_ready=is_ready, at=at)
    sheets = [one.marks for one in submitted]
    if consensus is not None:
        sheets = [consensus.marks] if consensus.state == ConsensusState.AGREED else []
    result = score_text(queries.result_of(sheets, marking).ranking_score) if is_enough and sheets else None
    if application.state == ApplicationState.EVALUATED and application.score != result:
        reopen_evaluation_application(application, by=OFFICE, at=at)
    if application.state == ApplicationState.IN_EVALUATION and is_ready and result is not None:
        finish_evaluation_application(application, result, by=OFFICE, at=at)


MARKED = (ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED)


def _follow(application: Application, submitted: list[Assignment], *, is_ready: bool, at: datetime) -> Consensus | None:
    """The consensus that the application needs, in line with whose marks count now; None where it needs none."""
    consensus = find_consensus(application.id)
    if application.state not in MARKED:
        return consensus
    if consensus is None:
        marking = application.call.plan.marking
        asks = marking is not None and marking.aggregation is Aggregation.CONSENSUS and not was_ended(application.id)
        return open_for(application, submitted, by=OFFICE, at=at) if asks and is_ready and submitted else None
    if submitted and set(consensus.party_ids) != {one.id for one in submitted}:
        with transition(consensus, CONSENSUS.reopen, by=OFFICE, at=at) as step:
            consensus.party_ids = [one.id for one in submitted]
            if consensus.rapporteur_id not in consensus.party_ids:
                consensus.rapporteur_id = _next_rapporteur(application, submitted)
            consensus.closed_at, consensus.due_at, consensus.reminded_days = None, at + TO_AGREE, None
            letters.write_of_consensus(step, application, consensus, "consensus_anew", submitted)
    return consensus


def open_for(
    application: Application,
    submitted: list[Assignment],
    *,
    by: Any,
    at: datetime,
    rapporteur_id: int | None = None,
    due_at: datetime | None = None,
) -> Consensus:
    """Ask these experts to agree on one sheet; one of them writes it."""
    consensus = Consensus(
        application=application,
        rapporteur_id=rapporteur_id or _next_rapporteur(application, submitted),
        party_ids=[one.id for one in submitted],
        marks={},
        draft=0,
        opened_at=at,
        opened_by_id=by.id,
        due_at=due_at or at + TO_AGREE,
    )
    with creation(consensus, CONSENSUS.open, by=by, at=at) as step:
        letters.write_of_consensus(step, application, consensus, "consensus_open", submitted)
    return consensus


def _next_rapporteur(application: Application, submitted: list[Assignment]) -> int:
    return choose_rapporteur([(one.id, one.expert_id) for one in submitted], count_written(application.call_id))
