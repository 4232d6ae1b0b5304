"""Which applications may go: what the database answers is what the rules say of each, and what is open never goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders.appeals import a_filed_appeal, a_rejected_application
from tests.builders.applications import a_complete_draft, a_submitted_application
from tests.builders.audits import a_finding, a_mandate
from tests.builders.counting import queries_of
from tests.builders.payments import Desk, an_authorised_batch, an_authorised_claim, an_executed_batch
from tests.builders.programmes import during_call, in2
from tests.builders.retention import DRAFTS_GO_AT, a_hold, a_keeper, a_proposed_disposal
from vouchers.audits.actions.findings import close_finding, follow_up_finding, reply_finding
from vouchers.audits.actions.mandates import end_mandate
from vouchers.audits.queries.findings import get_finding
from vouchers.audits.queries.mandates import get_mandate
from vouchers.core.clock import add_months, day_in
from vouchers.core.tables import ListQuery
from vouchers.documents.classes import Law
from vouchers.retention.actions.holding import lift_hold
from vouchers.retention.queries import due
from vouchers.users.queries import get_user

PAID = date(2026, 12, 1)


@pytest.fixture
def office(app, clock):
    in2()
    clock.stop(during_call())
    return Desk()


def references(today, most=100):
    return [one.reference for one in due.list_due(in2().programme, today=today, most=most)]


def kept(application):
    found = due.find_keeping(in2().programme, application.id)
    assert found is not None
    return found


def test_each_goes_on_the_day_after_its_last(office):
    """On every day around each border the database and the rules agree, and the borders are those of the law."""
    draft = a_complete_draft("MG")
    rejected = a_rejected_application()
    paid = an_executed_batch(office, [an_authorised_claim(office)]).payments[0]
    waiting = a_submitted_application("MG")
    programme = in2().programme
    call = in2().call()
    closed = add_months(day_in(call.time_zone, call.closes_at), 6)
    assert kept(draft).kept == due.Kept(closed, Law.DRAFT, False)
    assert kept(rejected).kept == due.Kept(date(2031, 12, 31), Law.SELECTION, False)
    assert kept(waiting).kept.until is None
    voucher = next(
        one for one in due.page_of_keeping(programme, QUERY, today=PAID).items if one.reference == paid.voucher
    )
    assert voucher.kept == due.Kept(date(2036, 12, 31), Law.STATE_AID, False)

    everything = due.page_of_keeping(programme, QUERY, today=PAID).items
    for last in (closed, date(2031, 12, 31), date(2036, 12, 31)):
        for today in (last - timedelta(days=1), last, last + timedelta(days=1)):
            said = [one.reference for one in everything if one.kept.is_due(today)]
            assert references(today) == said, today
            assert due.count_due(programme, today=today) == len(said)
            shown = due.page_of_keeping(programme, ListQuery(filters={"show": "due"}), today=today)
            assert sorted(one.reference for one in shown.items) == sorted(said)


QUERY = ListQuery(sort="reference")


def test_while_a_hold_stands_nothing_goes_and_on_the_day_of_its_lifting_neither(office, clock):
    first, second = a_complete_draft("MG"), a_complete_draft("MG")
    today = DRAFTS_GO_AT.date()
    assert references(today) == [first.reference, second.reference]
    clock.stop(DRAFTS_GO_AT)
    one = a_hold(first.reference)
    assert references(today) == [second.reference]
    assert kept(first).kept.is_held
    assert (kept(first).reasons, kept(second).reasons) == (("Inquiry OC/2031/0815.",), ())
    assert kept(first).kept.until == kept(second).kept.until
    whole = a_hold()
    assert references(today) == []
    lift_hold(whole, "Over.", by=a_keeper("second", at=DRAFTS_GO_AT), at=DRAFTS_GO_AT)
    lift_hold(one, "Over.", by=a_keeper("second", at=DRAFTS_GO_AT), at=DRAFTS_GO_AT)
    assert references(today) == []
    assert references(today + timedelta(days=1)) == [first.reference, second.reference]


def test_nothing_goes_under_a_mandate_nor_while_a_finding_is_open(office, clock):
    draft = a_complete_draft("MG", "BE-WAL")
    elsewhere = a_complete_draft("MG", "NL-NB")
    today = DRAFTS_GO_AT.date()
    clock.stop(DRAFTS_GO_AT)
    mandate = a_mandate("BE-WAL", at=DRAFTS_GO_AT)
    assert references(today) == [elsewhere.reference]
    assert kept(draft).is_open
    assert (kept(draft).mandates, kept(elsewhere).mandates) == ((mandate.number,), ())
    assert (kept(draft).kept.until, kept(draft).kept.is_due(today)) == (kept(elsewhere).kept.until, False)
    finding = a_finding(mandate, at=DRAFTS_GO_AT)
    auditor, keeper = get_user(mandate.auditor_id), a_keeper("first", at=DRAFTS_GO_AT)
    reply_finding(finding, "Done.", by=office.second, at=DRAFTS_GO_AT)
    follow_up_finding(get_finding(finding.id), "Not yet.", today + timedelta(days=9), by=auditor, at=DRAFTS_GO_AT)
    reply_finding(get_finding(finding.id), "Now.", by=office.second, at=DRAFTS_GO_AT)
    other = a_mandate("NL-NB", email="other@audit.example", at=DRAFTS_GO_AT)
    end_mandate(get_mandate(other.id), "Over.", by=keeper, at=DRAFTS_GO_AT)
    close_finding(get_finding(finding.id), "Settled.", by=auditor, at=DRAFTS_GO_AT)
    assert references(today) == [elsewhere.reference]
    end_mandate(get_mandate(mandate.id), "Over.", by=keeper, at=DRAFTS_GO_AT)
    assert references(today) == [draft.reference, elsewhere.reference]


def test_a_mandate_over_all_regions_covers_everything(office, clock):
    a_complete_draft("MG")
    clock.stop(DRAFTS_GO_AT)
    a_mandate(at=DRAFTS_GO_AT)
    assert references(DRAFTS_GO_AT.date()) == []


def test_an_open_appeal_and_money_on_its_way_keep_the_papers(office):
    appealed = a_filed_appeal(a_rejected_application(), at=during_call()).application
    owed = an_authorised_claim(office).agreement.application
    ordered = an_authorised_batch(office, [an_authorised_claim(office)]).payments[0]
    long_after = date(2099, 1, 1)
    assert kept(appealed).is_open
    assert kept(owed).is_open
    assert ordered.voucher not in references(long_after)
    assert appealed.reference not in references(long_after)
    assert owed.reference not in references(long_after)


def test_what_stands_on_a_list_is_not_listed_again(office, clock):
    a_complete_draft("MG")
    clock.stop(DRAFTS_GO_AT)
    assert a_proposed_disposal().lines == 1
    assert references(DRAFTS_GO_AT.date()) == []
    assert due.count_due(in2().programme, today=DRAFTS_GO_AT.date()) == 0


def test_the_list_is_read_in_as_many_queries_whatever_its_length(office, clock):
    for _number in range(2):
        a_complete_draft("MG")
    few = queries_of(lambda: due.page_of_keeping(in2().programme, QUERY, today=PAID))
    for _number in range(4):
        a_complete_draft("MG")
    assert queries_of(lambda: due.page_of_keeping(in2().programme, QUERY, today=PAID)) == few
