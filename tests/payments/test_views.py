"""The pages of payments, as a browser without scripts sees them."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from tests.builders.amendments import a_proposed_termination
from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.payments import (
    PAID_AT,
    TUESDAY,
    Desk,
    a_check,
    a_made_batch,
    an_authorised_batch,
    an_authorised_claim,
    an_executed_batch,
    fresh_claim,
    owed_for,
    payable_of,
)
from tests.builders.programmes import IN2_FILE, IN2_LIMITS, a_programme, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.clock import now
from vouchers.core.database import unit_of_work
from vouchers.core.tables import ListQuery
from vouchers.organisations.actions import confirm_bank_account, propose_bank_account
from vouchers.payables.queries import list_proposed
from vouchers.payables.states import CheckResult
from vouchers.payments import queries
from vouchers.payments.actions import batches as actions
from vouchers.payments.actions import fates
from vouchers.payments.rules.proposing import sums_by_line
from vouchers.payments.states import BatchState
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

DAY = {"execute_on-day": "1", "execute_on-month": "12", "execute_on-year": "2026"}


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


def post(browser, path, data=None):
    return browser.post(path, data=data)


def text_of(answer):
    return unescape(answer.text)


def chosen(claims, **more):
    return {"picked": [str(payable_id) for payable_id in owed_for(*claims)], **more}


def test_worklist_shows_what_is_ready_and_what_is_held_with_the_reason(client, desk):
    ready, held = an_authorised_claim(desk), an_authorised_claim(desk, with_account=False)
    page = signed_in(client, desk.maker).get("/payments/")
    assert page.status_code == 200
    assert ready.number in page.text
    assert held.number in page.text
    assert "No bank account is entered yet." in page.text
    assert "1 payment ready, €7,000.00" in page.text
    assert f'name="picked" value="{owed_for(ready)[0]}"' in page.text
    assert f'name="picked" value="{owed_for(held)[0]}"' not in page.text


def test_worklist_of_another_region_shows_nothing(client, desk):
    claim = an_authorised_claim(desk)
    batch = a_made_batch(desk)
    page = signed_in(client, Desk("NL-NB").maker).get("/payments/")
    assert claim.number not in page.text
    assert batch.number not in page.text


def test_worklist_offers_an_auditor_nothing_to_press(client, desk):
    an_authorised_claim(desk)
    auditor = a_member_of_staff(Role.AUDITOR)
    page = signed_in(client, auditor).get("/payments/")
    assert page.status_code == 200
    assert "Make a batch" not in page.text


def test_worklist_is_for_readers(client, desk):
    assert signed_in(client, an_applicant()).get("/payments/").status_code == 403
    administrator = a_member_of_staff(Role.ADMINISTRATOR)
    assert signed_in(client, administrator).get("/payments/").status_code == 403


def test_make_names_count_and_sum_and_writes_only_once_confirmed(client, desk):
    claims = [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="437.55")]
    browser = signed_in(client, desk.maker)
    asked = post(browser, "/payments/make", chosen(claims))
    assert asked.status_code == 200
    assert "Make 2 payments, €7,437.55" in asked.text
    assert "overdraws" in asked.text
    assert queries.find_batch_of(owed_for(claims[0])) is None
    made = post(browser, "/payments/make", chosen(claims, confirmed="yes", **DAY))
    assert made.status_code == 303
    page = browser.get(made.location)
    assert "Someone else authorises it next." in page.text
    assert "You made this batch, so someone else must authorise it." in page.text
    assert "Authorise</a>" not in page.text


def test_make_twice_shows_the_first_batch(client, desk):
    claim = an_authorised_claim(desk)
    browser = signed_in(client, desk.maker)
    answers = [post(browser, "/payments/make", chosen([claim], confirmed="yes", **DAY)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


def test_make_after_someone_else_says_that_someone_was_faster(client, desk):
    claim = an_authorised_claim(desk)
    a_made_batch(desk, [claim])
    answer = post(signed_in(client, desk.second), "/payments/make", chosen([claim], confirmed="yes", **DAY))
    assert answer.status_code == 409


def test_make_refuses_a_day_and_keeps_the_choice(client, desk):
    claim = an_authorised_claim(desk)
    wrong = DAY | {"execute_on-day": "6"}
    answer = post(signed_in(client, desk.maker), "/payments/make", chosen([claim], confirmed="yes", **wrong))
    assert answer.status_code == 422
    assert "Banks are closed on 6 December 2026" in answer.text
    assert f'name="picked" value="{owed_for(claim)[0]}"' in answer.text


@pytest.mark.parametrize("picked", [[], ["x"], ["99999999999999999999"], ["-1"], ["12345"]])
def test_make_without_a_claim_goes_back_to_the_list(client, desk, picked):
    answer = post(signed_in(client, desk.maker), "/payments/make", {"picked": picked, "confirmed": "yes"})
    assert (answer.status_code, answer.location) == (303, "/payments/")


def test_make_is_refused_to_another_region(client, desk):
    claim = an_authorised_claim(desk)
    answer = post(signed_in(client, Desk("NL-NB").maker), "/payments/make", chosen([claim], confirmed="yes", **DAY))
    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["", "/authorise", "/file", "/cancel", "/execute"])
def test_pages_of_a_batch_are_closed_to_another_region(client, desk, page):
    batch = an_authorised_batch(desk)
    assert signed_in(client, Desk("NL-NB").maker).get(f"/payments/{batch.id}{page}").status_code == 403


def test_authorise_needs_the_declaration(client, desk):
    batch = a_made_batch(desk)
    answer = post(signed_in(client, desk.second), f"/payments/{batch.id}/authorise")
    assert answer.status_code == 422
    assert "Confirm that you have checked the batch" in answer.text


def test_authorise_then_download_the_file(client, desk):
    batch = a_made_batch(desk)
    browser = signed_in(client, desk.second)
    assert "Authorise 1 payment, €7,000.00" in browser.get(f"/payments/{batch.id}/authorise").text
    answers = [post(browser, f"/payments/{batch.id}/authorise", {"checked": "yes"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "Download the bank file" in browser.get(answers[0].location).text
    file = browser.get(f"/payments/{batch.id}/file")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert batch.number.encode() in file.data


def test_authorise_is_refused_to_the_maker(client, desk):
    batch = a_made_batch(desk)
    assert post(signed_in(client, desk.maker), f"/payments/{batch.id}/authorise", {"checked": "yes"}).status_code == 403


def test_file_is_not_there_before_it_is_authorised(client, desk):
    batch = a_made_batch(desk)
    assert signed_in(client, desk.second).get(f"/payments/{batch.id}/file").status_code == 404


def test_cancel_needs_a_reason(client, desk):
    batch = a_made_batch(desk)
    browser = signed_in(client, desk.maker)
    assert post(browser, f"/payments/{batch.id}/cancel").status_code == 422
    assert post(browser, f"/payments/{batch.id}/cancel", {"reason": "Wrong day"}).status_code == 303
    assert "Wrong day" in browser.get(f"/payments/{batch.id}").text
    assert post(browser, f"/payments/{batch.id}/cancel", {"reason": "Wrong day"}).status_code == 303


def test_execute_books_the_banks_day(client, desk, clock):
    batch = an_authorised_batch(desk)
    clock.forward(days=12)
    browser = signed_in(client, desk.maker)
    asked = {"executed_on-day": "1", "executed_on-month": "12", "executed_on-year": "2026", "bank_reference": "S-231"}
    assert "asks the bank to pay on 1 Dec 2026" in text_of(browser.get(f"/payments/{batch.id}/execute"))
    too_soon = post(browser, f"/payments/{batch.id}/execute", asked | {"executed_on-month": "11"})
    assert too_soon.status_code == 422
    assert "cannot have paid it before" in too_soon.text
    answers = [post(browser, f"/payments/{batch.id}/execute", asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    page = text_of(browser.get(f"/payments/{batch.id}"))
    assert "1 December 2026, S-231" in page


@pytest.mark.parametrize("verb", ["authorise", "cancel", "execute"])
def test_the_form_of_a_step_that_is_past_says_what_happened(client, desk, verb):
    batch = an_executed_batch(desk)
    person = desk.second if verb == "authorise" else desk.maker
    past = signed_in(client, person).get(f"/payments/{batch.id}/{verb}")
    assert past.status_code == 409
    assert "Mark as executed by the bank" in past.text
    assert f'href="/payments/{batch.id}"' in past.text
    assert "<form" not in past.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("verb", ["authorise", "cancel", "execute"])
def test_an_auditor_changes_no_batch(client, desk, verb):
    batch = a_made_batch(desk)
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    assert post(auditor, f"/payments/{batch.id}/{verb}", {"checked": "yes", "reason": "x"}).status_code == 403
    assert queries.get_batch(batch.id).state == BatchState.MADE


def test_what_is_ready_is_summed_and_filtered_by_fund_line(client, desk):
    an_authorised_claim(desk, amount="7000")
    browser = signed_in(client, desk.maker)
    page = unescape(browser.get("/payments/").text)
    sums = page.partition("By fund line: ")[2].partition("</p>")[0]
    payable = list_proposed(ListQuery(), mandate_of(desk.maker), most=5)[0].payable
    lines = {share.fund.line: share.amount for share in payable.shares}
    assert len(lines) > 1
    for line, amount in lines.items():
        assert f"{line} €{amount.cents / 100:,.2f}" in sums
        assert payable.number in browser.get(f"/payments/?line={line}").text
        assert payable.number not in browser.get(f"/payments/?line={line}&payee=provider").text
    assert [(one.line, one.amount) for one in sums_by_line([payable])] == sorted(lines.items())


@pytest.mark.once  # the mapping counts its statements alike on either database
def test_lists_and_pages_need_the_same_number_of_queries_for_more_rows(client, desk):
    browser = signed_in(client, desk.maker)
    a_made_batch(desk, [an_authorised_claim(desk)])
    an_authorised_claim(desk)
    few = [_queries(browser, path) for path in ("/payments/", "/payments/1")]
    batch = a_made_batch(desk, [an_authorised_claim(desk) for _ in range(4)])
    for _ in range(4):
        an_authorised_claim(desk)
    an_executed_batch(desk, [an_authorised_claim(desk)], at=PAID_AT)
    assert [_queries(browser, path) for path in ("/payments/", f"/payments/{batch.id}")] == few
    assert max(few) <= 26  # what each may still release, what the bank refused, and the fund lines among them


def _queries(browser, path):
    def read():
        assert browser.get(path, buffered=True).status_code == 200

    return queries_of(read)


def test_the_company_reads_everywhere_that_the_bank_sent_the_money_back(client, desk, clock):
    payment = an_executed_batch(desk).payments[0]
    clock.forward(days=12)
    fates.give_back_payment(payment, "AC04", returned_on=TUESDAY, bank_reference="S-2", by=desk.maker, at=now())
    office = text_of(signed_in(client, desk.second).get(f"/payments/{payment.batch_id}"))
    assert "1 payment came back: €7,000.00." in office
    assert office.index("1 payment came back") < office.index("Payments of batch")
    claim = fresh_claim(payment.payable.source_id)
    application = claim.agreement.application
    enter = f"/organisations/{application.organisation_id}/bank-account"
    browser = signed_in(client, owner_of(application))
    pages = [f"/claims/{claim.id}", f"/agreements/{claim.agreement_id}", "/applications"]
    for page in (*pages, f"/applications/{application.id}"):
        text = text_of(browser.get(page))
        assert f"The bank sent EUR 7,000.00 for {claim.number} back. The account is closed. Enter another" in text, page
        assert "is paid to the account" not in text
        assert (f'href="{enter}"' in text) == (page in pages[:2]), page

    holder, iban = "Other Holder", "FR1420041010050500013M02606"
    account = propose_bank_account(
        application.organisation, holder=holder, iban=iban, bic="", by=owner_of(application), at=now()
    )
    text = text_of(signed_in(client, desk.second).get(f"/organisations/bank-accounts/{account.id}"))
    assert (
        f"The bank sent the payment of {claim.number} to the present account back, code AC04. The account is closed."
        in text
    )


def test_authorise_shows_what_the_bank_said_of_each_name_and_a_worse_answer_before(client, desk):
    claims = [an_authorised_claim(desk), an_authorised_claim(desk)]
    a_check(payable_of(claims[0]), CheckResult.NO_MATCH, by=desk.manager)
    a_check(payable_of(claims[0]), CheckResult.MATCH, by=desk.maker)
    batch = a_made_batch(desk, claims)
    text = text_of(signed_in(client, desk.second).get(f"/payments/{batch.id}/authorise"))
    assert text.index("The name matches") < text.index(desk.maker.name) < text.index("VOP-1") < text.index("Before:")
    assert text.index("Before:") < text.index("The name does not match") < text.index(desk.manager.name)
    assert "The bank was not asked yet whether the name belongs to the account." in text
    assert (
        text.index("Before you authorise") < text.index("The bank was not asked yet") < text.index("Payments of batch")
    )


def test_an_account_in_another_name_or_used_by_two_is_named_before_money_goes_there(client, desk):
    claim, other = (an_authorised_claim(desk, with_account=False) for _ in range(2))
    iban, at = "FR1420041010050500013M02606", PAID_AT
    for one, holder in ((claim, "Karl-Heinz Böhm"), (other, "")):
        application = one.agreement.application
        entered = {"holder": holder or application.organisation.name.upper(), "iban": iban, "bic": ""}
        account = propose_bank_account(application.organisation, **entered, by=owner_of(application), at=at)
        confirm_bank_account(account, by=desk.second, at=at)
    names = [one.agreement.application.organisation.name for one in (claim, other)]
    in_other_name = f"The account is in the name of Karl-Heinz Böhm, and the payee is {names[0]}. Find out why"
    alike = [f"{name} has an account with the same IBAN. Find out why before you go on." for name in names]
    maker = signed_in(client, desk.maker)
    assert in_other_name in text_of(maker.get("/payments/"))
    made = text_of(post(maker, "/payments/make", chosen([claim, other])))
    assert all(made.count(words) == 1 for words in (in_other_name, *alike))
    batch = a_made_batch(desk, [claim, other])
    browser = signed_in(client, desk.second)
    asked = text_of(browser.get(f"/payments/{batch.id}/authorise"))
    for words in (in_other_name, *alike):
        assert asked.index("Before you authorise") < asked.index(words) < asked.index("Payments of batch")
    assert in_other_name in text_of(browser.get(f"/payments/{batch.id}"))
    debt = text_of(browser.get(f"/payables/{owed_for(claim)[0]}"))
    assert in_other_name in debt
    assert alike[1] in debt
    assert post(browser, f"/payments/{batch.id}/authorise", {"checked": "yes"}).status_code == 303, "it forbids nothing"


def test_ready_says_what_the_next_page_says(client, desk):
    claim = an_authorised_claim(desk)
    browser, doubt = (
        signed_in(client, desk.maker),
        "The bank was not asked yet whether the name belongs to the account.",
    )
    assert doubt in text_of(browser.get("/payments/"))
    assert doubt in text_of(post(browser, "/payments/make", chosen([claim])))
    a_check(payable_of(claim), CheckResult.MATCH, by=desk.maker)
    assert doubt not in text_of(browser.get("/payments/"))


@pytest.mark.parametrize("verb", ["execute", "reject"])
def test_no_form_is_opened_for_what_the_bank_cannot_have_done_yet(client, desk, verb):
    batch = a_made_batch(desk)
    page, browser = f"/payments/payments/{batch.payments[0].id}/{verb}", signed_in(client, desk.maker)
    for answer in (browser.get(page), post(browser, page, {"reason_code": "AC04"})):
        assert (answer.status_code, "This batch is not authorised yet" in answer.text) == (409, True)
    actions.authorise_batch(queries.get_batch(batch.id), by=desk.second, at=PAID_AT)
    assert browser.get(page).status_code == 200


def test_a_batch_says_that_the_bank_refused_an_account_of_it_since(client, desk):
    payment = an_authorised_batch(desk).payments[0]
    own = {"owner": owner_of(payment.application), "organisation": payment.application.organisation}
    claim, other = an_authorised_claim(desk, "MG", amount="400", with_account=False, **own), an_authorised_claim(desk)
    made, sent = a_made_batch(desk, [claim]), an_authorised_batch(desk, [other])
    with unit_of_work():
        queries.get_batch(sent.id).payments[0].iban = payment.iban
    fates.reject_payment(queries.get_payment(payment.id), "AC04", by=OFFICE, at=PAID_AT + timedelta(hours=2))
    browser, told = signed_in(client, desk.second), "The bank refused this account, code AC04: The account is closed."
    page = text_of(browser.get(f"/payments/{made.id}"))
    assert told in page
    assert "Cancel this batch to pay the others." in page
    page = text_of(browser.get(f"/payments/{sent.id}"))
    assert told in page
    assert "Ask the bank to stop this payment" in page
    refused = post(browser, f"/payments/{made.id}/authorise", {"checked": "yes"})
    assert (refused.status_code, told in text_of(refused)) == (422, True)


def test_who_may_authorise_now_stands_on_the_batch_and_in_the_list_and_the_limits_beside_the_doubts(client, app, clock):
    clock.stop(PAID_AT)
    lines = "  payment_limits:\n    finance_officer: 7399\n    cluster_manager: 8000\n"
    a_programme(IN2_FILE.read_text(encoding="utf-8").replace(IN2_LIMITS, lines, 1))
    people = Desk()
    first = a_made_batch(people)
    second = a_made_batch(people, [an_authorised_claim(people, "MG", amount="400")])
    actions.authorise_batch(first, by=people.second, at=PAID_AT)
    browser = signed_in(client, people.manager)
    able = f"{people.manager.name} (EUR 8,000.00 left today)"
    page = text_of(browser.get(f"/payments/{second.id}"))
    assert f"May authorise it now: {able}." in page
    assert f"Not now: {people.second.name} (EUR 399.00 left today)." in page
    assert able in text_of(browser.get("/payments/"))
    text = text_of(signed_in(client, people.second).get(f"/payments/{second.id}/authorise"))
    assert "You may still release €399.00 today in this region." in text
    assert "have released EUR 7,000.00 today" in text
    assert text.index("have released") < text.index("The bank was not asked yet") < text.index("Payments of batch")


def test_an_account_that_would_replace_another_one_is_checked_from_the_list(client, desk):
    claim = an_authorised_claim(desk)
    browser = signed_in(client, desk.maker)
    assert "Check the account" not in browser.get("/payments/").text
    application = claim.agreement.application
    account = propose_bank_account(
        application.organisation,
        holder="Other",
        iban="FR1420041010050500013M02606",
        bic="",
        by=owner_of(application),
        at=now(),
    )
    page = browser.get("/payments/").text
    assert "Another account waits for confirmation." in page
    assert f'href="/organisations/bank-accounts/{account.id}"' in page


def test_an_account_entered_since_the_page_was_opened_is_read_before_money_goes_to_the_confirmed_one(client, desk):
    free, claim = an_authorised_claim(desk), an_authorised_claim(desk)
    batch, told = a_made_batch(desk, [claim]), "has entered another account, which waits for confirmation."
    browser = signed_in(client, desk.second)
    own = f"/payments/{batch.id}/authorise"
    assert told not in text_of(browser.get(own))
    application = claim.agreement.application
    owner = owner_of(application)
    entered = {"holder": "Other", "iban": "FR1420041010050500013M02606", "bic": "", "by": owner, "at": PAID_AT}
    account = propose_bank_account(application.organisation, **entered)
    answer = post(browser, own, {"checked": "yes", "waiting": ""})
    assert answer.status_code == 422
    assert f"{claim.number}: {application.organisation.name} {told}" in text_of(answer)
    assert f'href="/organisations/bank-accounts/{account.id}"' in answer.text
    assert queries.get_batch(batch.id).state == BatchState.MADE
    assert f'value="{account.id}"' in browser.get(own).text
    assert post(browser, own, {"checked": "yes", "waiting": str(account.id)}).status_code == 303

    page = post(browser, "/payments/make", chosen([free]))
    assert told not in text_of(page)
    other = free.agreement.application
    later = propose_bank_account(other.organisation, **entered | {"by": owner_of(other)})
    sent = chosen([free], confirmed="yes", **DAY)
    refused = post(browser, "/payments/make", sent)
    assert (refused.status_code, told in text_of(refused)) == (422, True)
    assert f'name="waiting" value="{later.id}"' in refused.text


def test_pages_of_a_payment_lead_to_the_termination_that_is_not_decided(client, desk):
    claim, free = an_authorised_claim(desk), an_authorised_claim(desk)
    batch = a_made_batch(desk, [claim])
    link = f'href="/amendments/terminations/{a_proposed_termination(claim.agreement, at=PAID_AT).id}"'
    browser = signed_in(client, desk.second)
    debt = owed_for(claim)[0]
    for page in (f"/payments/{batch.id}", f"/payments/{batch.id}/authorise", f"/payables/{debt}"):
        assert link in browser.get(page).text, page
    actions.cancel_batch(queries.get_batch(batch.id), "It ends.", by=desk.maker, at=PAID_AT)
    refused = post(browser, "/payments/make", chosen([claim, free]))
    assert (refused.status_code, link in refused.text) == (422, True)
    assert link in browser.get("/payments/").text
    assert f'name="picked" value="{debt}"' not in browser.get("/payments/").text
    assert link in browser.get(f"/payables/{debt}").text
