"""Published tie-breaks, what-if, the proposal that a ranking makes, and letters with merge fields."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.decisions.rules.ranking import Entry, Standing, places
from vouchers.decisions.rules.sessions import Proposed, Words, fingerprint, prefill, say_changes, see
from vouchers.decisions.rules.tie_breaks import order_of
from vouchers.decisions.rules.what_if import Supposed, count_served, shift
from vouchers.decisions.rules.wording import ensure_known, fill_in
from vouchers.evaluation.rules.scoring import Result
from vouchers.programmes.rules.plan import CutPolicy

EARLY = datetime(2026, 3, 1, tzinfo=UTC)


def result(novelty, benefit):
    marks = (("novelty", Fraction(novelty)), ("benefit", Fraction(benefit)))
    return Result(marks, Fraction(8), Fraction(8), (), (Fraction(benefit), Fraction(novelty)))


@pytest.mark.parametrize(
    ("tie_breaks", "first"),
    [
        ((), "B"),  # by weight: benefit first
        (("novelty",), "A"),
        (("earliest",), "B"),
        (("smaller_amount", "novelty"), "B"),
        (("novelty", "earliest"), "A"),
    ],
)
def test_equals_are_told_apart_as_the_call_publishes(tie_breaks, first):
    orders = {
        "A": order_of(result(5, 3), tie_breaks, submitted_at=EARLY + timedelta(microseconds=1), wants=EUR("20")),
        "B": order_of(result(3, 5), tie_breaks, submitted_at=EARLY, wants=EUR("10")),
    }
    assert max(orders, key=orders.__getitem__) == first
    assert orders["A"] != orders["B"]


def test_who_stays_equal_after_the_published_tie_breaks_is_tied():
    same = [order_of(result(4, 4), ("novelty",), submitted_at=EARLY, wants=EUR("1")) for _twice in range(2)]
    assert same[0] == same[1]


def entry(key, score, wants=1000, **how):
    return Entry(key, (score,), Money(wants * 100), **how)


LIST = [entry(1, 9), entry(2, 8), entry(3, 7), entry(4, 1, passes=False)]
REAL = places(LIST, EUR("2000"), CutPolicy.STRICT_STOP)


def test_what_if_says_who_would_come_in_and_who_would_drop_out():
    more = shift(REAL, LIST, Supposed(EUR("3000"), None, CutPolicy.STRICT_STOP))
    assert [one.now.entry.key for one in more if one.comes_in] == [3]
    less = shift(REAL, LIST, Supposed(EUR("2000"), 1, CutPolicy.STRICT_STOP))
    assert [one.now.entry.key for one in less if one.drops_out] == [2]
    part = shift(REAL, LIST, Supposed(EUR("1500"), None, CutPolicy.PARTIAL))
    assert [(one.now.entry.key, one.then.offer) for one in part if one.changes] == [(2, EUR("500"))]
    assert count_served([one.then for one in part], "EUR") == (2, EUR("1500"))


def test_the_ranking_proposes_its_own_decisions_and_ties_wait():
    tied = [entry(1, 9), entry(2, 8), entry(3, 8), entry(4, 7), entry(5, 1, passes=False)]
    found = prefill(
        places(tied, EUR("2000"), CutPolicy.STRICT_STOP),
        {number: f"R{number}" for number in range(1, 6)},
        has_reserve_list=True,
        on_reserve=(),
        drawn=(),
        words=Words("Below.", "No money."),
    )
    wait = Proposed.WAIT
    assert [line.outcome for line in found] == [Proposed.AWARD, wait, wait, Proposed.RESERVE, Proposed.REJECT]
    assert (found[0].amount, found[4].reason) == (EUR("1000"), "Below.")


def test_what_changed_since_the_proposal_is_said_place_by_place():
    names = {1: "R1", 2: "R2", 3: "R3", 4: "R4"}
    seen = see(REAL, names, {1: "9"}, EUR("2000"), None)
    assert fingerprint(seen) == fingerprint(see(REAL, names, {1: "9"}, EUR("2000"), None))
    assert say_changes(seen, seen) == []
    less = places(LIST, EUR("1000"), CutPolicy.STRICT_STOP)
    now = see(less, names, {1: "9.5"}, EUR("1000"), None)
    said = [str(one) for one in say_changes(seen, now)]
    assert said[0].startswith("The money left was")
    assert "R1: the score was 9 and is now 9.5." in said
    assert any(one.startswith("R2 was") and str(Standing.BEYOND.label) in one for one in said)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Hello {name},\n\n{referense}", "Line 3: “referense” is not a field"),
        ("{}", "Line 1: “” is not a field"),
        ("Hello }", "Line 1: a brace stands alone"),
        ("{name\n}", "Line 1: a brace stands alone"),
    ],
)
def test_what_is_not_a_field_is_named_with_its_line(body, told):
    with pytest.raises(RuleBroken) as refusal:
        ensure_known("{reference}", body)
    assert told in str(refusal.value)
    assert refusal.value.field == "body"


def test_fields_are_filled_in_once_and_empty_ones_leave_no_gap():
    text = "Hello {name},\n\n{reason}\n\n{conditions}\n\nBye {{name}"
    ensure_known("", text.replace("{{", "{"))
    values = {"name": "{reason}", "reason": "", "conditions": ""}
    assert fill_in(text.replace("{{", "{"), values) == "Hello {reason},\n\nBye {reason}"
