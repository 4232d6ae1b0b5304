"""Moving money between envelopes: two persons, only what is available, the same file again changes nothing."""

import pytest
from sqlalchemy import func, select

from tests.builders.applications import IN2
from tests.builders.evaluation import a_manager, an_awarded_application
from tests.builders.programmes import IN2_FILE, LOADED_AT, a_programme, during_call, in2, plan_of
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import a_member_of_staff
from tests.decisions.test_actions_queueing import at_once, first_come, states, submitted, walked
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR, Money
from vouchers.decisions import jobs
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.letters.models import Letter
from vouchers.programmes.actions import Correction, load_programme, record_received_funds
from vouchers.transfers import actions, queries
from vouchers.transfers.states import TransferState
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture
def office(app):
    return in2()


def approved(amount="10000", source="BE-WAL", target="NL-GE"):
    transfer = a_proposed_transfer(amount, source, target)
    actions.approve_transfer(transfer, by=a_manager(target), at=AT)
    return queries.get_transfer(transfer.id)


def on_stage(region, stage=Account.AVAILABLE):
    return Money(stages(region=region)[stage.value])


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == f"transfers/{occasion}")))


def test_propose_transfer_moves_nothing_and_writes_to_the_other_side(office):
    receiver = a_manager("NL-GE")
    transfer = a_proposed_transfer()
    assert transfer.state == TransferState.PROPOSED
    assert on_stage("BE-WAL") == on_stage("NL-GE") == EUR("100000")
    (letter,) = letters("propose")
    assert letter.to_email == receiver.email
    assert "€10,000.00" in letter.body
    assert "Gelderland has more demand." in letter.body


def test_approve_transfer_moves_appropriation_and_available_line_by_line(office):
    transfer = approved("10000.01")
    assert transfer.state == TransferState.APPROVED
    assert (on_stage("BE-WAL"), on_stage("NL-GE")) == (EUR("89999.99"), EUR("110000.01"))
    assert on_stage("BE-WAL", Account.APPROPRIATION) == EUR("89999.99")
    assert on_stage("NL-GE", Account.APPROPRIATION) == EUR("110000.01")
    source, target = IN2.envelope("BE-WAL"), IN2.envelope("NL-GE")
    assert (source.amount, source.transferred) == (EUR("100000"), EUR("-10000.01"))
    assert [part.transferred for part in source.funds] == [EUR("-6000.01"), EUR("-4000")]
    assert [part.transferred for part in target.funds] == [EUR("6000.01"), EUR("4000")]
    journal = db.session.scalars(select(Journal).where(Journal.event == "transfer")).one()
    assert (journal.tag, journal.reference) == ("envelope_transfer.approve", transfer.reference)
    assert list(list_faults()) == []
    assert letters("approve")[0].to_email == a_manager("BE-WAL").email


def test_what_has_come_can_be_awarded_there(office):
    approved("99000")
    with pytest.raises(RuleBroken, match=r"Only EUR 1,000\.00 are left"):
        an_awarded_application("COL")
    assert an_awarded_application("COL", "NL-GE").awarded == EUR("7000")


def test_the_same_file_again_neither_fails_nor_undoes_a_transfer(office):
    approved()
    text = IN2_FILE.read_text(encoding="utf-8")
    assert load_programme(plan_of(text), by=OFFICE, at=LOADED_AT) == []
    other = text.replace("+32 2 000 00 00", "+32 2 000 00 01", 1)  # another content, the same money
    assert other != text
    changes = load_programme(plan_of(other), by=OFFICE, at=LOADED_AT)
    assert not [change for change in changes if change.kind == "envelope"]
    assert (on_stage("BE-WAL"), on_stage("NL-GE")) == (EUR("90000"), EUR("110000"))


def test_more_voted_by_a_correction_comes_on_top_of_a_transfer(office):
    approved()
    text = IN2_FILE.read_text(encoding="utf-8").replace(
        "{region: BE-WAL, amount: 100000}", "{region: BE-WAL, amount: 120000}"
    )
    text = text.replace("{BE-WAL: 100000,", "{BE-WAL: 120000,").replace("all: 800000", "all: 820000")
    correction = Correction("2026-1", "More money")
    changes = load_programme(plan_of(text), correction=correction, by=OFFICE, at=LOADED_AT)
    assert [str(change.code) for change in changes if change.kind == "envelope"] == ["2026-1/BE-WAL/*"]
    assert (on_stage("BE-WAL"), on_stage("NL-GE")) == (EUR("110000"), EUR("110000"))


def test_receiving_funds_follows_what_was_moved(office):
    approved("50000")
    officer = a_member_of_staff(Role.FINANCE_OFFICER, IN2.code, "NL-GE", at=AT)
    record_received_funds(
        IN2.envelope("NL-GE"), "ERDF", EUR("90000"), on=AT.date(), reference="X", by=officer, at=AT
    )  # 60 % of 150,000
    assert list(list_faults()) == []


@pytest.mark.parametrize("amount", ["100000.01", "0"])
def test_propose_transfer_refuses_what_is_not_available(office, amount):
    with pytest.raises(RuleBroken):
        a_proposed_transfer(amount)
    assert letters("propose") == []


def test_propose_transfer_refuses_another_call(office):
    with pytest.raises(RuleBroken, match="another budget"):
        a_proposed_transfer(target="BE-WAL")


def test_only_available_money_moves(office):
    an_awarded_application("COL")
    with pytest.raises(RuleBroken, match=r"Only EUR 93,000\.00 are available"):
        a_proposed_transfer("93000.01")
    transfer = a_proposed_transfer("93000")
    an_awarded_application("MG")
    with pytest.raises(RuleBroken, match=r"Only EUR 92,500\.00 are available"):
        actions.approve_transfer(transfer, by=a_manager("NL-GE"), at=AT)
    assert queries.get_transfer(transfer.id).state == TransferState.PROPOSED
    assert on_stage("NL-GE") == EUR("100000")


def test_the_receiving_region_cannot_take(office):
    with pytest.raises(NotPermitted, match="the region that gives"):
        a_proposed_transfer(by=a_manager("NL-GE"))


@pytest.mark.parametrize("decide", [actions.approve_transfer, actions.refuse_transfer])
def test_the_proposer_does_not_decide(office, decide):
    coordinator = a_member_of_staff(Role.COORDINATOR, IN2.code, at=AT)
    transfer = a_proposed_transfer(by=coordinator)
    more = ("No.",) if decide is actions.refuse_transfer else ()
    with pytest.raises(NotPermitted, match="somebody else must decide"):
        decide(transfer, *more, by=coordinator, at=AT)
    with pytest.raises(NotPermitted, match="the region that receives"):
        decide(transfer, *more, by=a_manager("BE-WAL"), at=AT)
    assert on_stage("NL-GE") == EUR("100000")


def test_a_coordinator_may_be_the_second_person(office):
    transfer = a_proposed_transfer()
    actions.approve_transfer(transfer, by=a_member_of_staff(Role.COORDINATOR, IN2.code, at=AT), at=AT)
    assert on_stage("NL-GE") == EUR("110000")


def test_refuse_transfer_says_why_to_the_proposer(office):
    transfer = a_proposed_transfer()
    actions.refuse_transfer(transfer, "We have enough.", by=a_manager("NL-GE"), at=AT)
    assert queries.get_transfer(transfer.id).state == TransferState.REFUSED
    (letter,) = letters("refuse")
    assert letter.to_email == a_manager("BE-WAL").email
    assert "We have enough." in letter.body
    with pytest.raises(WrongState):
        actions.approve_transfer(transfer, by=a_manager("NL-GE"), at=AT)


def test_withdraw_transfer_is_the_proposers(office):
    transfer = a_proposed_transfer()
    with pytest.raises(NotPermitted, match="Only the person who proposed"):
        actions.withdraw_transfer(transfer, "", by=a_manager("NL-GE"), at=AT)
    a_manager("NL-GE")
    actions.withdraw_transfer(transfer, "A mistake.", by=a_manager("BE-WAL"), at=AT)
    assert queries.get_transfer(transfer.id).state == TransferState.WITHDRAWN
    assert letters("withdraw")[0].to_email == a_manager("NL-GE").email


def test_money_stays_on_its_fund_line(app):
    text = IN2_FILE.read_text(encoding="utf-8").replace(
        "{region: NL-GE, amount: 100000}", "{region: NL-GE, amount: 100000, shares: {REGION: 100000}}"
    )
    a_programme(text)
    with pytest.raises(RuleBroken, match="no money of ERDF"):
        a_proposed_transfer()
    transfer = approved(source="NL-GE", target="BE-WAL")  # the other way round the line is there
    assert [part.transferred for part in transfer.target.funds] == [EUR("0"), EUR("10000")]
    assert an_awarded_application("COL").awarded == EUR("7000")
    assert list(list_faults()) == []


def test_what_comes_goes_to_the_next_in_the_queue(app):
    first_come(500)
    found = submitted(2)
    assert walked(found) == ["awarded", "reserved"]
    approved("500", source="NL-GE", target="BE-WAL")
    job = db.session.scalars(select(QueuedJob).order_by(QueuedJob.id.desc()).limit(1)).one()
    assert job.name == "decisions.walk_queue"
    jobs.walk_queue(at=AT, **job.arguments)
    assert states(found) == ["awarded", "awarded"]


def test_two_transfers_of_the_last_money_at_once(app):
    in2()
    ids = [a_proposed_transfer("60000", target="NL-GE").id, a_proposed_transfer("60000", target="DE-BW").id]
    people = [a_manager("NL-GE").id, a_manager("DE-BW").id]

    def approve(transfer_id, person_id):
        actions.approve_transfer(queries.get_transfer(transfer_id), by=db.session.get(User, person_id), at=AT)
        return "moved"

    pairs = zip(ids, people, strict=True)
    told = at_once(app, *(lambda one=one, who=who: approve(one, who) for one, who in pairs))
    assert sorted(told) == ["Only EUR 40,000.00 are available. What is awarded or paid cannot be moved.", "moved"]
    assert on_stage("BE-WAL") == EUR("40000")
    assert on_stage("NL-GE") + on_stage("DE-BW") == EUR("260000")
    assert db.session.scalar(select(func.count(Journal.id)).where(Journal.event == "transfer")) == 1
    assert list(list_faults()) == []


def test_transfers_in_both_directions_at_once_do_not_wait_in_a_circle(app):
    in2()
    there, back = a_proposed_transfer("60000"), a_proposed_transfer("50000", source="NL-GE", target="BE-WAL")
    who = {there.id: a_manager("NL-GE").id, back.id: a_manager("BE-WAL").id}

    def approve(transfer_id):
        actions.approve_transfer(queries.get_transfer(transfer_id), by=db.session.get(User, who[transfer_id]), at=AT)
        return "moved"

    assert at_once(app, *(lambda one=one: approve(one) for one in who)) == ["moved", "moved"]
    assert (on_stage("BE-WAL"), on_stage("NL-GE")) == (EUR("90000"), EUR("110000"))
    assert [IN2.envelope(code).transferred for code in ("BE-WAL", "NL-GE")] == [EUR("-10000"), EUR("10000")]
