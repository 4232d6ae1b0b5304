"""Places, ties, and the line at which the money ends."""

import json
from pathlib import Path

import pytest

from vouchers.core.money import EUR, Money
from vouchers.decisions.rules.ranking import Entry, Standing, count_payable, left_at, list_passed_over, places, rank
from vouchers.programmes.rules.plan import CutPolicy

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "scoring_ranking.json").read_text())
EUROS = 100


def entry(key, score, wants=1000, **kwargs):
    return Entry(key, None if score is None else (score,), Money(wants * EUROS), **kwargs)


def standings(found):
    return {place.entry.key: place.standing.value for place in found}


CUT = VECTORS["budget_cut_policies"]


@pytest.mark.parametrize(
    ("policy", "case"),
    [
        (CutPolicy.STRICT_STOP, CUT["strict_stop"]),
        (CutPolicy.SKIP, CUT["skip_and_continue"]),
        (CutPolicy.PARTIAL, CUT["partial_offer"]),
    ],
)
def test_the_cut_follows_the_published_policy(policy, case):
    asked = CUT["ranked_requests"]
    entries = [entry(name, -at, wants) for at, (name, wants) in enumerate(asked)]
    found = places(entries, Money(CUT["budget"] * EUROS), policy)
    by = {word: [p.entry.key for p in found if p.standing is word] for word in Standing}
    assert by[Standing.WITHIN] == case["funded"]
    assert by[Standing.BEYOND] == case["reserve"]
    assert {p.entry.key: p.offer.cents // EUROS for p in found if p.standing is Standing.OFFER} == case.get("offer", {})
    if "unspent" in case:
        given = sum(p.offer.cents for p in found if p.offer)
        assert CUT["budget"] - given // EUROS == case["unspent"]


def test_whoever_an_appeal_puts_first_stands_before_those_who_wait_and_moves_nobody_else():
    awarded = [entry("A", 18, is_open=False), entry("B", 17, is_open=False)]
    waiting = [entry("C", 16), entry("D", 15)]
    found = places([*awarded, *waiting, entry("X", 14, stands_first=True)], Money(1000 * EUROS), CutPolicy.STRICT_STOP)
    assert [(place.entry.key, place.rank) for place in found] == [("A", 1), ("B", 2), ("X", 3), ("C", 4), ("D", 5)]
    assert standings(found)["X"] == "within"
    assert [place.entry.key for place in list_passed_over(found, "C")] == ["X"]
    later = [entry("A", 18, is_open=False), entry("C", 17), entry("B", 16, is_open=False)]
    ranked = rank([*later, entry("X", 1, stands_first=True), entry("Y", 2, stands_first=True)])
    assert [one.key for one, _place, _shared in ranked] == ["A", "Y", "X", "C", "B"]
    assert [one.key for one, *_rest in rank([entry("A", 18, is_open=False), entry("X", 1, stands_first=True)])] == [
        "A",
        "X",
    ]


def test_a_tie_at_the_cut_leaves_nobody_of_the_tied_sure():
    case = VECTORS["tie_at_cut"]
    entries = [entry(name, score, 1, passes=score >= case["threshold"]) for name, score in case["scores"].items()]
    found = places(entries, Money(case["vouchers"] * EUROS), CutPolicy.STRICT_STOP)
    by = {word: [p.entry.key for p in found if p.standing is word] for word in Standing}
    expected = case["expected"]
    assert by[Standing.WITHIN] == expected["sure_winners"]
    assert by[Standing.TIED] == expected["lottery_pool"]
    assert by[Standing.BEYOND] == ["G"]
    assert by[Standing.BELOW] == expected["rejected_below_threshold"]


def test_a_tie_that_can_be_paid_whole_is_within():
    found = places([entry("A", 3), entry("B", 2), entry("C", 2)], Money(3000 * EUROS), CutPolicy.STRICT_STOP)
    assert set(standings(found).values()) == {"within"}
    assert [(place.rank, place.is_tied) for place in found] == [(1, False), (2, True), (2, True)]


def test_the_tied_share_a_rank_and_the_next_one_counts_them():
    ranked = rank([entry("A", 1), entry("B", 5), entry("C", 5), entry("D", 3), entry("E", None)])
    assert [(one.key, place, tied) for one, place, tied in ranked] == [
        ("B", 1, True),
        ("C", 1, True),
        ("D", 3, False),
        ("A", 4, False),
        ("E", None, False),
    ]


def test_the_decided_keep_their_place_and_take_no_money():
    entries = [entry("A", 5, is_open=False), entry("B", 4), entry("C", 3, passes=False, is_open=False), entry("D", 2)]
    found = places(entries, Money(1000 * EUROS), CutPolicy.STRICT_STOP)
    assert standings(found) == {"A": "decided", "B": "within", "C": "decided", "D": "beyond"}
    assert [place.rank for place in found] == [1, 2, 3, 4]


def test_nothing_left_leaves_everybody_beyond():
    found = places([entry("A", 2), entry("B", 1)], Money(0), CutPolicy.PARTIAL)
    assert set(standings(found).values()) == {"beyond"}


@pytest.mark.parametrize(
    ("key", "passed_over"),
    [("A", []), ("C", ["A", "B"]), ("D", ["A", "B"]), ("F", ["A", "B", "C", "D"]), ("unknown", [])],
)
def test_who_is_passed_over_by_an_award(key, passed_over):
    entries = [
        entry("A", 9),
        entry("B", 8),
        entry("C", 7),
        entry("D", 7),
        entry("E", 6, passes=False),
        entry("F", 5),
        entry("X", 10, is_open=False),
    ]
    found = places(entries, Money(2000 * EUROS), CutPolicy.STRICT_STOP)
    assert [place.entry.key for place in list_passed_over(found, key)] == passed_over


def test_what_is_left_at_the_cut_and_how_many_of_the_tied_it_pays():
    entries = [Entry("A", (9,), EUR("1500")), *(Entry(key, (5,), EUR("1000")) for key in "BCD")]
    found = places(entries, EUR("3500"), CutPolicy.STRICT_STOP)
    left, slots = left_at(found, "B", EUR("3500"), None)
    assert (left, slots) == (EUR("2000"), None)
    assert count_payable(found, left, slots) == (2, 2, 3)


def test_no_part_of_a_sum_is_offered():
    found = places([Entry("A", (9,), EUR("1000"), is_sum=True)], EUR("500"), CutPolicy.PARTIAL)
    assert (found[0].standing, found[0].offer) == (Standing.BEYOND, None)
