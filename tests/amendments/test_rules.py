"""What an amendment may change and what its text says, as a domain expert can read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from vouchers.agreements.rules.window import Bounds
from vouchers.amendments import postings, rules
from vouchers.amendments.rules import Decided, Limits, Standing, Wanted
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.chart import FundKind
from vouchers.ledger.recipes import Share

BEFORE = Standing(
    date(2026, 10, 6), date(2027, 10, 5), date(2027, 12, 4), EUR("5000"), "Lab", "Jan de Vries", "jan@lab.example"
)
BOUNDS = Bounds(
    approved_on=date(2026, 10, 5),
    prior_approval=True,
    submitted_on=date(2026, 10, 1),
    valid_for_months=12,
    until=date(2028, 6, 30),
)
LIMITS = Limits(BOUNDS, cap=EUR("7000"), used=EUR("1200"))
TODAY = date(2027, 3, 1)
WORDING = SimpleNamespace(day=lambda one: one.isoformat(), money=str)


def after(**wanted):
    return rules.apply(BEFORE, Wanted(**wanted))


def test_the_last_day_to_claim_moves_with_the_end():
    changed = after(ends_on=date(2028, 1, 5))
    assert changed.claim_by == date(2028, 3, 5)
    assert changed.starts_on == BEFORE.starts_on
    assert changed.provider == BEFORE.provider


@pytest.mark.parametrize(
    "wanted",
    [
        {"ends_on": date(2028, 6, 30)},  # longer than the usual twelve months: that is what amendments are for
        {"ends_on": TODAY},
        {"starts_on": date(2026, 10, 7)},
        {"amount": EUR("7000")},
        {"amount": EUR("1200")},
        {"provider_name": "Other", "provider_contact": "Eva", "provider_email": "eva@other.example"},
    ],
)
def test_what_fits_is_possible(wanted):
    rules.ensure_possible(BEFORE, after(**wanted), LIMITS, TODAY)


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        ({}, "ends_on", "Nothing would change"),
        ({"ends_on": BEFORE.ends_on}, "ends_on", "Nothing would change"),
        ({"ends_on": date(2028, 7, 1)}, "ends_on", "30 June 2028 at the latest"),
        ({"ends_on": date(2027, 2, 28)}, "ends_on", "passed already"),
        ({"ends_on": date(2026, 10, 1)}, "ends_on", "before it starts"),
        ({"starts_on": date(2026, 10, 5)}, "starts_on", "may not start before"),
        ({"amount": EUR("7000.01")}, "amount", "at most"),
        ({"amount": EUR("1199.99")}, "amount", "are accepted already"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(app, wanted, field, words):
    with pytest.raises(RuleBroken) as refused:
        rules.ensure_possible(BEFORE, after(**wanted), LIMITS, TODAY)
    assert refused.value.field == field
    assert words in str(refused.value)


def test_a_fixed_sum_stays_as_it_is():
    limits = Limits(BOUNDS, EUR("7000"), EUR("0"), is_sum=True)
    with pytest.raises(RuleBroken, match="fixed sum"):
        rules.ensure_possible(BEFORE, after(amount=EUR("4000")), limits, TODAY)
    rules.ensure_possible(BEFORE, after(ends_on=date(2027, 11, 1)), limits, TODAY)


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2027, 2, 28), "cannot rule backwards"), (date(2027, 10, 6), "ends before that day")],
)
def test_it_never_rules_backwards(day, words):
    rules.ensure_entry_day(TODAY, TODAY, BEFORE)
    with pytest.raises(RuleBroken, match=words):
        rules.ensure_entry_day(day, TODAY, BEFORE)


@pytest.mark.parametrize(
    ("data", "wanted", "signed"),
    [
        ({"amendments_signed": True}, {"ends_on": date(2027, 11, 1)}, True),
        ({"amendments_signed": False}, {"ends_on": date(2027, 11, 1)}, False),
        ({}, {"ends_on": date(2027, 11, 1)}, True),  # offered before agreements said so
        ({"amendments_signed": False}, {"provider_name": "Other", "provider_email": "eva@other.example"}, True),
    ],
)
def test_who_signs_is_what_the_agreement_says_but_nobody_is_bound_unasked(data, wanted, signed):
    assert rules.is_signed_anew({"data": data}, BEFORE, after(**wanted)) is signed


def test_minutes_are_named_where_a_committee_decides():
    rules.ensure_minutes("", is_by_committee=False)
    rules.ensure_minutes("Steering committee, 12 March 2027", is_by_committee=True)
    with pytest.raises(RuleBroken, match="steering committee"):
        rules.ensure_minutes(" ", is_by_committee=True)


def test_a_day_begins_where_the_region_is():
    assert rules.entry_moment(date(2027, 3, 28), "Europe/Brussels") == datetime(2027, 3, 27, 23, tzinfo=UTC)


def test_the_text_keeps_what_was_agreed_and_says_what_changes():
    terms = {"title": "Voucher agreement A-1", "number": "A-1", "sections": [{"heading": "1", "texts": []}], "data": {}}
    decided = Decided(2, "1 March 2027", "The laboratory is busy.", "Minutes 4", is_signed=False)
    text = rules.amend_terms(terms, BEFORE, after(ends_on=date(2028, 1, 5)), decided, WORDING)
    assert terms["sections"] == [{"heading": "1", "texts": []}], "the frozen text is not touched"
    assert text["sections"][0] == terms["sections"][0]
    facts = dict(text["sections"][1]["facts"])
    assert facts["Last day"] == "2028-01-05, in the place of 2027-10-05"
    assert facts["Last day to claim"] == "2028-03-05, in the place of 2027-12-04"
    assert facts["Decided by"] == "Minutes 4"
    assert "First day" not in facts
    assert text["data"]["ends_on"] == "2028-01-05"
    assert text["data"]["amendment"] == 2
    assert any("holds by this decision" in point for point in text["sections"][1]["points"])


FUNDS = [SimpleNamespace(id=1, kind=FundKind.PREFINANCED, rate=60), SimpleNamespace(id=2, kind=FundKind.OWN, rate=40)]


def test_a_higher_amount_is_carried_as_the_whole_is():
    shares = postings.split_raise(EUR("0.01"), FUNDS, [EUR("3000.00"), EUR("2000.01")], [EUR("100000"), EUR("100000")])
    assert [(one.fund_id, one.amount) for one in shares] == [(1, EUR("0.01"))]


def test_a_lower_amount_never_takes_more_than_is_committed_on_a_line():
    committed = [Share(1, FundKind.PREFINANCED, EUR("10")), Share(2, FundKind.OWN, EUR("90"))]
    shares = postings.split_cut(EUR("50"), committed, [60, 40])
    assert [one.amount for one in shares] == [EUR("10"), EUR("40")]
