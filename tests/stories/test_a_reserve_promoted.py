"""Awards are declined and lapse, and the reserve list moves by itself: in its order, once, within the money."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.agreements import asked_for
from tests.builders.appeals import a_coordinator, a_filed_appeal, an_appeal_being_decided
from tests.builders.applications import owner_of
from tests.builders.deciding import at_once
from tests.builders.evaluation import a_decision, a_manager, an_evaluated_application
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import signed_in
from vouchers.agreements.actions.ending import decline_award
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.agreements.jobs import expire_agreements
from vouchers.agreements.queries import find_agreement_of
from vouchers.appeals.actions import handling, ruling
from vouchers.appeals.queries.files import get_appeal
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.decisions.jobs import walk_queue, walk_queues
from vouchers.decisions.models import Decision, QueueHold
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.states import DecisionState
from vouchers.jobs.actions import run_job
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.letters.models import Letter
from vouchers.users.queries import get_user

AT = during_call()
LATER = AT + timedelta(days=1)
MARKS = [
    {"novelty": novelty, "benefit": benefit, "partnership": "5"}
    for novelty, benefit in (("5", "5"), ("4.5", "5"), ("4", "5"), ("3.5", "5"), ("3", "5"), ("3", "4.5"))
]
DECLINE = {"reason": "We found the money elsewhere."}


def the_call(euros, *, policy="strict_stop", suspensive=False):
    """IN2LifeSciences with so much money in Wallonia, and with this rule at the cut."""
    text = IN2_FILE.read_text(encoding="utf-8")
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    before, code, rest = text.partition('code: "2026-1"')
    rest = rest.replace("    cut_policy: strict_stop", f"    cut_policy: {policy}", 1)
    if suspensive:
        rest = rest.replace("    allocation:", "    appeal: {within_days: 14, suspensive: yes}\n    allocation:", 1)
    a_programme(before + code + rest)


def ranked(*amounts, awarded=2):
    """One on each place, in this order; the first ones are awarded, the others wait on the reserve list."""
    experts = [an_expert(at=AT), an_expert(at=AT)]
    found = [
        an_evaluated_application(experts=experts, marks=marks, amount=amount)
        for marks, amount in zip(MARKS, amounts, strict=False)
    ]
    for place, application in enumerate(found):
        a_decision(application, "award" if place < awarded else "reserve")
    return [get_application(one.id) for one in found]


def work(at=LATER):
    """What the office has promised itself is done, as a worker does it."""
    db.session.rollback()
    wanted = select(QueuedJob.id).where(QueuedJob.name == "decisions.walk_queue", QueuedJob.done_at.is_(None))
    for number in db.session.scalars(wanted.order_by(QueuedJob.id)).all():
        assert run_job(number, at=at)


def states(found):
    db.session.rollback()
    return " ".join(get_application(one.id).state.value for one in found)


def on_stage(stage):
    return Money(stages(region="BE-WAL")[stage.value])


def booked(since):
    """What the books say has happened, in order."""
    return list(db.session.scalars(select(Journal.narrative).where(Journal.id > since).order_by(Journal.id)))


def letters_to(application):
    found = select(func.count(Letter.id)).where(
        Letter.to_email == owner_of(application).email, Letter.occasion == "decisions/award"
    )
    return db.session.scalar(found)


def offer(application, at):
    """The agreement is offered; nobody accepts it."""
    issue_agreement(application, asked_for(application), by=a_manager(), at=at)
    return find_agreement_of(application.id)


@pytest.mark.parametrize(
    ("policy", "after_one", "after_both", "left"),
    [
        ("strict_stop", "awarded withdrawn reserved reserved", "awarded withdrawn awarded awarded", "1000"),
        ("skip", "awarded withdrawn reserved awarded", "awarded withdrawn awarded awarded", "1000"),
        ("partial", "awarded withdrawn awarded reserved", "awarded withdrawn awarded awarded", "5000"),
    ],
)
def test_one_declines_one_lapses_and_the_list_moves(app, client, clock, policy, after_one, after_both, left):
    clock.stop(AT)
    the_call(14_000, policy=policy)
    first, second, *waiting = ranked("7000", "7000", "5000", "4000", "6000", "2000")
    offered = offer(second, AT + timedelta(hours=2))
    clock.stop(LATER)
    gone = signed_in(app.test_client(), owner_of(waiting[1]))
    assert gone.post(f"/applications/{waiting[1].id}/withdraw", data=DECLINE).status_code == 303
    work()
    assert states(waiting) == "reserved withdrawn reserved reserved"

    since = db.session.scalar(select(func.max(Journal.id)))
    sme = signed_in(client, owner_of(first))
    assert sme.post(f"/agreements/awards/{first.id}/decline", data=DECLINE).status_code == 303
    work()
    walk_queues(at=LATER)
    assert (states([first]), states(waiting)) == ("lapsed", after_one)
    named = [waiting[0], *[one for one in waiting[2:] if get_application(one.id).awarded]]
    assert booked(since) == [
        f"Award of {first.reference} declined",
        *[f"{one.reference} awarded to {one.organisation.name}" for one in named],
    ]
    if policy == "partial":
        assert get_application(waiting[2].id).awarded == EUR("2000")

    late = clock.stop(offered.accept_by + timedelta(seconds=1))
    for _twice in range(2):
        expire_agreements(at=late)
    work(late)
    walk_queues(at=late)
    assert (states([second]), states(waiting)) == ("lapsed", after_both)
    assert on_stage(Account.AVAILABLE) == EUR(left)
    assert on_stage(Account.PRE_COMMITTED) == EUR("14000") - EUR(left)
    assert [letters_to(one) for one in waiting] == [1, 0, 1, 1]
    assert {find_decision(one.id).decided_by_id for one in (waiting[0], waiting[2], waiting[3])} == {None}
    assert list(list_faults()) == []


def test_whoever_is_right_in_an_appeal_stands_first_when_money_comes_back(app, clock):
    """While the appeal is open the list moves all the same, but with suspensive effect no agreement is made."""
    clock.stop(AT)
    the_call(15_000, suspensive=True)
    first, second, third, fourth, wronged = ranked("7000", "7000", "7000", "7000", "7000")
    a_filed_appeal(wronged, at=LATER)
    decline_award(first, "No.", by=owner_of(first), at=LATER)
    work()
    assert states([third, fourth, wronged]) == "awarded reserved reserved"
    closed = AT + timedelta(days=20)
    with pytest.raises(RuleBroken, match="1 appeal about the same money is open"):
        offer(get_application(third.id), closed)

    appeal = get_appeal(1)
    handling.take_up_appeal(appeal, by=a_coordinator(), at=closed)
    ruling.uphold_appeal(get_appeal(1), "Marks of another project.", by=a_coordinator(), at=closed)
    work(closed)
    assert states([third, fourth, wronged]) == "awarded reserved reserved"
    assert find_decision(wronged.id).stands_first
    decline_award(get_application(second.id), "No.", by=owner_of(second), at=closed + timedelta(days=1))
    work(closed + timedelta(days=1))
    assert states([third, fourth, wronged]) == "awarded reserved awarded"
    decline_award(get_application(third.id), "No.", by=owner_of(third), at=closed + timedelta(days=2))
    work(closed + timedelta(days=2))
    assert states([third, fourth, wronged]) == "lapsed awarded awarded"
    assert (on_stage(Account.AVAILABLE), db.session.scalar(select(func.count(QueueHold.id)))) == (EUR("1000"), 0)
    assert list(list_faults()) == []


def test_two_who_decline_at_once_promote_two_others_each_once(app):
    the_call(15_000)
    first, second, *waiting = ranked("7000", "7000", "7000", "7000", "7000")
    place = {"call_id": first.call_id, "region_id": first.region_id, "at": LATER}
    pairs = [(one.id, owner_of(one).id) for one in (first, second)]

    def decline(number, owner):
        decline_award(get_application(number), "No.", by=get_user(owner), at=LATER)
        walk_queue(**place, is_freed=True)

    db.session.rollback()
    presses = [lambda pair=pair: decline(*pair) for pair in pairs] + [lambda: walk_queue(**place, is_freed=True)] * 2
    assert at_once(app, *presses) == ["done"] * 4
    work()
    assert states([first, second, *waiting]) == "lapsed lapsed awarded awarded reserved"
    promoted = db.session.scalars(
        select(Decision.application_id).where(Decision.state == DecisionState.AWARDED, Decision.decided_at == LATER)
    ).all()
    assert sorted(promoted) == sorted(one.id for one in waiting[:2])
    assert (on_stage(Account.AVAILABLE), on_stage(Account.PRE_COMMITTED)) == (EUR("1000"), EUR("14000"))
    assert [letters_to(one) for one in waiting] == [1, 1, 0]
    assert list(list_faults()) == []


def test_an_appeal_is_upheld_while_the_list_moves_and_one_place_is_given_once(app):
    """The same application by two ways at once: neither waits for the other in a circle."""
    the_call(8_000)
    first, second, third = ranked("7000", "7000", "7000", awarded=1)
    appeal = an_appeal_being_decided(second, at=LATER)
    coordinator = a_coordinator().id
    decline_award(first, "No.", by=owner_of(first), at=LATER)
    place = {"call_id": first.call_id, "region_id": first.region_id, "at": LATER}
    number = appeal.id

    def uphold():
        ruling.uphold_appeal(get_appeal(number), "Wrong.", by=get_user(coordinator), at=LATER)

    db.session.rollback()
    told = at_once(app, uphold, lambda: walk_queue(**place, is_freed=True))
    assert "done" in told
    assert all(one == "done" or "can no longer change anything" in one for one in told)
    assert states([first, second, third]) == "lapsed awarded reserved"
    assert (on_stage(Account.AVAILABLE), on_stage(Account.PRE_COMMITTED)) == (EUR("1000"), EUR("7000"))
    assert list(list_faults()) == []
