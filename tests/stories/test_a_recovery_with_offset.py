"""An invoice was not for the voucher: part is set off, part comes in instalments by the bank, the rest is waived."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.banking.files import an_entry
from tests.builders.applications import owner_of
from tests.builders.banking import a_statement_of, entries_of
from tests.builders.payments import Desk
from tests.builders.recoveries import ORDERED_AT, a_debt_to, a_paid_agreement, a_programme_with_interest, on_noon
from tests.builders.users import signed_in
from vouchers.banking.states import Doubt, EntryState
from vouchers.claims.queries.files import get_claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import EUR
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages, trial_balance
from vouchers.recoveries.jobs import watch_recoveries
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.queries import get_recovery, list_of_agreement
from vouchers.recoveries.states import RecoveryState

FIRST, SECOND = date(2027, 3, 15), date(2027, 5, 5)
"""The first instalment comes on its day, the second one 20 days late."""


@pytest.fixture
def desk(app, clock):
    clock.stop(ORDERED_AT)
    a_programme_with_interest()  # 3.65 % a year: a ten-thousandth a day
    return Desk()


def in_the_books():
    books, budget = trial_balance(region="BE-WAL"), stages(region="BE-WAL")
    return books, budget, sum(budget[stage] for stage in STAGES)


def a_credit(amount, words, on):
    entry = an_entry(amount, reference="DEBTOR-7", credit=True, on=on)
    return entry.replace("</TxDtls>", f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls>")


def test_a_recovery_from_the_finding_to_the_waiver(app, client, clock, desk):
    agreement = a_paid_agreement(desk)
    debt = a_debt_to(agreement, desk)
    _books, before, appropriated = in_the_books()

    # one officer proposes it, another one orders it
    maker = signed_in(client, desk.maker)
    sent = {
        "principal": "1000", "cause": "irregularity", "irregularity": "documents", "decision": "Audit report 7",
        "reason": "The invoice was not for the voucher.",
    }  # fmt: skip
    page = maker.post(f"/recoveries/of/{agreement.id}/propose", data=sent, follow_redirects=True).text
    assert "Waits for a second person" in page
    [recovery] = list_of_agreement(agreement.id)
    own = f"/recoveries/{recovery.id}"
    assert maker.post(f"{own}/order", data={"checked": "yes", "version": "1"}).status_code == 403
    manager = signed_in(client, desk.manager)
    assert manager.post(f"{own}/order", data={"checked": "yes", "version": "1"}).status_code == 303

    # what the company is owed for its next voucher is kept back whole: that claim is paid without the bank
    maker = signed_in(client, desk.maker)
    assert maker.post(f"{own}/set-off", data={"payable": str(debt.id), "amount": "437.55"}).status_code == 303
    assert get_claim(debt.source_id).state == ClaimState.PAID
    assert get_recovery(recovery.id).open_principal == EUR("562.45")

    # the rest in four instalments, which add up to it to the cent
    plan = {"count": "4", "first_on": FIRST.isoformat(), "reason": "Short of cash."}
    assert maker.post(f"{own}/plan", data=plan).status_code == 303
    parts = [one.amount_cents for one in get_recovery(recovery.id).instalments]
    assert parts == [14_062, 14_061, 14_061, 14_061]

    # the first comes in time, and the bank's statement books it by the reference that the debtor wrote
    at = clock.stop(datetime(2027, 3, 16, 8, tzinfo=UTC))
    words = f"Rate 1 {recovery.number.lower().replace('-', ' ')}"
    statement = a_statement_of(desk, a_credit("140.62", words, FIRST), number="S-51", at=at)
    [entry] = entries_of(statement)
    assert (entry.state, entry.recovery_id) == (EntryState.MATCHED, recovery.id)
    received = get_recovery(recovery.id).receipts[-1]
    assert (received.received_on, received.reference, received.interest_cents) == (FIRST, entry.receipt_line, 0)

    # the second is late and bears 20 days of interest; its sender wrote nothing, so a person matches it
    at = clock.stop(on_noon(date(2027, 5, 6)))
    watch_recoveries(at=at)
    assert get_recovery(recovery.id).interest == EUR("0.21"), "15 days of April, 1.4061 cents each, are booked"
    statement = a_statement_of(desk, a_credit("140.89", "Rate 2", SECOND), number="S-86", at=at)
    [entry] = entries_of(statement)
    assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.INCOMING)
    page = f"/banking/entries/{entry.id}/repays"
    maker = signed_in(client, desk.maker)
    assert recovery.number in maker.get(page).text
    assert maker.post(page, data={"recovery": str(recovery.id), "on": SECOND.isoformat()}).status_code == 303
    recovery = get_recovery(recovery.id)
    assert (recovery.interest_paid, recovery.open_interest, recovery.left) == (EUR("0.28"), EUR("0"), EUR("281.22"))
    assert "€281.22" in signed_in(client, owner_of(agreement.application)).get(own).text

    # the company is insolvent: what is left is let go, which takes another person than who proposed it
    maker = signed_in(client, desk.maker)
    sent = {"relief": "waiver", "principal": "281.22", "interest": "0", "reason": "Insolvent."}
    assert maker.post(f"{own}/let-go", data=sent).status_code == 303
    version = str(get_recovery(recovery.id).version)
    assert maker.post(f"{own}/waive", data={"checked": "yes", "version": version}).status_code == 403
    second = signed_in(client, desk.second)
    assert second.post(f"{own}/waive", data={"checked": "yes", "version": version}).status_code == 303
    assert get_recovery(recovery.id).state == RecoveryState.WAIVED

    # both books close: the principal that came back is available, and nothing of the interest or of the loss
    books, budget, total = in_the_books()
    assert books.get(Account.RECOVERIES, 0) == 0
    assert (books[Account.INTEREST], books[Account.WRITE_OFFS]) == (-28, 28_122)
    assert budget[Account.AVAILABLE] == before[Account.AVAILABLE] + 43_755 + 14_062 + 14_061
    assert total == appropriated
    assert list(list_faults()) == []

    # the voucher's story tells it, and the proof of the books finds a register that was changed behind its back
    told = signed_in(client, desk.manager).get(f"/reports/vouchers/{recovery.voucher}").text
    for step in ("Order the recovery", "Set off", "Agree on instalments", "Record money received", "Waive"):
        assert step in told
    with unit_of_work():
        db.session.execute(Recovery.__table__.update().values(returned_cents=Recovery.returned_cents - 1))
    assert [fault for fault in list_faults() if "are owed by the register" in fault]
