"""What can happen to an appeal, and what comes of it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.agreements import accept_all, asked_for
from tests.builders.appeals import (
    a_coordinator,
    a_draft_appeal,
    a_filed_appeal,
    a_rejected_application,
    an_appeal_being_decided,
)
from tests.builders.applications import PDF, a_file, a_submitted_application, owner_of
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_marked_assignment,
    an_awarded_application,
)
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.agreements import jobs as agreement_jobs
from vouchers.agreements.actions import issuing
from vouchers.agreements.queries import find_agreement_of, get_agreement
from vouchers.agreements.states import AgreementState
from vouchers.appeals.actions import filing, handling, ruling
from vouchers.appeals.queries.files import get_appeal, list_files
from vouchers.appeals.queries.involved import list_candidates, list_involved
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.appeals.states import Against, AppealState
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR, Money
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.states import DecisionState
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.assignments import assign_expert
from vouchers.evaluation.actions.checks import find_ineligible
from vouchers.evaluation.queries.assignments import list_assignments
from vouchers.evaluation.rules.findings import Verdict
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.actions.own import declare_interests
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.letters.models import Letter
from vouchers.users.queries import get_user
from vouchers.users.states import Role

AT = during_call()
NEXT_DAY = AT + timedelta(days=1)
DUE = datetime(2026, 11, 4, 22, 59, 59, tzinfo=UTC)
"""Thirty days after the decision of 5 October, in Brussels."""
WEAK = {"novelty": "2", "benefit": "4", "partnership": "4"}


@pytest.fixture(autouse=True)
def office(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def traces() -> tuple[int | None, ...]:
    return tuple(db.session.scalar(select(func.count(kind.id))) for kind in (AuditEvent, Letter, Journal))


def letters_of(occasion: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


def on_stage(stage: Account) -> Money:
    return Money(stages(region="BE-WAL")[stage.value])


# Filing --------------------------------------------------------------------------------------------------------------


def test_file_appeal_gives_a_numbered_receipt_and_tells_who_may_decide() -> None:
    coordinator, draft = a_coordinator(), a_draft_appeal()
    owner = owner_of(draft.application)
    filing.save_appeal(draft, "Wrong marks.", by=owner, at=NEXT_DAY)
    document = filing.attach_appeal(draft, a_file(), by=owner, at=NEXT_DAY)
    other = filing.attach_appeal(draft, a_file(PDF + b"%2", "b.pdf"), by=owner, at=NEXT_DAY)
    filing.detach_appeal(draft, other.id, by=owner, at=NEXT_DAY)
    with pytest.raises(NotFound):
        filing.detach_appeal(draft, other.id, by=owner, at=NEXT_DAY)
    filing.file_appeal(draft, by=owner, at=DUE)

    appeal = get_appeal(draft.id)
    assert (appeal.state, appeal.against, appeal.number) == (AppealState.FILED, Against.REJECTED, "AP-IN2-2026-000001")
    assert (appeal.due_at, appeal.filed_at, str(appeal.decide_by)) == (DUE, DUE, "2027-01-04")
    assert [one.id for one in list_files(appeal.id)] == [document.id]
    (receipt,) = letters_of("appeals/file")
    assert receipt.to_email == owner.email
    assert "AP-IN2-2026-000001" in receipt.heading
    assert str(appeal.sha256) in receipt.body
    assert [letter.to_email for letter in letters_of("appeals/filed")] == [coordinator.email]
    with pytest.raises(WrongState):
        filing.file_appeal(appeal, by=owner, at=DUE)
    handling.take_up_appeal(appeal, by=coordinator, at=NEXT_DAY)
    ruling.reject_appeal(appeal, "The marks are sound.", by=coordinator, at=NEXT_DAY)
    with pytest.raises(RuleBroken, match="sent before"):
        filing.start_appeal(appeal.application, "Again.", by=owner, at=NEXT_DAY)


def test_the_letter_states_the_instant_until_which_one_may_appeal() -> None:
    a_rejected_application()
    assert "appeal until 4 November 2026, 23:59 (Brussels time)" in letters_of("decisions/reject")[0].body


def test_an_appeal_filed_one_minute_late_is_refused_and_kept() -> None:
    draft = a_draft_appeal()
    owner, before = owner_of(draft.application), traces()
    with pytest.raises(RuleBroken, match=r"4 November 2026, 23:59:59 \(Brussels time\).*What you wrote is kept"):
        filing.file_appeal(draft, by=owner, at=AT, clock=lambda: DUE + timedelta(minutes=1))
    kept = get_appeal(draft.id)
    assert (kept.state, kept.number, traces()) == (AppealState.DRAFT, None, before)
    with pytest.raises(RuleBroken, match="still time"):
        filing.file_late_appeal(kept, "The mail came late.", by=owner, at=DUE)


def test_a_late_appeal_is_admitted_or_refused_by_somebody_not_involved() -> None:
    draft, late = a_draft_appeal(), DUE + timedelta(minutes=1)
    owner, coordinator = owner_of(draft.application), a_coordinator()
    with pytest.raises(RuleBroken, match="kept you"):
        filing.file_late_appeal(draft, " ", by=owner, at=late)
    filing.file_late_appeal(draft, "Our town was flooded.", by=owner, at=late)
    appeal = get_appeal(draft.id)
    assert (appeal.state, appeal.is_late) == (AppealState.LATE, True)
    with pytest.raises(RuleBroken, match="took part"):
        handling.admit_late_appeal(appeal, "It was.", by=a_manager(), at=late)
    with pytest.raises(NotPermitted):
        handling.admit_late_appeal(appeal, "It was.", by=owner, at=late)
    handling.admit_late_appeal(appeal, "The flood is known.", by=coordinator, at=late)
    assert get_appeal(appeal.id).state == AppealState.FILED
    assert "The flood is known." in letters_of("appeals/admit_late")[0].body

    other = a_draft_appeal(at=late)
    filing.file_late_appeal(other, "Holidays.", by=owner_of(other.application), at=late)
    handling.refuse_late_appeal(get_appeal(other.id), "Holidays are no obstacle.", by=coordinator, at=late)
    assert get_appeal(other.id).state == AppealState.REFUSED


def test_only_writers_of_the_applicant_file_and_only_against_a_decision() -> None:
    rejected, submitted = a_rejected_application(), a_submitted_application()
    before = traces()
    for stranger in (an_applicant(), a_manager(), a_coordinator()):
        with pytest.raises(NotPermitted):
            filing.start_appeal(rejected, "x", by=stranger, at=AT)
    with pytest.raises(RuleBroken, match="no decision"):
        filing.start_appeal(submitted, "x", by=owner_of(submitted), at=AT)
    draft = a_draft_appeal(rejected)
    assert a_draft_appeal(rejected).id == draft.id
    assert traces()[2] == before[2]


def test_an_appeal_is_withdrawn_and_written_again_in_time() -> None:
    appeal = a_filed_appeal()
    owner = owner_of(appeal.application)
    with pytest.raises(NotPermitted):
        filing.withdraw_appeal(appeal, by=a_manager(), at=NEXT_DAY)
    filing.withdraw_appeal(appeal, by=owner, at=NEXT_DAY)
    assert len(letters_of("appeals/withdraw")) == 1
    assert a_filed_appeal(get_application(appeal.application_id)).number == "AP-IN2-2026-000002"


# Who decides ---------------------------------------------------------------------------------------------------------


def test_whoever_was_involved_does_not_decide_and_may_appoint() -> None:
    appeal = a_filed_appeal()
    manager, elsewhere, coordinator = a_manager(), a_manager("NL-NB"), a_coordinator()
    experts = {one.expert.user_id for one in list_assignments(appeal.application_id)}
    assert {manager.id, *experts} <= list_involved(appeal)
    with pytest.raises(RuleBroken, match="took part in what led"):
        handling.take_up_appeal(appeal, by=manager, at=NEXT_DAY)
    with pytest.raises(NotPermitted):
        handling.take_up_appeal(appeal, by=elsewhere, at=NEXT_DAY)
    assert [one.id for one in list_candidates(appeal)] == [coordinator.id, elsewhere.id]
    with pytest.raises(RuleBroken, match="involved before"):
        handling.appoint_appeal(appeal, manager, by=manager, at=NEXT_DAY)
    with pytest.raises(RuleBroken, match="no role"):
        handling.appoint_appeal(appeal, an_applicant(), by=manager, at=NEXT_DAY)
    handling.appoint_appeal(appeal, elsewhere, by=manager, at=NEXT_DAY)
    appeal = get_appeal(appeal.id)
    assert (appeal.state, appeal.decider_id) == (AppealState.TAKEN_UP, elsewhere.id)
    with pytest.raises(NotPermitted, match="Another person"):
        ruling.reject_appeal(appeal, "No.", by=coordinator, at=NEXT_DAY)
    handling.hand_back_appeal(appeal, "I know the firm.", by=elsewhere, at=NEXT_DAY)
    assert get_appeal(appeal.id).decider_id is None


def test_whoever_is_involved_after_taking_it_up_no_longer_decides() -> None:
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences", None, email="both@office.example")
    appeal = a_filed_appeal()
    handling.take_up_appeal(appeal, by=coordinator, at=NEXT_DAY)
    appeal = get_appeal(appeal.id)
    assert coordinator.id not in list_involved(appeal)
    with pytest.raises(RuleBroken, match="Give the reasons"):
        ruling.reject_appeal(appeal, " ", by=coordinator, at=NEXT_DAY)
    ruling.reject_appeal(appeal, "Sound.", by=coordinator, at=NEXT_DAY)
    assert get_application(appeal.application_id).state == ApplicationState.REJECTED
    assert "Sound." in letters_of("appeals/reject")[0].body
    with pytest.raises(WrongState):
        ruling.uphold_appeal(appeal, "After all.", by=coordinator, at=NEXT_DAY)


# What comes of it ----------------------------------------------------------------------------------------------------


def test_an_upheld_appeal_is_awarded_from_the_money_of_its_list() -> None:
    other = an_awarded_application()
    appeal = an_appeal_being_decided()
    ruling.uphold_appeal(appeal, "Marks of another project.", by=a_coordinator(), at=NEXT_DAY)
    application = get_application(appeal.application_id)
    decision = find_decision(application.id)
    assert decision is not None
    assert (application.state, application.awarded) == (ApplicationState.AWARDED, EUR("7000"))
    assert (decision.state, decision.decided_by_id) == (DecisionState.AWARDED, a_coordinator().id)
    assert on_stage(Account.PRE_COMMITTED) == EUR("14000")
    assert get_application(other.id).awarded == EUR("7000")
    assert "up to EUR 7,000.00" in letters_of("appeals/uphold")[0].body
    assert list(list_faults()) == []


def test_an_upheld_appeal_against_ineligibility_goes_on_to_the_evaluation() -> None:
    submitted = a_submitted_application()
    verdict = {"provider": Verdict(Outcome.NOT_MET, "The partner owns it.")}
    find_ineligible(submitted, verdict, by=a_manager(), at=AT)
    assert "appeal until 4 November 2026" in letters_of("evaluation/find_ineligible")[0].body
    appeal = an_appeal_being_decided(get_application(submitted.id))
    assert appeal.against is Against.INELIGIBLE
    ruling.uphold_appeal(appeal, "Nobody owns it.", by=a_coordinator(), at=NEXT_DAY)
    application = get_application(submitted.id)
    assert application.state == ApplicationState.ELIGIBLE
    a_marked_assignment(application)


def test_below_a_threshold_nothing_is_upheld_but_it_may_be_marked_again_by_others() -> None:
    appeal = an_appeal_being_decided(a_rejected_application(marks=WEAK))
    coordinator, before = a_coordinator(), list_assignments(appeal.application_id)
    with pytest.raises(RuleBroken, match="thresholds"):
        ruling.uphold_appeal(appeal, "Wrong.", by=coordinator, at=NEXT_DAY)
    ruling.order_new_marks_appeal(get_appeal(appeal.id), "Other project.", by=coordinator, at=NEXT_DAY)
    application = get_application(appeal.application_id)
    assert (application.state, application.score) == (ApplicationState.IN_EVALUATION, None)
    assert {one.state for one in list_assignments(application.id)} == {AssignmentState.SET_ASIDE}
    with pytest.raises(RuleBroken, match="before the appeal"):
        assign_expert(application, before[0].expert, by=a_manager(), at=NEXT_DAY)
    for _number in before:
        a_marked_assignment(get_application(application.id), at=NEXT_DAY)
    again = get_application(application.id)
    assert (again.state, again.score) == (ApplicationState.EVALUATED, "18")
    a_decision(again, "award", at=NEXT_DAY)
    assert get_application(application.id).state == ApplicationState.AWARDED


def test_no_upheld_appeal_rests_on_marks_of_an_expert_with_a_conflict() -> None:
    appeal = an_appeal_being_decided()
    expert = list_assignments(appeal.application_id)[0].expert
    owner, name = appeal.application.organisation.name, expert.user.name
    declare_interests(expert, "Shares.", [owner], name, by=expert.user, at=NEXT_DAY)
    before = traces()
    with pytest.raises(RuleBroken, match="Have it marked again by others") as refused:
        ruling.uphold_appeal(appeal, "Marks of another project.", by=a_coordinator(), at=NEXT_DAY)
    assert name in str(refused.value)
    assert (get_appeal(appeal.id).state, traces()) == (appeal.state, before)
    ruling.order_new_marks_appeal(get_appeal(appeal.id), "By others.", by=a_coordinator(), at=NEXT_DAY)
    assert get_application(appeal.application_id).state == ApplicationState.IN_EVALUATION


def test_an_award_is_raised_and_an_offer_made_before_is_written_anew() -> None:
    application = an_awarded_application(amount=EUR("5000"))
    manager = a_manager()
    issuing.issue_agreement(application, asked_for(application), by=manager, at=AT)
    offer = find_agreement_of(application.id)
    assert offer is not None
    appeal = an_appeal_being_decided(get_application(application.id))
    assert appeal.against is Against.LESS
    accept_all(offer, manager, at=NEXT_DAY)
    assert get_agreement(offer.id).state == AgreementState.OFFERED
    agreement_jobs.activate_agreements(at=NEXT_DAY)
    agreement_jobs.expire_agreements(at=NEXT_DAY + timedelta(days=40))
    assert get_agreement(offer.id).state == AgreementState.OFFERED
    ruling.uphold_appeal(appeal, "All of it is needed.", by=a_coordinator(), at=NEXT_DAY)
    assert get_application(application.id).awarded == EUR("7000")
    agreement_jobs.offer_again(application_id=application.id, at=NEXT_DAY)
    agreement_jobs.offer_again(application_id=application.id, at=NEXT_DAY)
    again = get_agreement(offer.id)
    assert (again.amount, again.is_accepted_by_all) == (EUR("7000"), False)
    assert accept_all(again, manager, at=NEXT_DAY).state == AgreementState.ACTIVE
    assert on_stage(Account.COMMITTED) == EUR("7000")
    assert list(list_faults()) == []


# Suspension ----------------------------------------------------------------------------------------------------------


def test_without_suspensive_effect_nothing_waits() -> None:
    winner = an_awarded_application()
    a_filed_appeal()
    assert find_suspension(winner, at=NEXT_DAY) is None
    issuing.issue_agreement(winner, asked_for(winner), by=a_manager(), at=NEXT_DAY)


# Races ---------------------------------------------------------------------------------------------------------------


def test_two_deciders_at_the_same_moment_one_stands(app: Any) -> None:
    appeal, people = a_filed_appeal(), [a_coordinator(), a_member_of_staff(Role.COORDINATOR, "in2lifesciences")]
    appeal_id, ids, outcomes = appeal.id, [one.id for one in people], []
    gate = threading.Barrier(2)

    def take_up(person_id: int) -> None:
        with app.app_context():
            mine, person = get_appeal(appeal_id), get_user(person_id)
            gate.wait()
            try:
                handling.take_up_appeal(mine, by=person, at=NEXT_DAY)
                outcomes.append("mine")
            except WrongState:
                outcomes.append("another")

    db.session.rollback()
    threads = [threading.Thread(target=take_up, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["another", "mine"]
