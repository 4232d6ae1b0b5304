"""Appeals with suspensive effect, and appeals upheld where the money has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.agreements import asked_for
from tests.builders.appeals import a_coordinator, a_filed_appeal, a_rejected_application, an_appeal_being_decided
from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_decision, a_manager, an_awarded_application, an_evaluated_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import signed_in
from vouchers.agreements.actions import issuing
from vouchers.appeals.actions import filing, ruling
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries.waiting import find_suspension, find_suspensions, list_suspended_awards
from vouchers.appeals.states import Against, AppealState
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import stages
from vouchers.reports.queries.matters.matter import Seen, look_at
from vouchers.reports.queries.matters.registry import MATTERS
from vouchers.users.mandate import mandate_of

AT = during_call()
NEXT_DAY = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def moment(app: Any, clock: Any) -> None:
    clock.stop(AT)


def on_stage(stage: Account) -> Money:
    return Money(stages(region="BE-WAL")[stage.value])


def suspensive(euros: int = 100_000) -> None:
    """IN2LifeSciences with so much money in Wallonia and appeals that suspend."""
    text = IN2_FILE.read_text(encoding="utf-8")
    text = text.replace("{region: BE-WAL, amount: 100000}", f"{{region: BE-WAL, amount: {euros}}}")
    text = text.replace("{BE-WAL: 100000,", f"{{BE-WAL: {euros},").replace("all: 800000", f"all: {700_000 + euros}")
    place = text.index("    allocation:", text.index('code: "2026-1"'))
    a_programme(text[:place] + "    appeal: {within_days: 14, suspensive: true}\n" + text[place:])


def test_an_upheld_appeal_without_money_stands_first_on_the_reserve_list() -> None:
    suspensive(10_000)
    winner = an_awarded_application()
    best = an_evaluated_application(marks={"novelty": "5", "benefit": "5", "partnership": "5"})
    a_decision(best, "reserve")
    appeal = an_appeal_being_decided(a_rejected_application())
    ruling.uphold_appeal(appeal, "Wrong.", by=a_coordinator(), at=NEXT_DAY)
    application = get_application(appeal.application_id)
    decision = find_decision(application.id)
    assert decision is not None
    assert (application.state, decision.stands_first) == (ApplicationState.RESERVED, True)
    assert "does not suffice for it now." in decision.reason
    waiting = [place.entry.key for place in get_contest_of(application).places if place.entry.is_open]
    assert waiting == [application.id, best.id]
    assert get_application(winner.id).state == ApplicationState.AWARDED
    assert on_stage(Account.PRE_COMMITTED) == EUR("7000")


def test_with_suspensive_effect_agreements_wait_for_the_time_and_for_open_appeals() -> None:
    suspensive()
    manager, winner, rejected = a_manager(), an_awarded_application(), a_rejected_application()
    end = datetime(2026, 10, 19, 21, 59, 59, tzinfo=UTC)
    with pytest.raises(RuleBroken, match="waits until 19 October 2026, 23:59:59"):
        issuing.issue_agreement(winner, asked_for(winner), by=manager, at=NEXT_DAY)
    assert find_suspension(winner, at=end + timedelta(seconds=1)) is None
    appeal = a_filed_appeal(rejected)
    after = end + timedelta(days=1)
    with pytest.raises(RuleBroken, match="1 appeal about the same money is open"):
        issuing.issue_agreement(winner, asked_for(winner), by=manager, at=after)
    filing.withdraw_appeal(appeal, by=owner_of(rejected), at=after)
    issuing.issue_agreement(get_application(winner.id), asked_for(winner), by=manager, at=after)
    elsewhere = an_awarded_application(region="NL-NB")
    assert find_suspension(elsewhere, at=NEXT_DAY) is None


def test_the_desk_and_the_list_know_which_awards_wait_with_as_many_queries(client: Any) -> None:
    suspensive()
    manager, winner, rejected = a_manager(), an_awarded_application(), a_rejected_application()
    elsewhere = an_awarded_application(region="NL-NB")
    asked = queries_of(lambda: find_suspensions([winner], at=NEXT_DAY))
    assert find_suspensions([winner], at=NEXT_DAY) == {winner.id: find_suspension(winner, at=NEXT_DAY)}
    second = an_awarded_application("MG")
    awards = [get_application(one.id) for one in (winner, second, elsewhere)]
    db.session.expire_all()
    awards = [get_application(one.id) for one in awards]
    assert queries_of(lambda: find_suspensions(awards, at=NEXT_DAY)) <= asked
    assert winner.id in find_suspensions(awards, at=NEXT_DAY)
    assert elsewhere.id not in find_suspensions(awards, at=NEXT_DAY)
    assert "Waits for the time of appeal" in signed_in(client, manager).get("/agreements/awards").text
    assert winner.id in list_suspended_awards(at=NEXT_DAY)
    later = datetime(2026, 11, 30, tzinfo=UTC)
    assert list_suspended_awards(at=later) == []
    a_filed_appeal(rejected)
    assert winner.id in list_suspended_awards(at=later)
    waiting = look_at(next(one for one in MATTERS if one.code == "agreements"), mandate_of(manager), seen_by(manager))
    assert winner.reference not in {row.reference for row in waiting.rows}
    assert "Waits for the ruling on an appeal" in signed_in(client, manager).get("/agreements/awards").text


def seen_by(manager: Any) -> Seen:
    return Seen(manager.id, NEXT_DAY, "Europe/Brussels")


def test_an_award_waits_for_the_own_appeal_in_any_call(client: Any) -> None:
    in2()
    manager, winner = a_manager(), an_awarded_application()
    assert list_suspended_awards(at=NEXT_DAY) == []
    filed = {"state": AppealState.FILED, "started_by_id": winner.started_by_id, "started_at": AT, "filed_at": AT}
    told = {"told_at": AT, "due_at": NEXT_DAY, "text": "More.", "version": 1}
    with unit_of_work():
        db.session.add(Appeal(application_id=winner.id, against=Against.LESS, **filed, **told))
    assert list_suspended_awards(at=NEXT_DAY) == [winner.id]
    found = look_at(next(one for one in MATTERS if one.code == "agreements"), mandate_of(manager), seen_by(manager))
    assert found.count == 0
    assert "Waits for the ruling on an appeal" in signed_in(client, manager).get("/agreements/awards").text
