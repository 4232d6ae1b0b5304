"""An auditor finds an invoice that was not for the voucher: part is set off, part is paid late, and the books close."""

from __future__ import annotations

from datetime import timedelta

from tests.builders.applications import owner_of
from tests.builders.payments import Desk
from tests.builders.recoveries import (
    DUE_ON,
    ORDERED_AT,
    a_debt_to,
    a_paid_agreement,
    a_programme_with_interest,
    on_noon,
)
from tests.builders.users import signed_in
from vouchers.claims.queries import get_claim
from vouchers.claims.states import ClaimState
from vouchers.core.money import EUR
from vouchers.ledger.chart import STAGES, Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages, trial_balance
from vouchers.recoveries.jobs import watch_recoveries
from vouchers.recoveries.queries import get_recovery, list_of_agreement
from vouchers.recoveries.states import RecoveryState


def test_a_recovery_is_ordered_by_two_set_off_in_part_and_paid_late(app, client, clock):
    clock.stop(ORDERED_AT)
    a_programme_with_interest()
    desk = Desk()
    agreement = a_paid_agreement(desk)
    debt = a_debt_to(agreement, desk)
    appropriated = sum(stages(region="BE-WAL")[stage] for stage in STAGES)
    available = stages(region="BE-WAL")[Account.AVAILABLE]

    # one officer proposes it, another one orders it
    maker = signed_in(client, desk.maker)
    sent = {"principal": "500", "cause": "audit", "decision": "Audit report 7", "reason": "Not for the voucher."}
    page = maker.post(f"/recoveries/of/{agreement.id}", data=sent, follow_redirects=True).text
    assert "Waits for a second person" in page
    [recovery] = list_of_agreement(agreement.id)
    own = f"/recoveries/{recovery.id}"
    assert maker.post(f"{own}/order", data={"checked": "yes", "version": "1"}).status_code == 403
    manager = signed_in(client, desk.manager)
    assert manager.post(f"{own}/order", data={"checked": "yes", "version": "1"}).status_code == 303

    # what the company is owed for its other voucher is kept back whole: that claim is paid without the bank
    maker = signed_in(client, desk.maker)
    sent = {"payable": str(debt.id), "amount": "437.55"}
    assert maker.post(f"{own}/set-off", data=sent).status_code == 303
    assert get_claim(debt.source_id).state == ClaimState.PAID
    assert get_recovery(recovery.id).open_principal == EUR("62.45")

    # the rest is late: the company is reminded, and 62.45 at 3.65 % bear 6.245 cents in ten days
    late = on_noon(DUE_ON + timedelta(days=10))
    clock.stop(late)
    watch_recoveries(at=late)
    theirs = signed_in(client, owner_of(agreement.application))
    assert "€62.51" in theirs.get(own).text
    maker = signed_in(client, desk.maker)
    sent = {"amount": "62.51", "on": late.date().isoformat(), "reference": "STMT-2027-51/3"}
    assert maker.post(f"{own}/receive", data=sent).status_code == 303

    recovery = get_recovery(recovery.id)
    assert recovery.state == RecoveryState.SETTLED
    books = trial_balance(region="BE-WAL")
    assert books.get(Account.RECOVERIES, 0) == 0
    assert books[Account.INTEREST] == -6
    assert stages(region="BE-WAL")[Account.AVAILABLE] == available + 50_000, "the principal, and nothing of the interest"
    assert sum(stages(region="BE-WAL")[stage] for stage in STAGES) == appropriated
    assert list(list_faults()) == []
