"""From the euro at the bank to its journal and its cause, and back."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.banking.files import an_entry
from tests.builders.applications import owner_of
from tests.builders.banking import (
    BANK_AT,
    a_batch_under_way,
    a_booked_entry,
    a_confirmed_entry,
    a_statement_of,
    entries_of,
    entry_of,
)
from tests.builders.counting import queries_of
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import in2
from tests.builders.recoveries import ORDERED_AT, an_ordered_recovery
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.banking.actions.entries import match_entry_to_recovery
from vouchers.banking.actions.unmatching import unmatch_entry
from vouchers.banking.queries import tracing
from vouchers.banking.queries.statements import get_entry
from vouchers.core.database import db
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.ledger.models import Journal
from vouchers.reports.views.doors import DOORS
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role

REPAID_AT = ORDERED_AT + timedelta(days=1)


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def executed(desk, clock):
    """Two payments that one statement executed."""
    batch = a_batch_under_way(desk, "700", "400")
    clock.stop(BANK_AT)
    return entries_of(a_statement_of(desk, *map(entry_of, batch.payments)))


@pytest.fixture
def repaid(desk, clock):
    """Money that pays a recovery."""
    recovery = an_ordered_recovery(desk)
    clock.stop(REPAID_AT)
    line = an_entry("100.00", credit=True, bank_reference="IN-1", on=REPAID_AT.date())
    entry = entries_of(a_statement_of(desk, line, number="R", at=REPAID_AT))[0]
    match_entry_to_recovery(get_entry(entry.id), recovery, by=desk.maker, at=REPAID_AT)
    return get_entry(entry.id)


def page_of(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def journals(event):
    return list(db.session.scalars(select(Journal).where(Journal.event == event).order_by(Journal.id)))


def test_from_the_books_to_the_payment_and_the_bank_and_back(client, desk, executed):
    browser = signed_in(client, a_member_of_staff(Role.AUDITOR))
    for entry, journal in zip(executed, journals("bank_debit"), strict=True):
        payment = entry.matches[0].payment
        page = page_of(browser, f"/reports/journals/{journal.id}")
        assert f'href="/payments/{payment.batch_id}">{payment.end_to_end_id}<' in page
        assert f'href="/payables/{payment.payable_id}"' in page
        assert f'href="/banking/entries/{entry.id}">{entry.bank_line}<' in page
        assert f"/reports/journals/{journal.id}" in page_of(browser, f"/banking/entries/{entry.id}")
        assert f"/banking/entries/{entry.id}" in page_of(browser, f"/payments/{payment.batch_id}")
        assert f"/banking/entries/{entry.id}" in page_of(browser, f"/payables/{payment.payable_id}")
        story = page_of(browser, f"/reports/vouchers/{payment.voucher}")
        assert story.count(f'/banking/entries/{entry.id}"') == 2  # beside the payment, and where it is booked


def test_from_the_books_to_the_recovery_and_the_bank_and_back(client, desk, repaid):
    browser = signed_in(client, a_member_of_staff(Role.AUDITOR))
    (journal,) = journals("recovery_received")
    page = page_of(browser, f"/reports/journals/{journal.id}")
    assert f'href="/recoveries/{repaid.recovery_id}"' in page
    assert f'href="/banking/entries/{repaid.id}"' in page
    assert f"/reports/journals/{journal.id}" in page_of(browser, f"/banking/entries/{repaid.id}")
    page = page_of(browser, f"/recoveries/{repaid.recovery_id}")
    assert f"/banking/entries/{repaid.id}" in page
    assert f"/reports/journals/{journal.id}" in page
    story = page_of(browser, f"/reports/vouchers/{repaid.recovery.voucher}")
    assert f"/recoveries/{repaid.recovery_id}" in story
    assert f"/banking/entries/{repaid.id}" in story


def test_money_that_came_back_stands_behind_both_journals_of_its_return(desk, clock, executed):
    payment = executed[0].matches[0].payment
    back = entries_of(a_statement_of(desk, entry_of(payment, returned="AC04"), number="BACK"))[0]
    found = tracing.map_entries([one.id for one in journals("payment_returned") + journals("return_reopen")], None)
    assert [[one.id for one in entries] for entries in found.values()] == [[back.id], [back.id]]
    own = tracing.list_journals_of(get_entry(back.id), mandate_of(desk.maker))
    assert [one.event for one in own] == ["payment_returned", "return_reopen"]


def test_what_was_executed_by_hand_with_its_batch_leads_to_the_entry_that_showed_it(desk, clock):
    entry = a_confirmed_entry(desk)
    (journal,) = journals("bank_debit")
    assert [one.id for one in tracing.map_entries([journal.id], None)[journal.id]] == [entry.id]
    assert [one.id for one in tracing.list_journals_of(entry, mandate_of(desk.maker))] == [journal.id]


def test_a_match_that_was_taken_back_leads_nowhere(client, desk, executed):
    unmatch_entry(get_entry(executed[0].id), "Another one", by=desk.maker, at=BANK_AT)
    taken_back, other = journals("bank_debit")
    found = tracing.map_entries([taken_back.id, other.id], None)
    assert {journal_id: [one.id for one in entries] for journal_id, entries in found.items()} == {
        other.id: [executed[1].id]
    }
    assert tracing.list_journals_of(get_entry(executed[0].id), mandate_of(desk.maker)) == []


def test_who_does_not_see_the_bank_or_the_books_is_offered_no_link(client, desk, executed, clock):
    other = mandate_of(Desk("NL-NB").maker)
    assert tracing.list_journals_of(executed[0], other) == []
    assert tracing.map_entries([one.id for one in journals("bank_debit")], other) == {}
    payment_id = executed[0].matches[0].payment_id
    assert tracing.map_entries_of_payments([payment_id], other) == {}
    assert list(tracing.map_entries_of_payments([payment_id], mandate_of(desk.maker))) == [payment_id]


def test_an_entry_that_was_booked_by_hand_and_its_journal_name_each_other(client, desk, clock):
    clock.stop(BANK_AT)
    entry = a_booked_entry(desk)
    browser = signed_in(client, desk.maker)
    page = page_of(browser, f"/reports/journals/{entry.journal_id}")
    assert page.count(f'href="/banking/entries/{entry.id}"') == 2  # its cause, and the bank's line
    assert f"/reports/journals/{entry.journal_id}" in page_of(browser, f"/banking/entries/{entry.id}")


def test_the_company_sees_no_link_to_the_bank(client, desk, repaid):
    page = page_of(
        signed_in(client, owner_of(repaid.recovery.agreement.application)), f"/recoveries/{repaid.recovery_id}"
    )
    assert "/banking/" not in page
    assert "/reports/" not in page


def test_links_take_a_constant_number_of_queries(client, desk, executed, clock):
    browser = signed_in(client, a_member_of_staff(Role.AUDITOR))
    batch_id = executed[0].matches[0].payment.batch_id
    addresses = [f"/payments/{batch_id}", f"/banking/entries/{executed[0].id}"]
    addresses.append(f"/reports/journals/{journals('bank_debit')[0].id}")
    addresses.append(f"/reports/vouchers/{executed[0].matches[0].payment.voucher}")
    few = {address: queries_of(lambda address=address: browser.get(address)) for address in addresses}
    lines = [entry_of(one.matches[0].payment, returned="AC04") for one in executed]
    a_statement_of(desk, *lines, number="BACK")
    for address in addresses[2:]:
        assert queries_of(lambda address=address: browser.get(address)) <= few[address], address


def test_every_kind_that_books_has_a_page_but_the_envelope(app):
    assert set(DOORS) <= set(ALL_LIFECYCLES)
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {door.endpoint for door in DOORS.values()} <= rules
