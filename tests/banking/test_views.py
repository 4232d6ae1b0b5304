"""The pages of banking, as a browser without scripts sees them."""

from __future__ import annotations

from html import unescape

import pytest

from tests.banking.files import a_file, a_line, a_report, a_statement, an_entry
from tests.banking.test_rules_bank_xml import BOMB
from tests.builders.banking import (
    BANK_AT,
    a_batch_under_way,
    a_report_of,
    a_statement_of,
    an_open_entry,
    an_open_report,
    entries_of,
    entry_of,
    iban_of,
)
from tests.builders.counting import queries_of
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.banking.jobs import book
from vouchers.banking.queries import statements as queries
from vouchers.banking.states import EntryState
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import authorise_batch, make_batch
from vouchers.payments.states import PaymentState
from vouchers.users.states import Role

DAY = {"on-day": "1", "on-month": "12", "on-year": "2026"}


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def under_way(desk, clock):
    batch = a_batch_under_way(desk, "7000", "4000")
    clock.stop(BANK_AT)
    return batch


def upload(browser, stream, name="statement.xml"):
    return browser.post("/banking/import", data={"file": (stream, name)}, content_type="multipart/form-data")


def text_of(answer):
    return unescape(answer.text)


def test_import_shows_the_statement_and_what_is_booked(client, desk, under_way):
    first, second = under_way.payments
    stream = a_file(a_statement(entry_of(first), entry_of(second), iban=iban_of(desk), opening="1.00", closing="2.00"))
    browser = signed_in(client, desk.maker)

    answer = upload(browser, stream)
    assert answer.status_code == 303
    page = browser.get(answer.location)
    assert page.headers["Refresh"] == "5"  # it is being booked
    assert "0 of 2" in page.text

    book(statement_id=1, at=BANK_AT)
    page = browser.get(answer.location)
    assert "Refresh" not in page.headers
    assert first.end_to_end_id in page.text
    assert "The entries lead from EUR 1.00 to" in text_of(page)
    assert f"/payments/{under_way.id}" in page.text


def test_import_of_a_file_twice_says_so(client, desk, under_way):
    browser = signed_in(client, desk.maker)
    content = a_statement(an_entry("1.00"), iban=iban_of(desk))
    upload(browser, a_file(content))
    again = upload(browser, a_file(content))
    assert again.status_code == 303
    assert "was taken in before" in browser.get(again.location).text


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        (BOMB.encode(), "The file carries a document type or entities. Bank files may not; it was not read."),
        (b"%PDF-1.7", "This is no XML file."),
        (a_file(a_statement(iban="FR7630006000011234567890189")).read(), "belongs to no region that you work for"),
        (a_report("NO-BATCH").read(), "You work on no batch with the number NO-BATCH"),
        (b"", "The file is empty."),
    ],
)
def test_import_refuses_what_it_cannot_take_with_a_sentence_at_the_field(client, desk, stream, says):
    from io import BytesIO

    answer = upload(signed_in(client, desk.maker), BytesIO(stream))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'href="#file"' in answer.text


def test_import_without_a_file_asks_for_one(client, desk):
    answer = signed_in(client, desk.maker).post("/banking/import", data={})
    assert answer.status_code == 422
    assert "Choose a file" in answer.text


def test_import_is_for_officers(client, desk):
    for person in (a_member_of_staff(Role.AUDITOR, region=None), an_applicant()):
        assert upload(signed_in(client, person), a_file(a_statement(iban=iban_of(desk)))).status_code == 403


def test_import_of_a_report_shows_what_is_refused_and_why(client, desk, under_way):
    line = a_line(under_way.payments[0].end_to_end_id, code="AC04", words="konto lukket")
    browser = signed_in(client, desk.maker)
    answer = upload(browser, a_report(under_way.number, line))
    page = browser.get(answer.location)
    assert "AC04: The account is closed. (konto lukket)" in text_of(page)
    assert "Owed again" in page.text
    assert under_way.number in browser.get("/banking/reports").text
    assert browser.get(answer.location + "/file").mimetype == "application/xml"


def test_a_report_of_another_amount_shows_what_the_bank_wrote_beside_it(client, desk, under_way):
    (payment, *_others) = under_way.payments
    line = a_line(payment.end_to_end_id, amount="6999.00")
    report = a_report_of(desk, under_way, line, message="STS-LESS")
    page = text_of(signed_in(client, desk.maker).get(f"/banking/reports/{report.id}"))
    assert "€7,000.00<br>The bank wrote €6,999.00" in page
    assert "The amount is not that of the payment." in page


def test_a_report_with_questions_is_settled(client, desk, under_way):
    report = an_open_report(desk, under_way)
    browser = signed_in(client, desk.second)
    address = f"/banking/reports/{report.id}/settle"
    assert "The office knows no payment with this reference." in text_of(browser.get(address))
    assert browser.post(address, data={}).status_code == 422
    assert browser.post(address, data={"note": "A mistake of the bank."}).status_code == 303
    assert "A mistake of the bank." in browser.get(f"/banking/reports/{report.id}").text


def test_statements_lists_what_is_missing_between_them(client, desk, under_way):
    a_statement_of(desk, an_entry("10.00"), number="S1", opening="100.00", closing="90.00")
    a_statement_of(desk, an_entry("10.00"), number="S3", opening="80.00", closing="70.00")
    browser = signed_in(client, desk.maker)
    page = text_of(browser.get("/banking/"))
    assert page.count("Gap before it") == 1
    assert "2 entries are not matched" in page
    third = queries.list_unbooked(iban_of(desk)) or [2]
    assert "a statement between them is missing" in text_of(browser.get(f"/banking/statements/{third[0]}"))
    assert "There is no statement here." in browser.get("/banking/?q=NOPE").text


def test_the_file_of_the_bank_can_be_taken_away_again(client, desk, under_way):
    statement = a_statement_of(desk, an_entry("10.00"))
    answer = signed_in(client, desk.maker).get(f"/banking/statements/{statement.id}/file")
    assert b"camt.053.001.08" in answer.data


def test_worklist_and_match_by_hand(client, desk, under_way):
    a_statement_of(desk, an_entry("11000.01", reference="OUR-MISTAKE"), an_entry("7000.00", reference="WHO"))
    browser = signed_in(client, desk.maker)
    assert "OUR-MISTAKE" in browser.get("/banking/unmatched").text
    assert "OUR-MISTAKE" not in browser.get("/banking/unmatched?q=WHO").text
    assert "OUR-MISTAKE" not in browser.get("/banking/unmatched?doubt=charge").text

    first, second = under_way.payments
    entry = next(one for one in entries_of(queries.get_statement(1)) if one.end_to_end_id == "WHO")
    address = f"/banking/entries/{entry.id}/match"
    page = text_of(browser.get(address))
    assert page.index(first.end_to_end_id) < page.index(second.end_to_end_id)  # the likeliest first
    assert second.end_to_end_id not in browser.get(f"{address}?q={first.end_to_end_id}").text

    wrong = browser.post(address, data={"picked": [second.id], **DAY})
    assert wrong.status_code == 422
    assert "The payments add up to EUR 4,000.00, and the entry is EUR 7,000.00." in text_of(wrong)
    assert f'value="{second.id}" checked' in wrong.text
    assert browser.post(address, data=DAY).status_code == 422
    future = browser.post(address, data={"picked": [first.id], **DAY, "on-year": "2027"})
    assert future.status_code == 422
    assert "This day is still to come." in future.text

    assert browser.post(address, data={"picked": [first.id], **DAY}).status_code == 303
    assert [one.state for one in payments.get_batch(under_way.id).payments] == [
        PaymentState.EXECUTED,
        PaymentState.ORDERED,
    ]
    again = browser.post(address, data={"picked": [second.id], **DAY})
    assert again.status_code == 409


def test_a_return_less_a_charge_is_matched_on_the_page_which_shows_its_parts(client, desk, under_way):
    payment = under_way.payments[1]
    back = an_entry("3995.00", reference=payment.end_to_end_id, credit=True, returned="MD07")
    entry = entries_of(a_statement_of(desk, entry_of(payment), back))[1]
    browser = signed_in(client, desk.maker)
    address = f"/banking/entries/{entry.id}"
    typed = {"picked": [payment.id], **DAY, "charge": "5.00"}
    wrong = browser.post(f"{address}/match", data=typed | {"charge": "5.01", "charge_reason": "Notice 7"})
    assert wrong.status_code == 422
    assert "The payments less the charge are EUR 3,994.99, and the entry is EUR 3,995.00." in text_of(wrong)
    assert 'value="Notice 7"' in wrong.text
    assert browser.post(f"{address}/match", data=typed).status_code == 422  # no reason
    assert browser.post(f"{address}/match", data=typed | {"charge_reason": "Notice 7"}).status_code == 303
    page = text_of(browser.get(address))
    assert all(words in page for words in ("Its parts", "Charges of the bank (expense) (5200)", "Notice 7"))


def test_set_aside_and_take_up(client, desk, under_way):
    entry = an_open_entry(desk)
    browser = signed_in(client, desk.maker)
    address = f"/banking/entries/{entry.id}"
    assert browser.post(f"{address}/set-aside", data={"reason": ""}).status_code == 422
    assert browser.post(f"{address}/set-aside", data={"reason": "Charge for November"}).status_code == 303
    assert "Charge for November" in browser.get(address).text
    assert browser.post(f"{address}/take-up").status_code == 303
    assert queries.get_entry(entry.id).state == EntryState.OPEN


def test_the_desk_counts_what_is_not_matched(client, desk, under_way):
    an_open_entry(desk)
    an_open_report(desk, under_way)
    page = text_of(signed_in(client, desk.maker).get("/desk"))
    assert "Entries of the bank to match" in page
    assert "Status reports of the bank to look at" in page


def test_the_lists_ask_the_same_however_long_they_are(client, desk, under_way):
    browser = signed_in(client, desk.maker)
    statement = a_statement_of(desk, *(entry_of(one) for one in under_way.payments), an_entry("1.00"))
    addresses = ["/banking/", "/banking/unmatched", "/banking/reports", f"/banking/statements/{statement.id}"]
    few = {address: queries_of(lambda address=address: browser.get(address)) for address in addresses}
    a_statement_of(desk, *(an_entry(f"{cents}.00", bank_reference=f"R{cents}") for cents in range(1, 40)), number="S2")
    an_open_report(desk, under_way)
    for address in addresses[:2]:
        assert queries_of(lambda address=address: browser.get(address)) == few[address]


def test_other_regions_see_nothing(client, desk, under_way):
    statement = a_statement_of(desk, an_entry("1.00", reference="SECRET"))
    entry = entries_of(statement)[0]
    browser = signed_in(client, Desk("NL-NB").maker)
    assert "SECRET" not in browser.get("/banking/unmatched").text
    assert "There is no statement here." in browser.get("/banking/").text
    for address in (f"/banking/statements/{statement.id}", f"/banking/entries/{entry.id}"):
        assert browser.get(address).status_code == 403


def test_a_refused_payment_is_matched_with_a_reason_and_what_is_undue_is_told(client, desk, under_way):
    refused, _other = under_way.payments
    a_report_of(desk, under_way, a_line(refused.end_to_end_id, code="AM04"))
    made = make_batch([refused.payable_id], BANK_AT.date(), by=desk.maker, at=BANK_AT)
    authorise_batch(payments.get_batch(made.id), by=desk.second, at=BANK_AT)
    (entry,) = entries_of(a_statement_of(desk, entry_of(refused)))
    browser = signed_in(client, desk.maker)
    address = f"/banking/entries/{entry.id}/match"
    assert refused.end_to_end_id in browser.get(address).text

    asked = browser.post(address, data={"picked": [refused.id], **DAY})
    assert asked.status_code == 422
    assert "Say how you know that it was executed" in text_of(asked)
    assert 'href="#reason"' in asked.text

    answer = {"picked": [refused.id], "reason": "Asked the bank", **DAY}
    told = browser.post(address, data=answer, follow_redirects=True)
    assert "stands in the books as undue" in text_of(told)
    assert "left the account too" in text_of(browser.get(f"/payables/{refused.payable_id}"))
    assert "Executed, though nothing was owed any more" in text_of(browser.get(f"/payments/{under_way.id}"))


def test_book_and_unbook(client, desk, under_way):
    entry = an_open_entry(desk)
    browser = signed_in(client, desk.maker)
    address = f"/banking/entries/{entry.id}"
    assert f"{address}/book" in browser.get(address).text
    page = text_of(browser.get(f"{address}/book"))
    assert "5200 Charges of the bank (expense)" in page
    assert "Money from a funder" not in page  # it went out
    assert "in the books already" not in page  # nothing of this amount was recorded

    missing = browser.post(f"{address}/book", data={"kind": "charge", "payer": "in2lifesciences/BE-WAL", **DAY})
    assert missing.status_code == 422
    assert 'href="#reason"' in missing.text
    early = {"kind": "charge", "payer": "in2lifesciences/BE-WAL", "reason": "November", **DAY, "on-month": "11"}
    refused = browser.post(f"{address}/book", data=early)
    assert refused.status_code == 422
    assert "The bank booked it on 1 December 2026" in text_of(refused)
    assert "November" in refused.text  # nothing typed is lost
    assert browser.post(f"{address}/book", data={**early, "on-month": "12", "payer": "x/y"}).status_code == 422

    assert browser.post(f"{address}/book", data={**early, "on-month": "12"}).status_code == 303
    page = text_of(browser.get(address))
    assert "Booked by hand" in page
    assert "in2lifesciences/*/BE-WAL/*/BANK" in page
    assert browser.post(f"{address}/book", data={**early, "on-month": "12"}).status_code == 409

    assert browser.post(f"{address}/unbook", data={}).status_code == 422
    assert browser.post(f"{address}/unbook", data={"reason": "Of another month"}).status_code == 303
    assert queries.get_entry(entry.id).state == EntryState.OPEN
    assert "Of another month" in browser.get(address).text


def test_a_funders_money_is_offered_to_who_may_record_it(client, desk, under_way):
    entry = an_open_entry(desk, amount="1000.00", credit=True)
    address = f"/banking/entries/{entry.id}/book"
    assert "Money from a funder" not in signed_in(client, desk.manager).get(address).text
    browser = signed_in(client, desk.maker)
    page = text_of(browser.get(address))
    assert "Money from a funder" in page
    line = queries_of_lines(desk)[0]
    assert line.fund.code in page
    posted = {"kind": "funds", "line": line.fund_id, "reason": "Pre-financing", **DAY}
    assert browser.post(address, data={**posted, "line": ""}).status_code == 422
    assert browser.post(address, data=posted).status_code == 303
    assert line.fund.code in browser.get(f"/banking/entries/{entry.id}").text


def queries_of_lines(desk):
    from vouchers.banking.queries.booking import list_fund_lines

    return list_fund_lines(iban_of(desk), "EUR")


def test_reconciliation_shows_what_differs_and_stays_as_quick(client, desk, under_way):
    first, _second = under_way.payments
    statement = a_statement_of(
        desk, entry_of(first), an_entry("12.50"), opening="20000.00", closing="12987.50", number="S1"
    )
    browser = signed_in(client, desk.maker)
    address = f"/banking/statements/{statement.id}/reconciliation"
    assert address in browser.get(f"/banking/statements/{statement.id}").text
    page = text_of(browser.get(address))
    assert "explain it to the cent" in page
    assert "in2lifesciences/BE-WAL" in page
    assert "At the bank, not matched yet" in page
    assert "There is no difference of this kind." in browser.get(f"{address}?kind=by_hand").text
    few = queries_of(lambda: browser.get(address))
    a_statement_of(
        desk, *(an_entry(f"{cents}.00", bank_reference=f"R{cents}") for cents in range(1, 40)), number="S0",
        opening="20000.00", closing="19220.00",
    )  # fmt: skip
    assert queries_of(lambda: browser.get(address)) == few

    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, region=None))
    assert auditor.get(address).status_code == 200
    assert signed_in(client, Desk("NL-NB").maker).get(address).status_code == 403
    bare = a_statement_of(desk, an_entry("1.00"), number="S9")
    told = signed_in(client, desk.maker).get(f"/banking/statements/{bare.id}/reconciliation")
    assert "nothing to compare" in told.text
