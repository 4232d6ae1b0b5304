"""A claim that counts VAT in another way than the application said: the company and the office are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_complete_claim, a_cost, a_draft_claim, a_submitted_claim
from tests.builders.users import signed_in
from vouchers.claims.actions import checking
from vouchers.claims.queries.files import get_claim
from vouchers.claims.queries.vat import find_vat_answer, find_vat_contradiction
from vouchers.claims.rules.vat import list_contradicting
from vouchers.core.money import EUR

LATER = CLAIMED_AT + timedelta(days=1)
TYPED = {
    "category": "travel", "description": "Train to Nijmegen", "supplier": "NMBS", "invoice_number": "T-77",
    "invoice_on": "2026-10-12", "activity_on": "2026-10-12", "net": "100", "vat": "21",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    vat_cents: int
    is_vat_recoverable: bool


@pytest.mark.parametrize(
    ("said", "pays_vat", "line",           "contradicts"),
    [
        (True,  True,    Line(21, False),  True),
        (True,  True,    Line(21, True),   False),
        (False, True,    Line(21, True),   True),
        (False, True,    Line(21, False),  False),
        (True,  True,    Line(0, False),   False),   # there is no VAT
        (None,  True,    Line(21, False),  False),   # it was not asked
        (False, False,   Line(21, True),   False),   # the voucher pays no VAT: nobody is asked
    ],
)  # fmt: skip
def test_which_costs_contradict_the_application(said, pays_vat, line, contradicts):
    assert bool(list_contradicting([line], said, pays_vat=pays_vat)) == contradicts


def an_agreement(manager, said):
    return an_active_agreement("MG", manager=manager, answers={"vat_recoverable": said})


def test_verification_says_where_the_claim_contradicts_the_application_about_vat(client, agreement, manager):
    claim = a_submitted_claim(agreement, a_cost(net=EUR("100"), vat=EUR("21")))
    assert find_vat_answer(agreement.application_id) is True
    signed_in(client, manager)
    assert "Recoverable VAT is not eligible." in client.get(f"/claims/{claim.id}/verify").text
    right = a_submitted_claim(
        an_active_agreement("MG", "NL-GE"), a_cost(net=EUR("100"), vat=EUR("21"), is_vat_recoverable=True)
    )
    assert find_vat_contradiction(right) is None


def test_the_office_reads_also_of_vat_that_the_claim_gives_away(client, manager):
    claim = a_submitted_claim(an_agreement(manager, "no"), a_cost(vat=EUR("21"), is_vat_recoverable=True))
    page = signed_in(client, manager).get(f"/claims/{claim.id}/verify").text
    assert "The application says that the company cannot recover the VAT on these costs" in page


@pytest.mark.parametrize(
    ("said", "typed", "hint", "told"),
    [
        (
            "yes",
            "no",
            "says that your company can recover it",
            "Your application says that your company can recover VAT",
        ),
        ("no", "yes", "says that your company cannot recover it", "says that your company cannot recover VAT"),
    ],
)
def test_the_company_is_told_where_it_enters_the_cost_and_before_it_submits(
    client, clock, manager, said, typed, hint, told
):
    clock.stop(CLAIMED_AT)
    agreement = an_agreement(manager, said)
    claim = a_draft_claim(agreement)
    own = f"/claims/{claim.id}"
    sme = signed_in(client, owner_of(agreement.application))
    assert hint in sme.get(f"{own}/costs/new").text
    saved = sme.post(f"{own}/costs/new", data=TYPED | {"is_vat_recoverable": typed})
    assert saved.status_code == 303
    assert told in sme.get(saved.location).text
    page = sme.get(f"{own}/submit").text
    assert told in page
    assert "NMBS, T-77" in page


def test_the_company_reads_nothing_of_it_where_both_say_the_same(client, clock, manager):
    clock.stop(CLAIMED_AT)
    agreement = an_agreement(manager, "yes")
    claim = a_complete_claim(agreement, a_cost(vat=EUR("21"), is_vat_recoverable=True))
    page = signed_in(client, owner_of(agreement.application)).get(f"/claims/{claim.id}/submit").text
    assert "Submit the claim" in page
    assert "recover VAT" not in page


def test_the_company_is_told_once_more_as_it_answers_a_question(client, clock, agreement, manager, owner):
    clock.stop(LATER)
    claim = a_submitted_claim(agreement, a_cost(vat=EUR("21")))
    checking.send_back_claim(get_claim(claim.id), "Which train?", by=manager, at=LATER)
    page = signed_in(client, owner).get(f"/claims/{claim.id}").text
    assert "Your application says that your company can recover VAT" in page
