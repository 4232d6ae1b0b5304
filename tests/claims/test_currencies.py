"""Costs in other currencies: estimated while they are written, frozen as they are handed in, at the month's rate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_submitted_claim,
    all_accepted,
    say_the_journey,
)
from tests.builders.rates import FILE, a_file_of_rates, loaded_rates
from tests.builders.users import signed_in
from vouchers.claims.actions import checking, drafting
from vouchers.claims.actions.checking import Finding
from vouchers.claims.queries import files as queries
from vouchers.claims.queries import pricing
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money

LATER = CLAIMED_AT + timedelta(days=1)
NOVEMBER = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
POUNDS = {"net": Money(10_000, "GBP"), "vat": Money(2_000, "GBP"), "is_vat_recoverable": False}
"""GBP 120 at 0.86523 for a euro: EUR 138.69."""
TYPED = {
    "category": "travel", "description": "Train to Edinburgh", "supplier": "LNER", "invoice_number": "L-1",
    "invoice_on": "2026-10-12", "activity_on": "2026-10-12", "invoice_currency": "GBP", "net": "100", "vat": "20",
    "is_vat_recoverable": "no", "invoice_total": "",
}  # fmt: skip


def again(claim):
    return queries.get_claim(claim.id)


def test_a_cost_in_another_currency_is_frozen_at_the_rate_of_the_month_of_its_submission(agreement, owner, manager):
    loaded_rates()
    claim = a_complete_claim(agreement, a_cost(**POUNDS))
    line = again(claim).costs[0]
    assert (line.eligible, line.is_rate_final, line.submitted_on) == (EUR("138.69"), False, None)

    loaded_rates(a_file_of_rates("UK,Pound,GBP,11/2026,0.8"), at=NOVEMBER)
    drafting.submit_claim(claim, by=owner, at=NOVEMBER)
    line = again(claim).costs[0]
    assert (line.eligible, line.is_rate_final, line.submitted_on) == (EUR("150.00"), True, date(2026, 11, 3))
    assert (line.rate_month, line.rate_units) == (date(2026, 11, 1), "0.8")
    assert queries.sums(again(claim)).granted == EUR("150.00")

    loaded_rates(a_file_of_rates("UK,Pound,GBP,11/2026,0.5"), reason="Corrigendum", at=NOVEMBER)
    checking.verify_claim(again(claim), all_accepted(again(claim)), by=manager, at=NOVEMBER + timedelta(days=1))
    assert again(claim).grant == EUR("150.00")


def test_a_submission_waits_for_nobody_but_the_verification_waits_for_the_rate(agreement, owner, manager):
    loaded_rates()
    claim = a_complete_claim(agreement, a_cost(**POUNDS))
    drafting.submit_claim(claim, by=owner, at=NOVEMBER)
    assert (again(claim).costs[0].eligible, again(claim).costs[0].is_rate_final) == (EUR("138.69"), False)
    in_december = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    loaded_rates(a_file_of_rates("UK,Pound,GBP,12/2026,0.6"), at=in_december)
    with pytest.raises(RuleBroken, match="not loaded yet"):
        checking.verify_claim(again(claim), all_accepted(again(claim)), by=manager, at=in_december)
    assert again(claim).verified_by_id is None

    loaded_rates(a_file_of_rates("UK,Pound,GBP,11/2026,0.8"), at=in_december)
    (line,) = again(claim).costs
    assert pricing.price_costs(again(claim), in_december.date()) == {line.id: EUR("150.00")}
    checking.verify_claim(again(claim), [Finding(line.id, EUR("150"))], by=manager, at=in_december)
    assert (again(claim).grant, again(claim).costs[0].is_rate_final) == (EUR("150.00"), True)


def test_a_claim_that_went_back_keeps_its_rates_and_new_costs_have_their_own_month(agreement, owner, manager):
    loaded_rates()
    claim = a_submitted_claim(agreement, a_cost(**POUNDS))
    checking.send_back_claim(claim, "Which train?", by=manager, at=LATER)
    loaded_rates(a_file_of_rates("UK,Pound,GBP,11/2026,0.8"), at=NOVEMBER)
    first = again(claim).costs[0]
    changed = a_cost(**POUNDS | {"net": Money(20_000, "GBP"), "vat": Money(0, "GBP")})
    drafting.save_line(claim, changed, line_id=first.id, by=owner, at=NOVEMBER)
    more = drafting.save_line(claim, a_cost(net=Money(800, "GBP"), vat=Money(0, "GBP")), by=owner, at=NOVEMBER)
    from tests.builders.claims import an_evidence

    purpose = agreement.application.instrument.plan.claim_documents[0].code
    drafting.attach_document(claim, purpose, an_evidence(), line_id=more.id, by=owner, at=NOVEMBER)
    say_the_journey(claim, more, by=owner, at=NOVEMBER)
    drafting.submit_claim(claim, answer="The 8.15.", by=owner, at=NOVEMBER)
    old, new = again(claim).costs
    assert (old.eligible, old.rate_month) == (EUR("231.15"), date(2026, 10, 1))
    assert (new.eligible, new.rate_month) == (EUR("10.00"), date(2026, 11, 1))


def test_into_the_claims_own_currency_nothing_is_left_of_the_rate(agreement, owner):
    loaded_rates()
    claim = a_draft_claim(agreement)
    line = drafting.save_line(claim, a_cost(**POUNDS), by=owner, at=CLAIMED_AT)
    drafting.save_line(claim, a_cost(), line_id=line.id, by=owner, at=CLAIMED_AT)
    line = again(claim).costs[0]
    assert (line.eligible, line.quote, line.rate_units) == (EUR("318.40"), None, None)


def test_a_currency_without_a_rate_cannot_be_claimed(agreement, owner):
    loaded_rates()
    claim = a_draft_claim(agreement)
    with pytest.raises(RuleBroken, match="No monthly rate of CHF") as refused:
        drafting.save_line(claim, a_cost(net=Money(1, "CHF"), vat=Money(0, "CHF")), by=owner, at=CLAIMED_AT)
    assert refused.value.field == "invoice_currency"
    assert not again(claim).costs


def test_nobody_claims_more_than_stands_on_the_invoice(agreement, owner):
    claim = a_draft_claim(agreement)
    with pytest.raises(RuleBroken, match=r"EUR 318.40, but the invoice says EUR 318.39") as refused:
        drafting.save_line(claim, a_cost(invoice_total=EUR("318.39")), by=owner, at=CLAIMED_AT)
    assert refused.value.field == "invoice_total"
    line = drafting.save_line(claim, a_cost(invoice_total=EUR("400")), by=owner, at=CLAIMED_AT)
    assert (line.invoice_total, line.eligible) == (EUR("400"), EUR("318.40"))


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_currency_is_asked_only_where_rates_are_known(client, clock, agreement, owner):
    clock.stop(CLAIMED_AT)
    claim = a_draft_claim(agreement)
    new = f"/claims/{claim.id}/costs/new"
    sme = signed_in(client, owner)
    assert "In which currency" not in sme.get(new).text
    loaded_rates()
    page = sme.get(new).text
    assert "In which currency" in page
    assert '<option value="GBP"' in page

    assert sme.post(new, data=TYPED).status_code == 303
    page = sme.get(f"/claims/{claim.id}").text
    assert "£120" not in page or "€138.69" in page
    assert "€138.69" in page
    assert "1 euro = 0.86523 GBP in 2026-10, not final" in page
    line = again(claim).costs[0]
    assert (line.net, line.currency) == (Money(10_000, "GBP"), "GBP")
    page = sme.get(f"/claims/{claim.id}/costs/{line.id}").text
    assert '<option value="GBP" selected' in page


@pytest.mark.parametrize("currency", ["CHF", "", "<b>"])
def test_a_currency_that_is_not_offered_is_refused_on_its_field(client, clock, agreement, owner, currency):
    clock.stop(CLAIMED_AT)
    loaded_rates()
    claim = a_draft_claim(agreement)
    answer = signed_in(client, owner).post(f"/claims/{claim.id}/costs/new", data=TYPED | {"invoice_currency": currency})
    assert answer.status_code == 422
    assert "Choose the currency" in answer.text
    assert 'value="Train to Edinburgh"' in answer.text


def test_what_it_comes_to_is_worked_out_without_saving(client, clock, agreement, owner):
    clock.stop(CLAIMED_AT)
    loaded_rates()
    claim = a_complete_claim(agreement)
    sme, new = signed_in(client, owner), f"/claims/{claim.id}/costs/new"
    answer = sme.post(new, data=TYPED | {"then": "work_out"})
    assert answer.status_code == 200
    assert "€457.09" in answer.text  # 318.40 and 138.69
    assert "€42.91" in answer.text  # left of 500
    assert 'value="Train to Edinburgh"' in answer.text
    assert len(again(claim).costs) == 1
    assert sme.post(new, data=TYPED | {"then": "work_out", "net": "much"}).status_code == 422
    line = again(claim).costs[0]
    answer = sme.post(f"/claims/{claim.id}/costs/{line.id}", data=TYPED | {"then": "work_out"})
    assert "€138.69" in answer.text
    assert "€457.09" not in answer.text


def test_the_officer_reads_that_a_rate_is_not_final(client, clock, agreement, owner, manager):
    loaded_rates()
    claim = a_complete_claim(agreement, a_cost(**POUNDS))
    drafting.submit_claim(claim, by=owner, at=NOVEMBER)
    clock.stop(NOVEMBER)
    desk, line = signed_in(client, manager), again(claim).costs[0]
    page = desk.get(f"/claims/{claim.id}/verify").text
    assert "are shown at the rates that are known today" in page
    ticks = dict.fromkeys(("is_done", "is_proven", "is_needed"), "yes")
    answer = desk.post(f"/claims/{claim.id}/verify", data={f"accepted_{line.id}": "138.69", **ticks})
    assert answer.status_code == 422
    assert "not loaded yet" in answer.text
    assert again(claim).state == "submitted"
    loaded_rates(a_file_of_rates("UK,Pound,GBP,11/2026,0.8"), at=NOVEMBER)
    page = desk.get(f"/claims/{claim.id}/verify").text
    assert "are shown at the rates that are known today" not in page
    assert "The rates of the month of the submission are loaded now." in page


def test_the_worklist_reads_the_claims_currency(client, clock, agreement, owner):
    clock.stop(CLAIMED_AT)
    loaded_rates(FILE)
    a_submitted_claim(agreement, a_cost(**POUNDS))
    assert "€138.69" in signed_in(client, a_finance_officer()).get("/claims/").text
