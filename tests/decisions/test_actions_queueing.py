"""First come, first served: the office walks the queue in the order of the receipts."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.applications import (
    IN2,
    a_complete_draft,
    a_submitted_application,
    an_organisation,
    declare_no_aid,
    owner_of,
)
from tests.builders.enquiries import a_clarification
from tests.builders.evaluation import GOOD, a_manager, a_marked_assignment, an_eligible_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import an_applicant
from vouchers.applications.actions.submitting import submit_application, withdraw_application
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.decisions import jobs
from vouchers.decisions.actions import deciding
from vouchers.decisions.actions.queueing import hold_application, walk_queue
from vouchers.decisions.models import Decision, QueueHold
from vouchers.decisions.queries import queues
from vouchers.decisions.queries.contests import list_decisions
from vouchers.decisions.rules.queue import Verdict
from vouchers.eligibility.actions import sign_aid_declaration
from vouchers.evaluation.actions.checks import find_eligible, find_ineligible
from vouchers.evaluation.models import Finding
from vouchers.evaluation.rules.findings import Verdict as Word
from vouchers.jobs.models import QueuedJob
from vouchers.jobs.registry import JOBS, PERIODIC
from vouchers.ledger.chart import Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import shares_on_stage, stages
from vouchers.ledger.recipes import release_precommitment
from vouchers.letters.models import Letter
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition

AT = during_call()
WALLONIA = "{region: BE-WAL, amount: 100000}"
UNCLEAR = {"turnover": "60 000 000", "balance_sheet": "50 000 000"}
"""Not an SME by what is written: a person must look."""
S = ApplicationState


def first_come(euros, policy="strict_stop", reserve="yes", quota=None):
    """IN2LifeSciences 2026-1 as first come, first served, with so many euros in Wallonia."""
    text = IN2_FILE.read_text(encoding="utf-8").replace("allocation: ranking", "allocation: first_come")
    text = text.replace("cut_policy: strict_stop", f"cut_policy: {policy}")
    text = text.replace("reserve_list: yes", f"reserve_list: {reserve}")
    limit = f", quota: {quota}" if quota else ""
    text = text.replace(WALLONIA, f"{{region: BE-WAL, amount: {euros}{limit}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    return a_programme(text)


def submitted(count=1, instrument="MG", **how):
    return [a_submitted_application(instrument, **how) for _ in range(count)]


def walked(applications, at=AT):
    """The queue walked to its end; the states of these afterwards."""
    jobs.walk_queue(call_id=applications[0].call_id, region_id=applications[0].region_id, at=at)
    return states(applications)


def states(applications):
    return [get_application(one.id).state.value for one in applications]


def queue_of(application):
    application = get_application(application.id)
    (found,) = queues.list_queues(IN2.call(application.call.code), application.region)
    return found


def verdicts(application):
    return [place.verdict for place in queue_of(application).places]


def promised():
    found = db.session.scalars(select(QueuedJob).where(QueuedJob.name == "decisions.walk_queue")).all()
    return [job.arguments for job in found]


# Papers that come later ----------------------------------------------------------------------------------------------


def an_undeclared_application():
    """Handed in before its company has declared the aid that it received."""
    draft = a_complete_draft("MG")
    submit_application(draft, by=owner_of(draft), at=AT)
    return get_application(draft.id)


def test_who_declares_its_aid_later_keeps_its_place_and_needs_no_person(app):
    first_come(1200)
    early, later = an_undeclared_application(), submitted()[0]
    assert walked([early, later]) == ["submitted", "awarded"]
    assert walked([early, later], AT + timedelta(hours=1)) == ["submitted", "awarded"]

    declare_no_aid(early.organisation, by=owner_of(early), at=AT + timedelta(hours=2))
    jobs.walk_queues(at=AT + timedelta(hours=3))
    assert states([early]) == ["awarded"]
    assert list_decisions(early.id)[-1].rank == 1


def test_a_paper_that_settles_nothing_leaves_the_application_to_its_person(app):
    first_come(1200)
    unclear = submitted(1, answers=UNCLEAR)[0]
    assert walked([unclear]) == ["submitted"]
    owner, at = owner_of(unclear), AT + timedelta(hours=2)
    organisation = get_application(unclear.id).organisation
    sign_aid_declaration(organisation, {"members": [], "entries": []}, signed_name=owner.name, by=owner, at=at)
    assert walked([unclear], AT + timedelta(hours=3)) == ["submitted"]


# Who gets the money --------------------------------------------------------------------------------------------------


def test_walk_queue_awards_in_order_until_the_money_ends(app):
    first_come(1200)
    found = submitted(4)
    assert walked(found) == ["awarded", "awarded", "reserved", "reserved"]

    ranks = [list_decisions(one.id)[-1].rank for one in found[:2]]
    assert ranks == [1, 2]
    decisions = db.session.scalars(select(Decision)).all()
    assert {decision.decided_by_id for decision in decisions} == {None}
    assert {finding.found_by_id for finding in db.session.scalars(select(Finding))} == {None}
    assert Money(stages(region="BE-WAL")[Account.AVAILABLE.value]) == EUR("200")
    (letter, *_more) = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/award"))
    assert letter.to_email == owner_of(found[0]).email
    assert "In the order of submission" in letter.body
    assert list(list_faults()) == []


def test_walk_queue_again_changes_nothing(app):
    first_come(1200)
    found = submitted(3)
    walked(found)
    before = db.session.scalar(select(func.count(Decision.id)))
    assert walk_queue(found[0].call_id, found[0].region_id, by=OFFICE, at=AT) == 0
    assert walked(found) == ["awarded", "awarded", "reserved"]
    assert db.session.scalar(select(func.count(Decision.id))) == before


def test_the_order_is_that_of_the_receipts_not_of_the_references(app):
    first_come(500)
    early, late = a_complete_draft("MG"), a_complete_draft("MG")
    for draft in (early, late):
        declare_no_aid(draft.organisation, by=owner_of(draft), at=AT)
    submit_application(late, by=owner_of(late), at=AT)
    submit_application(early, by=owner_of(early), at=AT)
    assert walked([early, late]) == ["reserved", "awarded"]
    assert why_of(early) == "The money ended before its place."


def test_a_smaller_wish_passes_only_where_the_call_says_so(app):
    first_come(700)
    found = [*submitted(2), *submitted(1, amount="200")]
    assert walked(found) == ["awarded", "reserved", "reserved"]


def test_a_smaller_wish_passes_with_skip(app):
    first_come(700, policy="skip")
    found = [*submitted(2), *submitted(1, amount="200")]
    assert walked(found) == ["awarded", "reserved", "awarded"]


def test_the_rest_is_given_with_partial(app):
    first_come(700, policy="partial")
    found = submitted(3)
    assert walked(found) == ["awarded", "awarded", "reserved"]
    assert get_application(found[1].id).awarded == EUR("200")


def test_without_a_reserve_list_the_rest_waits_for_the_manager(app):
    first_come(500, reserve="no")
    found = submitted(2)
    assert walked(found) == ["awarded", "eligible"]
    assert verdicts(found[0]) == [Verdict.BEYOND]


def why_of(application):
    return db.session.scalars(select(Decision.reason).where(Decision.application_id == application.id)).one()


def test_the_quota_in_numbers_holds_whatever_money_is_left(app):
    first_come(100_000, quota=2)
    found = submitted(3)
    assert walked(found) == ["awarded", "awarded", "reserved"]
    assert why_of(found[2]) == "The region has given as many vouchers as it may before its place."
    with pytest.raises(RuleBroken, match="2 vouchers from this money; the call allows 2"):
        deciding.award_decision(found[2], None, by=a_manager(), at=AT)
    assert states(found)[2] == "reserved"


# Who needs a person --------------------------------------------------------------------------------------------------


def test_who_needs_a_person_keeps_place_and_money(app):
    first_come(1000)
    unclear, *rest = [*submitted(1, answers=UNCLEAR), *submitted(2)]
    assert walked([unclear, *rest]) == ["submitted", "awarded", "eligible"]
    assert verdicts(unclear) == [Verdict.KEEPS, Verdict.BEHIND]
    hold = queues.map_holds([unclear.id])[unclear.id]
    assert [one["rule"] for one in hold.reasons] == ["sme"]
    assert "above 50 million" in hold.reasons[0]["sentence"]

    find_eligible(unclear, {"sme": Word("met", "The figures are in another currency.")}, by=a_manager(), at=AT)
    assert walked([unclear, *rest]) == ["awarded", "awarded", "reserved"]
    assert list(list_faults()) == []


def test_who_is_asked_for_clarification_waits_for_a_person(app):
    first_come(1000)
    asked, *rest = submitted(2)
    a_clarification(a_manager(), asked, "title", due_on=(AT + timedelta(days=5)).date(), at=AT)
    assert walked([asked, *rest]) == ["submitted", "awarded"]
    hold = queues.map_holds([asked.id])[asked.id]
    assert "asked for clarification" in hold.reasons[0]["sentence"]


def test_once_the_person_says_no_the_next_one_moves_up(app):
    first_come(1000)
    unclear, *rest = [*submitted(1, answers=UNCLEAR), *submitted(2)]
    walked([unclear, *rest])
    find_ineligible(unclear, {}, by=a_manager(), at=AT)
    assert walked([unclear, *rest]) == ["ineligible", "awarded", "awarded"]


def test_a_person_cannot_give_the_kept_money_to_one_behind(app):
    first_come(1000)
    unclear, *rest = [*submitted(1, answers=UNCLEAR), *submitted(2)]
    walked([unclear, *rest])
    with pytest.raises(RuleBroken, match="kept for those ahead"):
        deciding.award_decision(rest[1], None, "Because.", by=a_manager(), at=AT)
    assert states(rest) == ["awarded", "eligible"]


def test_the_limit_of_a_company_stops_its_second_award(app):
    first_come(10_000)
    owner = an_applicant()
    organisation = an_organisation(owner)
    found = submitted(2, owner=owner, organisation=organisation)
    other = submitted(1)
    assert walked([*found, *other]) == ["awarded", "eligible", "awarded"]  # one running voucher per company
    (reason,) = queues.map_holds([found[1].id])[found[1].id].reasons
    assert reason["sentence"].startswith("This company has 1 voucher already")


def test_what_forbids_an_award_is_noted_and_left_to_a_person(app):
    first_come(500)
    first, second = submitted(2)
    assert walked([first, second]) == ["awarded", "reserved"]
    a_declined(first)
    late = AT.replace(year=2027, month=7, day=2)  # its activity has begun, and it needed the approval before
    assert walked([first, second], at=late) == ["lapsed", "reserved"]
    (reason,) = queues.map_holds([second.id])[second.id].reasons
    assert "cannot be approved any more" in reason["sentence"]
    assert verdicts(second) == [Verdict.KEEPS]


def a_declined(application):
    """Its award is not taken up: the money is available again."""
    with unit_of_work():
        application = get_application(application.id)
        shares = shares_on_stage(application.reference, Account.PRE_COMMITTED)
        with transition(application, APPLICATION.lapse, by=OFFICE, at=AT) as step:
            step.post(release_precommitment(shares, voucher=application.reference, narrative="Declined"))


# Money that comes back -----------------------------------------------------------------------------------------------


def test_money_that_comes_back_goes_to_the_next_in_order(app):
    first_come(1000)
    found = submitted(4)
    assert walked(found) == ["awarded", "awarded", "reserved", "reserved"]
    a_declined(found[0])
    assert walked(found) == ["lapsed", "awarded", "awarded", "reserved"]
    assert list(list_faults()) == []


def test_who_withdraws_gives_place_and_money_to_those_behind(app):
    first_come(500)
    unclear, other = [*submitted(1, answers=UNCLEAR), *submitted(1)]
    assert walked([unclear, other]) == ["submitted", "eligible"]
    withdraw_application(unclear, "", by=owner_of(unclear), at=AT)
    assert promised()[-1] == {"call_id": other.call_id, "region_id": other.region_id}
    assert walked([unclear, other]) == ["withdrawn", "awarded"]


def test_walk_queues_looks_at_every_queue_in_which_somebody_waits(app):
    first_come(1000)
    found = [*submitted(1), *submitted(1, region="NL-GE")]
    jobs.walk_queues(at=AT)
    assert states(found) == ["awarded", "awarded"]
    assert PERIODIC["decisions.walk_queues"] == 300


# Marks ---------------------------------------------------------------------------------------------------------------


def test_what_experts_judge_keeps_its_place_while_they_mark(app):
    first_come(7000)
    marked, later = [*submitted(1, "COL"), *submitted(1, "COL")]
    assert walked([marked, later]) == ["eligible", "eligible"]
    assert verdicts(marked) == [Verdict.KEEPS, Verdict.KEEPS]

    for _ in range(2):  # the later one is marked first: that does not help it
        a_marked_assignment(get_application(later.id), marks=GOOD)
    assert walked([marked, later]) == ["eligible", "evaluated"]
    for _ in range(2):
        a_marked_assignment(get_application(marked.id), marks=GOOD)
    assert walked([marked, later]) == ["awarded", "reserved"]


def test_below_a_threshold_it_gives_its_money_free(app):
    first_come(7000)
    marked, later = [*submitted(1, "COL"), *submitted(1, "COL")]
    walked([marked, later])
    weak = {**GOOD, "novelty": "1"}
    for application, marks in ((marked, weak), (later, GOOD)):
        for _ in range(2):
            a_marked_assignment(get_application(application.id), marks=marks)
    assert walked([marked, later]) == ["evaluated", "awarded"]
    assert verdicts(marked) == [Verdict.OUT]


# Who may, and what is promised ---------------------------------------------------------------------------------------


def test_a_submission_promises_the_walk_in_its_own_step(app):
    first_come(500)
    (application,) = submitted(1)
    (arguments,) = promised()
    assert arguments == {
        "call_id": application.call_id,
        "region_id": application.region_id,
        "application_id": application.id,
    }
    assert queues.is_taken_up(application.id) is False
    JOBS["decisions.walk_queue"](at=AT, **arguments)
    assert states([application]) == ["awarded"]
    assert queues.is_taken_up(application.id) is True


def test_a_ranking_call_promises_nothing_and_is_never_walked(app):
    in2()
    found = submitted(1)
    assert promised() == []
    assert walked(found) == ["submitted"]
    jobs.walk_queues(at=AT)
    assert states(found) == ["submitted"]


def test_the_office_decides_by_itself_only_where_the_call_says_so(app):
    in2()
    application = an_eligible_application("MG")
    with pytest.raises(NotPermitted):
        deciding.reserve_decision(application, "Later.", by=OFFICE, at=AT)
    assert states([application]) == ["eligible"]
    assert db.session.scalar(select(func.count(Decision.id))) == 0


def test_a_person_holds_nobody_in_the_queue(app):
    first_come(500)
    (application,) = submitted(1)
    with pytest.raises(NotPermitted):
        hold_application(get_application(application.id), [], by=a_manager(), at=AT)
    assert db.session.scalar(select(func.count(QueueHold.id))) == 0


# At the same moment --------------------------------------------------------------------------------------------------


def at_once(app, *presses):
    start = threading.Barrier(len(presses))
    told = []

    def run(press):
        with app.app_context():
            start.wait()
            try:
                told.append(press())
            except RuleBroken as refused:
                told.append(str(refused))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return told


def test_several_workers_walk_the_same_queue(app):
    first_come(1500)
    found = submitted(6)
    call_id, region_id = found[0].call_id, found[0].region_id
    at_once(app, *[lambda: jobs.walk_queue(call_id=call_id, region_id=region_id, at=AT)] * 4)
    assert states(found) == ["awarded"] * 3 + ["reserved"] * 3
    assert db.session.scalar(select(func.count(Decision.id))) == 6
    assert list(list_faults()) == []


def test_two_awards_cannot_both_be_the_last_one_of_a_company(app):
    """In two regions' money at once: the company is held, not only the budget."""
    in2()
    owner = an_applicant()
    organisation = an_organisation(owner)
    first = an_eligible_application("MG", owner=owner, organisation=organisation)
    second = a_submitted_application("MG", owner=owner, organisation=organisation)
    find_eligible(second, {"per_sme": Word("met", "The other one is decided first.")}, by=a_manager(), at=AT)
    manager, ids = a_manager().id, (first.id, second.id)

    def award(application_id):
        who = db.session.get(User, manager)
        deciding.award_decision(get_application(application_id), None, "Board", by=who, at=AT)
        return "awarded"

    told = at_once(app, *(lambda one=one: award(one) for one in ids))
    assert sorted(states([first, second])) == ["awarded", "eligible"]
    assert next(one for one in told if one != "awarded").startswith("This company has 1 voucher already")
