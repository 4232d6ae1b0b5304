"""Appeals with suspensive effect, and appeals upheld where the money has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.agreements import asked_for
from tests.builders.appeals import a_coordinator, a_filed_appeal, a_rejected_application, an_appeal_being_decided
from tests.builders.applications import owner_of
from tests.builders.evaluation import a_decision, a_manager, an_awarded_application, an_evaluated_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from vouchers.agreements.actions import issuing
from vouchers.appeals.actions import filing, ruling
from vouchers.appeals.queries.waiting import find_suspension
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import stages

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
    assert "No money is left for it now." in decision.reason
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
