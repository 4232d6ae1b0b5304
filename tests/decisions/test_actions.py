"""Awards that set money aside, the reserve list, rejections."""

import threading

import pytest
from sqlalchemy import func, select

from tests.builders.applications import an_organisation, owner_of
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    an_awarded_application,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import an_applicant
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR, Money
from vouchers.core.text import say
from vouchers.decisions.actions import deciding as actions
from vouchers.decisions.actions.many import Outcome, decide_many
from vouchers.decisions.models import Decision
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.rules.ranking import Entry, Place, Standing
from vouchers.decisions.rules.shortage import Shortage, shortage_of
from vouchers.decisions.states import DecisionState
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.letters.models import Letter
from vouchers.users.models import User

AT = during_call()
ENTRY = Entry(1, (1,), EUR("7000"))
WEAK = {"novelty": "2", "benefit": "4", "partnership": "4"}
BETTER = {"novelty": "5", "benefit": "5", "partnership": "5"}


@pytest.fixture
def office(app):
    return in2()


def with_money(euros):
    """IN2LifeSciences with only so many euros in Wallonia."""
    text = IN2_FILE.read_text(encoding="utf-8")
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    return a_programme(text)


def on_stage(stage, region="BE-WAL"):
    return Money(stages(region=region)[stage.value])


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


# Awards --------------------------------------------------------------------------------------------------------------


def test_award_decision_sets_the_money_aside_and_tells_the_applicant(office):
    application = an_awarded_application(requested="6999.99")
    decision = queries.find_decision(application.id)
    assert application.state == ApplicationState.AWARDED
    assert application.awarded == EUR("6999.99")
    assert (decision.state, decision.amount, decision.rank, decision.score) == (
        DecisionState.AWARDED,
        EUR("6999.99"),
        1,
        "18",
    )
    assert on_stage(Account.PRE_COMMITTED) == EUR("6999.99")
    assert on_stage(Account.AVAILABLE) == EUR("93000.01")
    (letter,) = letters("decisions/award")
    assert letter.to_email == owner_of(application).email
    assert "€6,999.99" in letter.body
    assert "agreement comes by email" in letter.body
    journal = db.session.scalars(select(Journal).where(Journal.tag == "decision.award")).one()
    assert (journal.reference, journal.step_id) == (application.reference, letter.step_id)
    assert list(list_faults()) == []


def test_award_decision_of_an_instrument_without_experts_needs_no_marks(office):
    application = an_awarded_application("MG")
    decision = queries.find_decision(application.id)
    assert (decision.amount, decision.score, decision.rank) == (EUR("500"), None, 1)


def test_award_decision_may_give_less(office):
    application = an_evaluated_application()
    a_decision(application, amount=EUR("5000"))
    assert get_application(application.id).awarded == EUR("5000")


def refused(application, amount=None, reason="", by=None, at=AT):
    """What is refused leaves no trace."""
    before = count(Decision), count(Journal), count(Letter), get_application(application.id).state
    by = by or a_manager(application.region.code)
    with pytest.raises((RuleBroken, NotPermitted, WrongState)) as refusal:
        actions.award_decision(application, amount, reason, by=by, at=at)
    assert (count(Decision), count(Journal), count(Letter), get_application(application.id).state) == before
    return refusal.value


def test_award_decision_refuses_more_than_asked_for(office):
    application = an_evaluated_application(amount="4000")
    assert "At most EUR 4,000.00" in str(refused(application, EUR("4000.01")))


def test_award_decision_refuses_what_is_below_a_threshold(office):
    application = an_evaluated_application(marks=WEAK)
    assert "What is new: 2; at least 2.5 is needed." in str(refused(application))


def test_award_decision_refuses_incomplete_marks(office):
    application = an_eligible_application()
    assert "its marks are not complete yet" in str(refused(application))


def test_award_decision_refuses_a_second_voucher_of_the_same_company(office):
    owner = an_applicant()
    organisation = an_organisation(owner)
    first = an_eligible_application("MG", owner=owner, organisation=organisation)
    second = an_eligible_application("MG", owner=owner, organisation=organisation)
    a_decision(first)
    assert "has 1 voucher already (running); at most 1" in str(refused(second))


def test_award_decision_refuses_an_activity_that_has_begun(office):
    application = an_eligible_application("MG", answers={"activity_start": "2026-10-06", "activity_end": "2026-10-08"})
    later = AT.replace(day=6)
    assert "starts on 6 October 2026, which is not after today" in str(refused(application, at=later))


def test_award_decision_refuses_another_regions_manager_and_the_applicant(office):
    application = an_evaluated_application()
    for person in (a_manager("NL-NB"), owner_of(application)):
        assert isinstance(refused(application, by=person), NotPermitted)


def test_award_decision_refuses_to_award_twice(office):
    application = an_awarded_application()
    assert isinstance(refused(application), WrongState)


def test_a_strict_stop_passes_over_a_better_place_only_with_a_reason(office):
    better, worse = an_evaluated_application(marks=BETTER), an_evaluated_application()
    refusal = refused(worse)
    assert better.reference in str(refusal)
    assert refusal.field == "reason"
    decision = actions.award_decision(worse, None, "The better one is withdrawn soon.", by=a_manager(), at=AT)
    assert (decision.rank, decision.reason) == (2, "The better one is withdrawn soon.")


def test_a_better_place_that_was_decided_is_not_passed_over(office):
    better, worse = an_evaluated_application(marks=BETTER), an_evaluated_application()
    actions.reject_decision(better, "Out of scope.", by=a_manager(), at=AT)
    assert actions.award_decision(worse, None, by=a_manager(), at=AT).rank == 2


def test_too_little_money_is_said_with_the_figure_and_nothing_changes(app):
    with_money(13_000)
    an_awarded_application()
    second = an_evaluated_application()
    assert str(refused(second)) == "Only EUR 6,000.00 are left in Wallonia for this call."
    assert on_stage(Account.AVAILABLE) == EUR("6000")


def test_the_last_cent_can_be_awarded_whatever_the_rounding(app):
    with_money(100)
    for amount in ("50.01", "49.99"):
        an_awarded_application(requested="50.01") if amount == "50.01" else a_decision(
            an_evaluated_application(amount="50"), amount=EUR(amount)
        )
    assert on_stage(Account.AVAILABLE) == EUR("0")
    assert list(list_faults()) == []


@pytest.mark.postgres
def test_of_two_managers_who_award_the_last_7000_at_once_one_is_told_that_nothing_is_left(app):
    with_money(7_000)
    ids = [an_evaluated_application().id for _number in range(2)]
    manager_id = a_manager().id
    outcomes, both = [], threading.Barrier(2)

    def award(application_id):
        with app.app_context():
            application, manager = get_application(application_id), db.session.get(User, manager_id)
            both.wait()
            try:
                actions.award_decision(application, None, "First come.", by=manager, at=AT)
                outcomes.append("awarded")
            except RuleBroken as broken:
                outcomes.append(str(broken))

    db.session.rollback()
    threads = [threading.Thread(target=award, args=(application_id,)) for application_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Only EUR 0.00 are left in Wallonia for this call.", "awarded"]
    assert count(Decision) == 1
    assert on_stage(Account.PRE_COMMITTED) == EUR("7000")
    assert on_stage(Account.AVAILABLE) == EUR("0")
    assert list(list_faults()) == []


# Reserve and reject --------------------------------------------------------------------------------------------------


def test_reserve_decision_sets_nothing_aside_and_can_be_awarded_later(office):
    application = an_evaluated_application()
    a_decision(application, "reserve")
    assert get_application(application.id).state == ApplicationState.RESERVED
    assert on_stage(Account.PRE_COMMITTED) == EUR("0")
    assert "reserve list follows in order" in letters("decisions/reserve")[0].body
    a_decision(get_application(application.id), "award")
    assert [one.state for one in queries.list_decisions(application.id)] == [
        DecisionState.RESERVED,
        DecisionState.AWARDED,
    ]


def test_a_place_within_the_money_is_put_on_the_reserve_list_only_with_a_reason_and_the_letter_says_that(office):
    application = an_evaluated_application()
    for act in (
        lambda: actions.reserve_decision(application, " ", by=a_manager(), at=AT),
        lambda: _first_refusal(decide_many([application], Outcome.RESERVE, "", by=a_manager(), at=AT)),
    ):
        with pytest.raises(RuleBroken, match="The money does not end before its place: say why"):
            act()
    assert count(Decision) == 0
    decision = actions.reserve_decision(application, "The board keeps it for Insight.", by=a_manager(), at=AT)
    assert decision.basis["short_of"] is None
    body = letters("decisions/reserve")[0].body
    assert "The board keeps it for Insight." in body
    assert "money of the region does not reach it" not in body


def _first_refusal(told):
    raise RuleBroken(say(told[0].sentence)) if not told[0].is_done else AssertionError(told)


def test_the_letter_says_that_the_money_or_the_vouchers_end_before_a_place_where_they_do(app):
    with_money(3_000)
    decision = actions.reserve_decision(an_evaluated_application(), by=a_manager(), at=AT)
    assert decision.basis["short_of"] == "money"
    assert "reserve list. The money of the region does not reach it." in letters("decisions/reserve")[0].body
    assert shortage_of(Place(ENTRY, 2, False, Standing.BEYOND), 0) is Shortage.VOUCHERS
    assert shortage_of(Place(ENTRY, 2, False, Standing.BEYOND), 1) is Shortage.MONEY
    for standing in set(Standing) - {Standing.BEYOND}:
        assert shortage_of(Place(ENTRY, 2, False, standing), 0) is None


def test_reserve_decision_refuses_what_is_below_a_threshold(office):
    application = an_evaluated_application(marks=WEAK)
    with pytest.raises(RuleBroken, match="thresholds"):
        a_decision(application, "reserve")
    assert count(Decision) == 0


def test_reject_decision_tells_reason_marks_and_comments_without_names(office):
    application = an_evaluated_application(marks=WEAK)
    a_decision(application, "reject", reason="Not new enough.")
    (letter,) = letters("decisions/reject")
    for words in (
        "Not new enough.",
        "What is new: 2 (at least 2.5 is needed)",
        "- Well founded.",
        "you can appeal until",
    ):
        assert words in letter.body
    for sheet in db.session.scalars(select(User).where(User.email.like("expert%"))):
        assert sheet.name not in letter.body


def test_reject_decision_needs_a_reason(office):
    application = an_evaluated_application()
    with pytest.raises(RuleBroken, match="Say why"):
        actions.reject_decision(application, "  ", by=a_manager(), at=AT)
    assert count(Decision) == 0


@pytest.mark.parametrize("verb", ["reserve", "reject"])
def test_another_regions_manager_may_not_decide(office, verb):
    application = an_evaluated_application()
    stranger = a_manager("NL-NB")
    act = {"reserve": actions.reserve_decision, "reject": actions.reject_decision}[verb]
    with pytest.raises(NotPermitted):
        act(application, "x", by=stranger, at=AT)
    assert count(Decision) == 0


# Many at once --------------------------------------------------------------------------------------------------------


def test_decide_many_decides_each_by_itself(app):
    with_money(10_000)
    first, second = an_evaluated_application(marks=BETTER), an_evaluated_application()
    told = decide_many([first, second], Outcome.AWARD, "", by=a_manager(), at=AT)
    assert [(one.is_done, one.sentence) for one in told] == [
        (True, "Awarded: EUR 7,000.00."),
        (False, "Only EUR 3,000.00 are left in Wallonia for this call."),
    ]
    applications = [get_application(one.id) for one in (first, second)]
    again = decide_many(applications, Outcome.AWARD, "", by=a_manager(), at=AT)
    assert (again[0].is_done, again[0].sentence) == (True, "This was done before.")
    assert count(Decision) == 1
    rest = decide_many([applications[1]], Outcome.RESERVE, "", by=a_manager(), at=AT)
    assert rest[0].is_done
    applications = [get_application(one.id) for one in (first, second)]
    last = decide_many(applications, Outcome.REJECT, "Closed.", by=a_manager(), at=AT)
    assert [one.is_done for one in last] == [False, True]
