"""Who may release a batch: limits, second accounts, and what changed or the bank said since the batch was made."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sepaxml
from lxml import etree
from sqlalchemy import select

from tests.builders.appeals import a_coordinator
from tests.builders.applications import owner_of
from tests.builders.claims import a_finance_officer
from tests.builders.counting import queries_of
from tests.builders.likenesses import REASON, a_namesake
from tests.builders.payments import (
    PAID_AT,
    TUESDAY,
    Desk,
    a_confirmed_account,
    a_made_batch,
    an_authorised_claim,
    owed_for,
    payable_of,
)
from tests.builders.programmes import IN2_FILE, IN2_LIMITS, a_programme, in2
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, Refused, RuleBroken
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document
from vouchers.documents.store import read_bytes
from vouchers.letters.models import Letter
from vouchers.likenesses.queries import list_noted_of
from vouchers.likenesses.states import Part
from vouchers.organisations.actions import confirm_bank_account, propose_bank_account
from vouchers.organisations.queries import get_bank_account
from vouchers.payables.actions.checking import record_payee_check
from vouchers.payables.queries import get_payable, list_chosen
from vouchers.payables.states import CheckResult, PayableState
from vouchers.payments import queries
from vouchers.payments.actions import batches
from vouchers.payments.actions.fates import reject_payment
from vouchers.payments.actions.releasing import (
    ensure_within_limits,
    find_left_today,
    list_limits_against,
    map_releasers,
)
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.payments.rules.batches import say_accounts
from vouchers.payments.states import BatchState, FileVersion
from vouchers.users.actions.persons import join_accounts
from vouchers.users.queries import get_user
from vouchers.workflow.transition import OFFICE

FRENCH = "FR1420041010050500013M02606"
SCHEMA_03 = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.03.xsd"


def limited(**limits):
    """IN2LifeSciences with these payment limits."""
    lines = "".join(f"    {role}: {amount}\n" for role, amount in limits.items())
    a_programme(IN2_FILE.read_text(encoding="utf-8").replace(IN2_LIMITS, f"  payment_limits:\n{lines}", 1))


def test_a_sum_above_the_limit_of_a_role_needs_a_higher_one(app):
    limited(finance_officer=6999, cluster_manager=7000)
    desk = Desk()
    batch = a_made_batch(desk)
    assert not BATCH.is_open_to(desk.second, batch, "authorise")
    with pytest.raises(NotPermitted, match="Whose role is “Cluster manager” may"):
        batches.authorise_batch(batch, by=desk.second, at=PAID_AT)
    batches.authorise_batch(queries.get_batch(batch.id), by=desk.manager, at=PAID_AT)
    assert queries.get_batch(batch.id).state == BatchState.AUTHORISED


def test_who_looks_like_the_maker_authorises_with_a_reason_only(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    twin = a_namesake(desk.maker)
    with pytest.raises(RuleBroken, match="took the first step: the same name") as refused:
        batches.authorise_batch(batch, by=twin, at=PAID_AT)
    assert refused.value.field == "two_persons"
    assert queries.get_batch(batch.id).state == BatchState.MADE
    assert list_noted_of(("batch", batch.id)) == []

    batches.authorise_batch(queries.get_batch(batch.id), by=twin, at=PAID_AT, two_persons=f" {REASON}\n")
    noted = list_noted_of(("batch", batch.id))
    assert [(one.actor_id, one.other_id, one.part, one.signs, one.reason) for one in noted] == [
        (twin.id, desk.maker.id, Part.FIRST, ["name"], REASON)
    ]
    assert noted[0].step_id == db.session.scalar(
        select(AuditEvent.step_id).where(AuditEvent.tag == "batch.authorise", AuditEvent.subject_id == batch.id)
    )


def test_who_looks_like_a_member_of_the_payee_pays_with_a_reason_only(app):
    in2()
    desk = Desk()
    claim = an_authorised_claim(desk)
    member = get_user(payable_of(claim).organisation.memberships[0].user_id)
    twin = a_namesake(member)
    with pytest.raises(RuleBroken, match="gains by it, or acts for who does: the same name"):
        batches.make_batch(owed_for(claim), TUESDAY, by=twin, at=PAID_AT)
    assert payable_of(claim).state == PayableState.OPEN
    batch = batches.make_batch(owed_for(claim), TUESDAY, by=twin, at=PAID_AT, two_persons=REASON)
    with pytest.raises(RuleBroken, match="two persons"):
        batches.authorise_batch(queries.get_batch(batch.id), by=a_namesake(member), at=PAID_AT)
    batches.authorise_batch(queries.get_batch(batch.id), by=desk.second, at=PAID_AT)
    assert [(one.verb, one.part) for one in list_noted_of(("batch", batch.id))] == [("make", Part.PAYEE)]


def test_the_same_person_under_another_account_authorises_nothing_whatever_the_reason(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    twin = a_namesake(desk.maker)
    join_accounts(desk.maker, twin, by=OFFICE, at=PAID_AT)
    with pytest.raises(NotPermitted, match="You made this batch"):
        batches.authorise_batch(batch, by=twin, at=PAID_AT, two_persons=REASON)
    member = get_user(batch.payments[0].payable.organisation.memberships[0].user_id)
    join_accounts(member, desk.second, by=OFFICE, at=PAID_AT)
    with pytest.raises(NotPermitted, match="belong to the organisation"):
        batches.authorise_batch(
            queries.get_batch(batch.id), by=get_user(desk.second.id), at=PAID_AT, two_persons=REASON
        )
    assert queries.get_batch(batch.id).state == BatchState.MADE


def another_batch(desk, *, at=PAID_AT, amount="400"):
    """Of another company, made by the same officer."""
    claim = an_authorised_claim(desk, "MG", amount=amount)
    return batches.make_batch(owed_for(claim), TUESDAY, by=desk.maker, at=at)


def test_a_limit_is_not_got_round_by_two_batches_on_one_day(app):
    limited(finance_officer=7399, cluster_manager=7400)
    desk = Desk()
    batches.authorise_batch(a_made_batch(desk), by=desk.second, at=PAID_AT)
    second = another_batch(desk)
    with pytest.raises(RuleBroken, match=r"released EUR 7,000\.00 today: EUR 399\.00 are left"):
        batches.authorise_batch(queries.get_batch(second.id), by=desk.second, at=PAID_AT)
    assert find_left_today(second, desk.second, at=PAID_AT) == EUR("399")
    assert find_left_today(second, desk.manager, at=PAID_AT) == EUR("7400")
    assert find_left_today(second, desk.second, at=PAID_AT + timedelta(days=1)) == EUR("7399")

    twin = a_namesake(desk.second)
    join_accounts(desk.second, twin, by=OFFICE, at=PAID_AT)
    with pytest.raises(RuleBroken, match=r"EUR 399\.00 are left"):
        batches.authorise_batch(queries.get_batch(second.id), by=get_user(twin.id), at=PAID_AT)
    batches.authorise_batch(queries.get_batch(second.id), by=desk.second, at=PAID_AT + timedelta(days=1))
    assert queries.get_batch(second.id).state == BatchState.AUTHORISED


def test_what_came_back_counts_no_more(app):
    limited(finance_officer=7399)
    desk = Desk()
    first = a_made_batch(desk)
    batches.authorise_batch(first, by=desk.second, at=PAID_AT)
    payment = queries.get_batch(first.id).payments[0]
    reject_payment(payment, "AC04", by=desk.maker, at=PAID_AT)
    assert find_left_today(queries.get_batch(first.id), desk.second, at=PAID_AT) == EUR("7399")
    batches.authorise_batch(queries.get_batch(another_batch(desk).id), by=desk.second, at=PAID_AT)


def test_a_payment_that_is_split_over_days_is_added_for_its_payee(app):
    limited(finance_officer=7399, payee_days=10)
    desk = Desk()
    first = a_made_batch(desk)
    batches.authorise_batch(first, by=desk.second, at=PAID_AT)
    second = another_batch(desk)
    paid = queries.get_batch(first.id).payments[0]
    with unit_of_work():
        queries.get_batch(second.id).payments[0].iban = paid.iban  # two companies of one account at the bank
    with pytest.raises(RuleBroken, match=r"to one payee within 10 days, and have released EUR 7,000\.00"):
        ensure_within_limits(queries.get_batch(second.id), by=desk.second, at=PAID_AT + timedelta(days=9))
    ensure_within_limits(queries.get_batch(second.id), by=desk.second, at=PAID_AT + timedelta(days=10))


def said(batch, *, at=PAID_AT):
    """Who may authorise a batch at a moment, and what is said of the others."""
    [batch] = queries.list_waiting([batch.id])
    found = map_releasers([batch], at=at)[batch.id]
    return {one.user.id: str(one.reason) if one.reason is not None else one.left for one in found}


def test_who_may_authorise_now_is_counted_with_what_each_has_released(app):
    limited(finance_officer=7399, cluster_manager=8000, payee_days=10)
    desk = Desk()
    a_finance_officer("NL-GE")
    first, second = a_made_batch(desk), another_batch(desk)
    assert said(first) == {desk.second.id: EUR("7399"), desk.manager.id: EUR("8000")}, "not its maker, nobody elsewhere"
    batches.authorise_batch(first, by=desk.second, at=PAID_AT)
    assert said(second) == {desk.second.id: "EUR 399.00 left today", desk.manager.id: EUR("8000")}
    assert said(second, at=PAID_AT + timedelta(days=1))[desk.second.id] == EUR("7399")
    join_accounts(desk.second, desk.manager, by=OFFICE, at=PAID_AT)
    assert said(second)[desk.manager.id] == EUR("1000"), "one person under two accounts"
    with unit_of_work():
        queries.get_batch(second.id).payments[0].iban = queries.get_batch(first.id).payments[0].iban
    later = PAID_AT + timedelta(days=9)
    name = queries.get_batch(second.id).payments[0].creditor_name
    assert said(second, at=later)[desk.second.id] == f"EUR 399.00 left for {name} within 10 days"
    [against] = list_limits_against(queries.get_batch(second.id), desk.second, at=later)
    assert "to one payee within 10 days" in str(against)
    assert said(second, at=PAID_AT + timedelta(days=10))[desk.second.id] == EUR("7399")


def test_a_batch_above_the_limit_of_a_role_names_the_limit(app):
    limited(finance_officer=6999, cluster_manager=7000)
    desk = Desk()
    batch = a_made_batch(desk)
    assert said(batch) == {desk.second.id: "the limit is EUR 6,999.00", desk.manager.id: EUR("7000")}


def test_many_batches_ask_as_often_as_one(app):
    limited(finance_officer=7399)
    desk = Desk()
    ids = [a_made_batch(desk).id, another_batch(desk).id]

    def weighed(some):
        db.session.rollback()
        return queries_of(lambda: map_releasers(queries.list_waiting(some), at=PAID_AT))

    assert weighed(ids) == weighed(ids[:1])


@pytest.mark.postgres
def test_two_batches_that_one_person_releases_at_the_same_moment_are_added(app):
    limited(finance_officer=7399)
    desk = Desk()
    ids, person_id = [a_made_batch(desk).id, another_batch(desk).id], desk.second.id
    refused = []

    def release(batch_id):
        try:
            batches.authorise_batch(queries.get_batch(batch_id), by=get_user(person_id), at=PAID_AT)
        except RuleBroken as why:
            refused.append(str(why))

    at_the_same_moment(app, lambda: release(ids[0]), lambda: release(ids[1]))
    db.session.rollback()
    db.session.expire_all()
    states = sorted(queries.get_batch(one).state for one in ids)
    assert states == [BatchState.AUTHORISED, BatchState.MADE]
    assert len(refused) == 1
    assert "a day, and have released" in refused[0]


def test_what_no_role_may_release_is_not_made_into_a_batch(app):
    limited(finance_officer=100, cluster_manager="6999.99")
    desk = Desk()
    claim = an_authorised_claim(desk)
    with pytest.raises(RuleBroken, match=r"no role may release more than EUR 6,999\.99"):
        batches.make_batch(owed_for(claim), TUESDAY, by=desk.maker, at=PAID_AT)


def test_those_who_may_authorise_are_written_to(app):
    limited(finance_officer=100)
    desk = Desk()
    a_made_batch(desk)
    written = db.session.scalars(select(Letter.to_email).where(Letter.occasion == "payments/make")).all()
    assert written == [desk.manager.email]


def test_where_nobody_may_authorise_those_hear_who_can_change_that_and_nobody_is_asked_in_vain(app):
    limited(finance_officer=7399, cluster_manager=100)
    desk = Desk()
    coordinator = a_coordinator()
    batches.authorise_batch(a_made_batch(desk), by=desk.second, at=PAID_AT)
    before = letters_of("payments/make")
    another_batch(desk)
    assert letters_of("payments/make") == before
    told = letters_of("payments/nobody")
    assert [one.to_email for one in told] == [desk.maker.email, coordinator.email]
    assert "Nobody of Wallonia may authorise" in told[0].heading
    assert f"- {desk.second.name} (EUR 399.00 left today)" in told[0].body
    assert f"- {desk.manager.name} (the limit is EUR 100.00)" in told[0].body


def letters_of(occasion):
    return db.session.scalars(select(Letter).where(Letter.occasion == occasion).order_by(Letter.id)).all()


def test_an_account_that_changed_under_the_eyes_of_the_maker_is_shown_again(app):
    in2()
    desk = Desk()
    claim = an_authorised_claim(desk)
    seen = say_accounts(list_chosen(owed_for(claim)))
    application = claim.agreement.application
    a_confirmed_account(application.organisation, owner_of(application), desk.second, iban=FRENCH, at=PAID_AT)
    record_payee_check(payable_of(claim), CheckResult.MATCH, checked_on=PAID_AT.date(), by=desk.second, at=PAID_AT)
    with pytest.raises(RuleBroken, match="has changed since you opened this page"):
        batches.make_batch(owed_for(claim), TUESDAY, seen=seen, by=desk.maker, at=PAID_AT)
    seen = say_accounts(list_chosen(owed_for(claim)))
    made = batches.make_batch(owed_for(claim), TUESDAY, seen=seen, by=desk.maker, at=PAID_AT)
    assert [payment.iban for payment in queries.get_batch(made.id).payments] == [FRENCH]


@pytest.mark.postgres
def test_an_account_that_is_replaced_while_a_batch_is_made_stops_it_now_or_at_the_authorisation(app):
    """Whoever comes first: money never goes to an account that is not confirmed at that moment."""
    in2()
    desk = Desk()
    claim = an_authorised_claim(desk)
    application = claim.agreement.application
    owner = owner_of(application)
    account = propose_bank_account(
        application.organisation, holder="Bio Wave", iban=FRENCH, bic="", by=owner, at=PAID_AT
    )
    ids, keys = owed_for(claim), (account.id, desk.second.id, desk.maker.id)

    def replace():
        confirm_bank_account(get_bank_account(keys[0]), by=get_user(keys[1]), at=PAID_AT)

    def make():
        batches.make_batch(ids, TUESDAY, by=get_user(keys[2]), at=PAID_AT)

    at_the_same_moment(app, replace, make)
    db.session.rollback()
    batch = queries.find_batch_of(ids)
    if batch is not None:
        with pytest.raises(RuleBroken, match="has changed since this batch was made"):
            batches.authorise_batch(queries.get_batch(batch.id), by=get_user(keys[1]), at=PAID_AT)
    else:
        assert "changed after this debt was approved" in str(list_chosen(ids)[0].obstacle)


@pytest.mark.postgres
def test_an_answer_of_the_bank_and_an_authorisation_come_one_after_the_other(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    batch_id, payable_id = batch.id, batch.payments[0].payable_id
    maker_id, second_id = desk.maker.id, desk.second.id

    def record():
        record_payee_check(
            get_payable(payable_id), CheckResult.NO_MATCH, checked_on=PAID_AT.date(), by=get_user(maker_id), at=PAID_AT
        )

    def authorise():
        batches.authorise_batch(queries.get_batch(batch_id), by=get_user(second_id), at=PAID_AT)

    outcomes = at_the_same_moment(app, record, authorise)
    db.session.rollback()
    is_authorised = queries.get_batch(batch_id).state == BatchState.AUTHORISED
    assert outcomes == ["done", "done" if is_authorised else "RuleBroken"]
    order = select(AuditEvent.tag).where(AuditEvent.tag.in_(("batch.authorise", "payee_check.record")))
    tags = list(db.session.scalars(order.order_by(AuditEvent.id)))
    assert tags == (["batch.authorise", "payee_check.record"] if is_authorised else ["payee_check.record"])


@pytest.mark.postgres
def test_two_officers_who_authorise_one_batch_at_once(app):
    in2()
    desk = Desk()
    batch_id, people = a_made_batch(desk).id, (desk.second.id, desk.manager.id)

    def authorise(person_id):
        batches.authorise_batch(queries.get_batch(batch_id), by=get_user(person_id), at=PAID_AT)

    presses = [lambda person_id=person_id: authorise(person_id) for person_id in people]
    assert sorted(at_the_same_moment(app, *presses)) == ["WrongState", "done"]


def at_the_same_moment(app, *presses):
    """Run each on a connection of its own, all beginning together; how each ended, in their order."""
    start, outcomes = threading.Barrier(len(presses)), [""] * len(presses)

    def run(number):
        with app.app_context():
            start.wait()
            try:
                presses[number]()
                outcomes[number] = "done"
            except Refused as refused:
                outcomes[number] = type(refused).__name__

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_what_the_bank_said_since_stops_the_batch(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    payment = batch.payments[0]
    record_payee_check(payment.payable, CheckResult.NO_MATCH, checked_on=PAID_AT.date(), by=desk.maker, at=PAID_AT)
    with pytest.raises(RuleBroken, match="does not belong to the account"):
        batches.authorise_batch(queries.get_batch(batch.id), by=desk.second, at=PAID_AT)


def test_a_bank_that_takes_the_older_version_gets_it(app):
    in2()
    desk = Desk()
    claim = an_authorised_claim(desk)
    made = batches.make_batch(owed_for(claim), TUESDAY, file_version=FileVersion.V03, by=desk.maker, at=PAID_AT)
    batches.authorise_batch(queries.get_batch(made.id), by=desk.second, at=PAID_AT)
    content = read_bytes(find_document(queries.get_batch(made.id).document_id))
    etree.XMLSchema(file=str(SCHEMA_03)).assertValid(etree.fromstring(content))
    assert check_bank_file(content) == []
    assert b"pain.001.001.03" in content
