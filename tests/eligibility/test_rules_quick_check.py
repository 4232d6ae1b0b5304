"""The two-minute check: what it asks, what it says, in words that a visitor would use."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.eligibility.test_rules_formal import BRABANT, CLOSES, FLANDERS, TERMS, WALLONIA
from vouchers.core.money import EUR
from vouchers.eligibility.rules.quick_check import Said, advise, list_changeable, list_questions, worst
from vouchers.eligibility.states import Outcome
from vouchers.programmes.rules.instrument_plan import CrossBorder, ProviderRule
from vouchers.programmes.rules.plan import StateAid

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLACES = {place.code: place for place in (WALLONIA, BRABANT, FLANDERS)}
SAID = Said(
    region="BE-WAL",
    instrument="COL",
    headcount=12,
    turnover=EUR("1500000"),
    balance_sheet=EUR("900000"),
    belongs_to_group=False,
    nace="72.11",
    aid_received=EUR("0"),
    activity_start=date(2026, 5, 1),
    partner_region="NL-NB",
)


def said(terms=TERMS, at=AT, **changes):
    found = advise(replace(SAID, **changes), terms, PLACES, at=at, today=at.date())
    return {one.reading.rule.code: one for one in found}


def test_a_sound_answer_is_a_yes():
    advice = said()
    assert {one.reading.outcome for one in advice.values()} == {Outcome.MET}
    assert worst(list(advice.values())) is Outcome.MET
    assert set(advice) == {
        *("in_time", "sme", "sector", "de_minimis", "activity_dates", "prior_approval", "cross_border")
    }


FIXED = replace(TERMS, rate=None)
OTHER_COUNTRY = replace(TERMS, cross_border=CrossBorder.OTHER_COUNTRY)
WORDS = [
    # rule, what is different, outcome, what the visitor reads
    ("in_time", {}, "met", "You can apply until 31 March 2026, 18:00 (Brussels time)."),
    ("sme", {"headcount": 300}, "not_met", "Your company has 300 people; it must have fewer than 250."),
    ("sme", {"headcount": None}, "unclear", "The number of people is not stated."),
    ("sme", {"turnover": None, "balance_sheet": None}, "unclear", "we need the turnover and the balance sheet"),
    ("sme", {"belongs_to_group": None}, "unclear", "firms that belong together are counted together"),
    ("sector", {"nace": ""}, "unclear", "you have not said which one is yours"),
    ("sector", {"nace": "01.11"}, "not_met", "Your main activity, NACE 01.11, is excluded."),
    ("sector", {"nace": "10"}, "needs_person", "You may be in the other part."),
    ("de_minimis", {"aid_received": None}, "unclear", "You have not said how much de minimis aid"),
    ("de_minimis", {"aid_received": EUR("293000")}, "met", "it stays within the limit of EUR 300,000.00"),
    ("de_minimis", {"aid_received": EUR("294000")}, "unclear", "at most EUR 6,000.00 is left under the limit"),
    ("de_minimis", {"aid_received": EUR("300000")}, "not_met", "it would be above the limit of EUR 300,000.00"),
    ("de_minimis", {"aid_received": EUR("294000"), "terms": FIXED}, "not_met", "above the limit of EUR 300,000.00"),
    ("activity_dates", {"activity_start": date(2026, 1, 9)}, "not_met", "too early: the first day is 1 February 2026."),
    ("activity_dates", {"activity_start": date(2028, 1, 9)}, "not_met", "must be done by 31 December 2027."),
    ("prior_approval", {"activity_start": date(2026, 3, 1)}, "not_met", "You would start on 1 March 2026, before we"),
    ("cross_border", {"partner_region": ""}, "unclear", "You have not said where your partner is."),
    ("cross_border", {"partner_region": "BE-WAL"}, "not_met", "in another region than yours."),
    ("cross_border", {"partner_region": "BE-VLG", "terms": OTHER_COUNTRY}, "not_met", "in another country than yours."),
    ("gber_20a", {"terms": replace(TERMS, state_aid=StateAid.GBER_20A)}, "met", "up to EUR 7,000.00"),
    ("gber_28", {"terms": replace(TERMS, state_aid=StateAid.GBER_28)}, "needs_person", "looks at the accounts"),
    ("directory", {"terms": replace(TERMS, provider=ProviderRule.ACCREDITED)}, "unclear", "has accredited"),
]


@pytest.mark.parametrize(("code", "changed", "outcome", "words"), WORDS)
def test_the_check_speaks_to_the_visitor(code, changed, outcome, words):
    advice = said(**changed)[code]
    assert advice.reading.outcome == outcome
    assert words in str(advice.reading.evidence)
    assert (str(advice.next_step) == "Nothing to do.") == (outcome == "met")


@pytest.mark.parametrize(
    ("at", "words", "step"),
    [
        (TERMS.opens_at - timedelta(seconds=1), "not open yet", "Come back when the call is open."),
        (CLOSES + timedelta(seconds=1), "This call closed on 31 March 2026", "Wait for the next call"),
    ],
)
def test_no_grace_is_promised(at, words, step):
    advice = said(replace(TERMS, grace=timedelta(minutes=15)), at)["in_time"]
    assert advice.reading.outcome is Outcome.NOT_MET
    assert words in str(advice.reading.evidence)
    assert step in str(advice.next_step)


QUESTIONS = [
    # what the terms ask for, what is asked
    ({}, {"headcount", "turnover", "balance_sheet", "group", "nace", "de_minimis_received", "activity_start"}),
    ({"smes_only": False}, {"nace", "de_minimis_received", "activity_start"}),
    ({"smes_only": False, "excluded_sectors": ()}, {"de_minimis_received", "activity_start"}),
    ({"smes_only": False, "excluded_sectors": (), "state_aid": StateAid.NONE}, {"activity_start"}),
]


@pytest.mark.parametrize(("changes", "asked"), QUESTIONS)
def test_only_what_a_rule_reads_is_asked(changes, asked):
    assert list_questions([replace(TERMS, **changes)]) == asked | {"partner_region"}
    alone = replace(TERMS, **changes, cross_border=CrossBorder.NONE)
    assert list_questions([alone]) == asked


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"partner_region": "BE-WAL"}, ["cross_border"]),
        ({"activity_start": date(2026, 3, 1)}, ["activity_dates", "prior_approval"]),
        ({"partner_region": "BE-WAL", "headcount": 300}, []),
        ({"partner_region": ""}, []),
        ({}, []),
    ],
)
def test_what_is_only_planned_can_be_changed_at_once(changes, codes):
    found = [one.reading.rule.code for one in list_changeable(list(said(**changes).values()))]
    assert set(found) <= set(codes)
    assert bool(found) is bool(codes)


def test_a_partner_that_was_left_empty_is_not_said_to_be_wrong():
    one = said(partner_region="")["cross_border"]
    assert not one.is_answered
    assert "You have not said where your partner is." in str(one.reading.evidence)
    assert str(one.next_step) == "The partner must be in another region than yours."
    assert said()["cross_border"].is_answered
