"""Who may release a batch: limits, second accounts, and what the bank said of a payee since the batch was made."""

from __future__ import annotations

from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from tests.builders.payments import (
    PAID_AT,
    TUESDAY,
    Desk,
    a_made_batch,
    an_authorised_claim,
    owed_for,
)
from tests.builders.programmes import IN2_FILE, a_programme, in2
from tests.builders.users import a_member_of_staff
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.documents.queries import find_document
from vouchers.documents.store import read_bytes
from vouchers.organisations.queries import get_bank_account
from vouchers.payables.actions.checking import record_payee_check
from vouchers.payables.states import CheckResult
from vouchers.payments import queries
from vouchers.payments.actions import batches
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.payments.states import BatchState, FileVersion
from vouchers.users.queries import get_user
from vouchers.users.states import Role

SCHEMA_03 = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.03.xsd"


def limited(**limits):
    """IN2LifeSciences with these payment limits."""
    lines = "".join(f"    {role}: {amount}\n" for role, amount in limits.items())
    a_programme(
        IN2_FILE.read_text(encoding="utf-8").replace("  contact:\n", f"  payment_limits:\n{lines}  contact:\n", 1)
    )


def test_a_sum_above_the_limit_of_a_role_needs_a_higher_one(app):
    limited(finance_officer=6999, cluster_manager=7000)
    desk = Desk()
    batch = a_made_batch(desk)
    assert not BATCH.is_open_to(desk.second, batch, "authorise")
    with pytest.raises(NotPermitted, match="Somebody with a higher limit"):
        batches.authorise_batch(batch, by=desk.second, at=PAID_AT)
    batches.authorise_batch(queries.get_batch(batch.id), by=desk.manager, at=PAID_AT)
    assert queries.get_batch(batch.id).state == BatchState.AUTHORISED


def test_a_second_account_of_the_maker_authorises_nothing(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    twin = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", name=desk.maker.name.upper(), with_factor=False)
    with pytest.raises(NotPermitted, match="looks like you under another account"):
        batches.authorise_batch(batch, by=twin, at=PAID_AT)
    batches.authorise_batch(queries.get_batch(batch.id), by=desk.second, at=PAID_AT)


def test_a_second_account_of_a_member_of_the_payee_authorises_nothing(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    members = batch.payments[0].payable.organisation.memberships
    member = get_user(members[0].user_id)
    twin = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", name=member.name, with_factor=False)
    with pytest.raises(NotPermitted, match="acts for"):
        batches.authorise_batch(batch, by=twin, at=PAID_AT)
    assert queries.get_batch(batch.id).state == BatchState.MADE


def test_what_the_bank_said_since_stops_the_batch(app):
    in2()
    desk = Desk()
    batch = a_made_batch(desk)
    payment = batch.payments[0]
    account = get_bank_account(payment.bank_account_id)
    record_payee_check(
        payment.payable, account, CheckResult.NO_MATCH, checked_on=PAID_AT.date(), by=desk.maker, at=PAID_AT
    )
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
