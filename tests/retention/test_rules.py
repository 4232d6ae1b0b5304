"""Until when something is kept: every case of the vectors, and those that they leave out."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vouchers.documents.classes import Law
from vouchers.retention.rules.keeping import (
    Basis,
    Facts,
    Span,
    Terms,
    bases_of,
    keep,
    keep_aid,
    keep_draft,
    keep_payment,
    keep_selection,
    last_day_gone,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "retention_dates.json").read_text(encoding="utf-8"))
DAY = date.fromisoformat


@pytest.mark.parametrize("case", VECTORS["cpr"])
def test_five_years_from_the_end_of_the_year_of_the_last_payment(case):
    assert keep_payment(DAY(case["last_payment"])) == Basis(Law.PAYMENT, DAY(case["keep_until"]))


@pytest.mark.parametrize("case", VECTORS["de_minimis"])
def test_ten_years_from_the_grant(case):
    assert keep_aid(DAY(case["granted"])).until >= DAY(case["keep_until_at_least"])


@pytest.mark.parametrize("case", VECTORS["combined"], ids=lambda case: case["why"])
def test_the_longest_wins_and_a_hold_stops_it(case):
    bases = [keep_payment(DAY(case["last_payment"])), keep_aid(DAY(case["granted"]))]
    if "hold" not in case:
        assert keep(bases, []).until == DAY(case["keep_until"])
        return
    first, last = (DAY(day) for day in case["hold"].split(".."))
    standing, lifted = keep(bases, [Span(first, None)]), keep(bases, [Span(first, last)])
    assert not standing.is_due(last)
    assert not standing.is_due(DAY("2099-01-01"))
    assert not lifted.is_due(last)
    assert lifted.is_due(last + timedelta(days=1))


SUBMITTED = Facts(
    closed_on=DAY("2026-03-31"),
    submitted_on=DAY("2026-03-30"),
    decided_on=DAY("2026-06-01"),
    granted_on=None,
    last_paid_on=None,
    is_aid=True,
    is_settled=True,
)


def _with(**changed):
    return keep(bases_of(replace(SUBMITTED, **changed)), [])


def test_what_was_never_submitted_goes_six_months_after_the_call():
    kept = _with(submitted_on=None, decided_on=None)
    assert (kept.until, kept.law) == (DAY("2026-09-30"), Law.DRAFT)
    assert not kept.is_due(DAY("2026-09-30"))
    assert kept.is_due(DAY("2026-10-01"))


def test_a_rejected_application_stays_as_long_as_the_file_of_the_selection():
    assert (_with().until, _with().law) == (DAY("2031-12-31"), Law.SELECTION)
    withdrawn = _with(decided_on=None)
    assert withdrawn.until == keep_selection(DAY("2026-03-30")).until


def test_nobody_can_tell_while_something_may_still_come_of_it():
    kept = _with(granted_on=DAY("2026-06-01"), is_settled=False)
    assert (kept.until, kept.law, kept.is_due(DAY("2099-01-01"))) == (None, None, False)


def test_a_voucher_that_was_no_aid_is_kept_for_its_payment_only():
    how = {"granted_on": DAY("2026-06-01"), "last_paid_on": DAY("2027-02-01")}
    assert _with(**how).law == Law.STATE_AID
    assert (_with(**how, is_aid=False).until, _with(**how, is_aid=False).law) == (DAY("2032-12-31"), Law.PAYMENT)


def test_a_hold_that_was_lifted_in_time_changes_nothing():
    basis = [Basis(Law.PAYMENT, DAY("2031-12-31"))]
    assert keep(basis, [Span(DAY("2028-01-01"), DAY("2029-01-01"))]).until == DAY("2031-12-31")


def test_what_was_held_after_its_time_is_kept_through_the_day_of_the_lifting():
    basis = [Basis(Law.PAYMENT, DAY("2031-12-31"))]
    assert keep(basis, [Span(DAY("2032-01-01"), DAY("2033-01-01"))]).until == DAY("2033-01-01")


def test_a_programme_keeps_drafts_and_selections_as_long_as_it_says():
    draft = replace(SUBMITTED, submitted_on=None, decided_on=None)
    assert bases_of(draft, Terms(draft_months=12))[0].until == DAY("2027-03-31")
    assert bases_of(SUBMITTED, Terms(selection_years=10))[0].until == DAY("2036-12-31")
    granted = replace(SUBMITTED, granted_on=DAY("2026-06-01"), last_paid_on=DAY("2026-08-01"))
    assert keep(bases_of(granted, Terms(selection_years=1)), []).until == DAY("2036-12-31")


def test_holds_that_follow_one_another():
    holds = [Span(DAY("2032-06-01"), DAY("2034-01-01")), Span(DAY("2031-12-31"), DAY("2033-01-01"))]
    assert keep([Basis(Law.PAYMENT, DAY("2031-12-31"))], holds).until == DAY("2034-01-01")


_days = some.dates(date(2020, 1, 1), date(2040, 1, 1))
_bases = some.lists(some.builds(Basis, some.sampled_from(list(Law)), _days), min_size=1, max_size=4)
_spans = some.lists(
    some.builds(lambda first, length: Span(first, first + timedelta(days=length)), _days, some.integers(0, 2000)),
    max_size=4,
)


@given(_bases, _spans, _days)
def test_nothing_goes_within_its_time_nor_under_a_hold(bases, spans, today):
    kept = keep(bases, spans)
    if kept.is_due(today):
        assert all(one.until < today for one in bases)
        assert all(one.last < today for one in spans)
    assert not keep(bases, [*spans, Span(today, None)]).is_due(today)


@given(_days)
def test_the_day_after_the_last_one_is_the_first_to_go(day):
    until = keep_draft(day).until
    kept = keep([keep_draft(day)], [])
    assert not kept.is_due(until)
    assert kept.is_due(until + timedelta(days=1))


@given(_days, some.integers(1, 120))
def test_the_last_day_of_a_call_whose_drafts_may_go(today, months):
    """What the database compares with is the rule, turned round."""
    last = last_day_gone(today, months)
    assert keep_draft(last, months).until < today
    assert keep_draft(last + timedelta(days=1), months).until >= today


def test_what_keeps_it_beyond_its_day_does_not_hide_the_day():
    held = keep(bases_of(SUBMITTED), [Span(DAY("2027-01-01"), None, "Inquiry")])
    audited = keep(bases_of(SUBMITTED), [], is_open=True)
    for kept in (held, audited):
        assert (kept.until, kept.law) == (DAY("2031-12-31"), Law.SELECTION)
        assert not kept.is_due(DAY("2099-01-01"))
    assert (held.is_held, held.is_open, audited.is_held, audited.is_open) == (True, False, False, True)
