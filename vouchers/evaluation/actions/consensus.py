"""What experts do with their consensus, and what a manager may ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState, ensure_none
from vouchers.core.text import say as _
from vouchers.evaluation import letters
from vouchers.evaluation.actions.assignments import Sheet
from vouchers.evaluation.actions.weighing import locked, open_for, weigh
from vouchers.evaluation.lifecycle import CONSENSUS
from vouchers.evaluation.models import Consensus, ConsensusWord
from vouchers.evaluation.queries import assignments as queries
from vouchers.evaluation.queries.consensus import find_consensus, get_consensus
from vouchers.evaluation.rules.complete import list_gaps
from vouchers.evaluation.rules.reminding import OVERDUE, due_mark
from vouchers.evaluation.states import ConsensusState
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def open_consensus(
    application: Application, rapporteur_id: int, *, by: User, at: datetime, due_at: datetime | None = None
) -> Consensus:
    """Ask the experts of one application to agree on one sheet; a finished evaluation is open again until they have.

    Raises:
        WrongState: it is not being evaluated, or is decided.
        RuleBroken: fewer than two experts have submitted, the rapporteur is none of them, or one is under way.
    """
    with unit_of_work():
        application = locked(application.id)
        if application.state not in (ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED):
            raise WrongState(
                _("This application is “%(state)s”, so no consensus can be asked for.", state=application.state.label)
            )
        submitted = [one for one in queries.list_assignments(application.id) if one.state == queries.SUBMITTED]
        if len(submitted) < 2:
            raise RuleBroken(_("At least two experts must have submitted their marks first."))
        if rapporteur_id not in {one.id for one in submitted}:
            raise RuleBroken(_("Choose one of the experts who have submitted."), field="rapporteur")
        if find_consensus(application.id) is not None:
            raise RuleBroken(_("The experts of this application have been asked for a consensus already."))
        consensus = open_for(application, submitted, by=by, at=at, rapporteur_id=rapporteur_id, due_at=due_at)
        weigh(application.id, at=at)
        return consensus


def save_consensus(consensus: Consensus, sheet: Sheet, *, by: User, at: datetime, version: int | None = None) -> None:
    """Keep the rapporteur's draft, complete or not. What is kept already is not written again."""
    is_kept = consensus.marks == sheet.marks and consensus.overall_comment == sheet.overall_comment
    if is_kept and consensus.state == ConsensusState.DRAFTING:
        return
    with transition(consensus, CONSENSUS.save, by=by, at=at, version=version):
        _fill(consensus, sheet.marks, sheet.overall_comment)


def propose_consensus(
    consensus: Consensus, sheet: Sheet, *, by: User, at: datetime, version: int | None = None
) -> None:
    """Put the draft to all experts; the rapporteur approves it by doing so.

    Raises:
        RuleBroken: a mark or a comment is missing.
    """
    with unit_of_work():
        application = locked(consensus.application_id)
        with transition(consensus, CONSENSUS.propose, by=by, at=at, version=version) as step:
            _fill(consensus, sheet.marks, sheet.overall_comment)
            marking = application.call.plan.marking
            assert marking is not None
            ensure_none(list_gaps(consensus.marks, consensus.overall_comment, marking))
            consensus.draft += 1
            _say(consensus, by, True, "", at=at)
            others = [one for one in consensus.parties if one.expert.user_id != by.id]
            letters.write_of_consensus(step, application, consensus, "consensus_propose", others)
        _close_if_all_agree(consensus, at=at)


def approve_consensus(consensus: Consensus, draft: int, *, by: User, at: datetime) -> None:
    """One expert approves the draft that was on the page; with the last one it counts as the result.

    Raises:
        WrongState: another draft stands by now.
    """
    with unit_of_work():
        locked(consensus.application_id)
        with transition(consensus, CONSENSUS.approve, by=by, at=at):
            _ensure_draft(consensus, draft)
            if _assignment_of(consensus, by) not in consensus.approved_ids:
                _say(consensus, by, True, "", at=at)
        _close_if_all_agree(consensus, at=at)


def object_consensus(consensus: Consensus, draft: int, reason: str, *, by: User, at: datetime) -> None:
    """One expert asks for a change: the rapporteur writes again, and everybody is asked again.

    Raises:
        RuleBroken: no reason is given, or the expert has approved this draft.
        WrongState: another draft stands by now.
    """
    with unit_of_work():
        application = locked(consensus.application_id)
        with transition(consensus, CONSENSUS.object, by=by, at=at, why=reason) as step:
            _ensure_draft(consensus, draft)
            if not reason.strip():
                raise RuleBroken(_("Say what should be changed"), field="reason")
            if _assignment_of(consensus, by) in consensus.approved_ids:
                raise RuleBroken(_("You have approved this draft already."))
            _say(consensus, by, False, reason, at=at)
            writer = [one for one in consensus.parties if one.id == consensus.rapporteur_id]
            letters.write_of_consensus(step, application, consensus, "consensus_object", writer, reason=reason)


def name_rapporteur(consensus: Consensus, rapporteur_id: int, *, by: User, at: datetime) -> None:
    """A manager gives the writing to another of the experts."""
    with unit_of_work(), transition(consensus, CONSENSUS.name, by=by, at=at) as step:
        chosen = [one for one in consensus.parties if one.id == rapporteur_id]
        if not chosen:
            raise RuleBroken(_("Choose one of the experts who have submitted."), field="rapporteur")
        consensus.rapporteur_id = rapporteur_id
        letters.write_of_consensus(step, consensus.application, consensus, "consensus_open", chosen)


def end_consensus(consensus: Consensus, reason: str, *, by: User, at: datetime) -> None:
    """A manager ends it without agreement, with a reason: the single sheets count, by their median or mean."""
    with unit_of_work():
        application = locked(consensus.application_id)
        if not reason.strip():
            raise RuleBroken(_("Say why"), field="reason")
        with transition(consensus, CONSENSUS.end, by=by, at=at, why=reason):
            consensus.reason, consensus.closed_at = reason, at
        weigh(application.id, at=at)


def remind_consensus(consensus: Consensus, *, by: Any, at: datetime) -> None:
    """Remind the rapporteur, or those who have not answered, how much time is left."""
    with transition(consensus, CONSENSUS.remind, by=by, at=at) as step:
        mark = due_mark(consensus.due_at, assigned_at=consensus.opened_at, last=consensus.reminded_days, at=at)
        if mark is None:
            return
        consensus.reminded_days = mark
        if consensus.state == ConsensusState.DRAFTING:
            waited = [one for one in consensus.parties if one.id == consensus.rapporteur_id]
        else:
            waited = [one for one in consensus.parties if one.id not in consensus.approved_ids]
        letters.write_of_consensus(
            step, consensus.application, consensus, "consensus_remind", waited, is_overdue=mark == OVERDUE
        )


def _fill(consensus: Consensus, marks: Mapping[str, Mapping[str, str | None]], overall_comment: str) -> None:
    consensus.marks = {code: dict(given) for code, given in marks.items()}
    consensus.overall_comment = overall_comment


def _assignment_of(consensus: Consensus, person: User) -> int:
    return next(one.id for one in consensus.parties if one.expert.user_id == person.id)


def _say(consensus: Consensus, person: User, is_approval: bool, reason: str, *, at: datetime) -> None:
    word = ConsensusWord(
        consensus_id=consensus.id,
        draft=consensus.draft,
        assignment_id=_assignment_of(consensus, person),
        is_approval=is_approval,
        reason=reason,
        said_at=at,
    )
    consensus.words.append(word)
    db.session.add(word)


def _ensure_draft(consensus: Consensus, draft: int) -> None:
    if draft != consensus.draft:
        raise WrongState(_("Another draft stands by now. Read it, then decide again."))


def _close_if_all_agree(consensus: Consensus, *, at: datetime) -> None:
    db.session.flush()
    consensus = get_consensus(consensus.id)
    if {one.id for one in consensus.parties} <= consensus.approved_ids:
        with transition(consensus, CONSENSUS.close, by=OFFICE, at=at):
            consensus.closed_at = at
        weigh(consensus.application_id, at=at)
