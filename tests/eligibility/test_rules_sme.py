"""Who is an SME: the vectors, and what no change of figures may do."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.eligibility.rules.ownership import (
    Figures,
    Firm,
    FirmKind,
    Holding,
    Structure,
    find_circle,
    plain,
    structure,
)
from vouchers.eligibility.rules.size import Measure, SizeRange, range_of, size_of, status_by_year, status_range
from vouchers.eligibility.rules.sme import Year, assess, assess_years
from vouchers.eligibility.rules.work_units import Staff, work_units
from vouchers.eligibility.states import Relation
from vouchers.organisations.states import Size

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "sme_definition.json").read_text(), parse_float=Decimal, parse_int=Decimal
)
MILLION = 1_000_000


def figures(headcount, turnover=None, balance=None) -> Figures:
    """People, and millions of euros."""
    numbers = (None if one is None else Fraction(str(one)) for one in (headcount, turnover, balance))
    people, *money = numbers
    return Figures(people, *(None if one is None else one * MILLION for one in money))


def firm(code: str, headcount=0, turnover=0, balance=0, **more) -> Firm:
    return Firm(code, figures=figures(headcount, turnover, balance), **more)


def holding(owner: str, owned: str, percent, voting=None, **more) -> Holding:
    capital = Fraction(str(percent))
    return Holding(owner, owned, capital, capital if voting is None else Fraction(str(voting)), **more)


def of_vector(case: dict) -> Structure:
    firms = [firm(code, one["awu"], one["turnover"], one["balance"]) for code, one in case["entities"].items()]
    holdings = [
        holding(
            one["owner"],
            one["owned"],
            one["capital"],
            one["voting"],
            is_exempt=one.get("exempt", False),
            has_control=one.get("control", False),
        )
        for one in case["holdings"]
    ]
    return structure(case["applicant"], firms, holdings)


@pytest.mark.parametrize("case", VECTORS["thresholds"], ids=lambda case: case["id"])
def test_size_by_headcount_and_one_of_two_amounts(case):
    own = figures(case["awu"], case["turnover_meur"], case["balance_meur"])
    assert size_of(own.headcount, own.turnover, own.balance) == case["expected"]


@pytest.mark.parametrize("case", VECTORS["structures"], ids=lambda case: case["id"])
def test_structure_line_by_line(case):
    found, expected = assess(of_vector(case)), case["expected"]

    assert found.headcount == Measure(Fraction(expected["awu"]))
    assert found.turnover == Measure(Fraction(expected["turnover"]) * MILLION)
    assert found.balance == Measure(Fraction(expected["balance"]) * MILLION)
    assert (found.category, found.is_sme, found.reason, found.relation) == (
        expected["category"],
        expected["is_sme"],
        expected["reason"],
        expected["relation"],
    )
    lines = [(line.firm.code, line.share, line.why.value) for line in found.lines]
    assert lines == [
        (line["entity"], Fraction(line["share_pct"]), line["why"].partition(" ")[0]) for line in expected["lines"]
    ]


@pytest.mark.parametrize("case", VECTORS["two_year_rule"])
def test_status_changes_after_two_years_in_a_row(case):
    raw = [Size(one) for one in case["raw_by_year_oldest_first"]]
    assert status_by_year(raw) == case["expected_status"]


def test_work_units():
    """The kinds of the example, by what they mean."""
    kinds = {
        "full_time_full_year": {},
        "part_time_50": {"part_of_full_time": Decimal("0.5")},
        "seasonal_4_months": {"months": Decimal(4)},
        "owner_manager": {},
        "apprentice (contract)": {"counts": False},
        "maternity/parental leave whole year": {"counts": False},
    }
    example = VECTORS["awu_example"]
    staff = [Staff(int(row["n"]), **kinds[row["kind"]]) for row in example["rows"]]
    assert plain(work_units(staff)) == str(example["expected_awu"])


@pytest.mark.parametrize(
    "what",
    [Staff(-1), Staff(1, Decimal("1.1")), Staff(1, months=Decimal(13))],
)
def test_work_units_that_cannot_be(what):
    with pytest.raises(RuleBroken):
        work_units([what])


SMALL = firm("A", 20, 3, 3)


@pytest.mark.parametrize(
    ("what", "firms", "holdings", "headcount", "relation"),
    [
        ("24.99 % is nothing", [firm("B", 100)], [holding("B", "A", 24.99)], 20, "autonomous"),
        ("25 % is a partner", [firm("B", 100)], [holding("B", "A", 25)], 45, "partner"),
        ("50 % is a partner still", [firm("B", 100)], [holding("A", "B", 50)], 70, "partner"),
        ("votes count where they are more", [firm("B", 100)], [holding("B", "A", 10, 40)], 60, "partner"),
        ("a majority of votes links", [firm("B", 100)], [holding("B", "A", 10, 51)], 120, "linked"),
        ("a majority of capital alone does not", [firm("B", 100)], [holding("B", "A", 60, 10)], 80, "partner"),
        ("exempt investor", [firm("V", 900)], [holding("V", "A", 50, is_exempt=True)], 20, "autonomous"),
        ("partner of a linked firm", [firm("L", 10), firm("P", 100)], [holding("A", "L", 60), holding("P", "L", 40)],
         70, "linked"),
        ("linked firm of a linked firm", [firm("L", 10), firm("M", 7)], [holding("A", "L", 60), holding("L", "M", 60)],
         37, "linked"),
        ("two firms of one mother", [firm("M", 5), firm("S", 7)], [holding("M", "A", 60), holding("M", "S", 60)], 32,
         "linked"),
        ("partner of a partner's linked firm is ignored",
         [firm("P", 10), firm("L", 10), firm("X", 1000)],
         [holding("P", "A", 30), holding("P", "L", 60), holding("X", "L", 40)], 26, "partner"),
        ("a partner held by two linked firms together",
         [firm("L", 10), firm("P", 100)],
         [holding("A", "L", 60), holding("A", "P", 15), holding("L", "P", 15)], 60, "linked"),
        ("a person links firms of one market",
         [firm("B", 10), Firm("P", kind=FirmKind.PERSON)], [holding("P", "A", 60), holding("P", "B", 60)], 30,
         "linked"),
        ("and not of different markets",
         [firm("B", 10), Firm("P", kind=FirmKind.PERSON, same_market=False)],
         [holding("P", "A", 60), holding("P", "B", 60)], 20, "autonomous"),
        ("a person is no partner", [Firm("P", kind=FirmKind.PERSON)], [holding("P", "A", 40)], 20, "autonomous"),
        ("the greatest share of several", [firm("L", 0), firm("P", 100)],
         [holding("A", "L", 60), holding("P", "A", 30), holding("P", "L", 40)], 60, "linked"),
    ],
)  # fmt: skip
def test_who_counts(what, firms, holdings, headcount, relation):
    found = assess(structure("A", [SMALL, *firms], holdings))
    assert (found.headcount.value, found.relation) == (headcount, Relation(relation)), what


@pytest.mark.parametrize(
    ("what", "holdings", "is_sme"),
    [
        ("one public body, 25 %", [holding("S", "A", 25)], False),
        ("one public body, less", [holding("S", "A", 24.99)], True),
        ("two together", [holding("S", "A", 15), holding("T", "A", 10)], False),
        ("a university or small town", [holding("S", "A", 30, is_exempt=True)], True),
        ("the same above half", [holding("S", "A", 51, is_exempt=True)], False),
        ("through a firm that it controls", [holding("S", "F", 60), holding("F", "A", 30)], False),
        ("through a firm that it does not control", [holding("S", "F", 40), holding("F", "A", 30)], True),
    ],
)
def test_public_bodies(what, holdings, is_sme):
    firms = [SMALL, firm("S", kind=FirmKind.PUBLIC_BODY), firm("T", kind=FirmKind.PUBLIC_BODY), firm("F")]
    found = assess(structure("A", firms, holdings))
    assert found.is_sme is is_sme, what
    assert (found.reason is None) is is_sme


@pytest.mark.parametrize(
    ("what", "firms", "holdings", "words"),
    [
        ("circle", ["B", "C"], [holding("A", "B", 30), holding("B", "C", 30), holding("C", "A", 30)], "A → B → C → A"),
        ("circle aside", ["B", "C", "D"], [holding("A", "B", 30), holding("B", "C", 60), holding("C", "D", 60),
                                           holding("D", "B", 60)], "B → C → D → B"),
        ("each controls the other", ["B"], [holding("A", "B", 60), holding("B", "A", 60)], "A and B"),
        ("above 100 %", ["B", "C"], [holding("B", "A", 60), holding("C", "A", 40.01)], "A add up to 100.01 %"),
        ("above 100 % of votes", ["B", "C"], [holding("B", "A", 0, 60), holding("C", "A", 0, 50)], "rights of A"),
        ("one above 100 %", ["B"], [holding("B", "A", 100.5)], "B holds of A, 100.5 %"),
        ("below zero", ["B"], [holding("B", "A", -1)], "-1 %"),
        ("of itself", [], [holding("A", "A", 10)], "A cannot hold"),
        ("twice", ["B"], [holding("B", "A", 10), holding("B", "A", 10)], "entered twice"),
        ("unknown firm", [], [holding("X", "A", 10)], "“X”"),
        ("a firm twice", ["B", "B"], [], "“B”"),
    ],
)  # fmt: skip
def test_graph_that_cannot_be_counted(what, firms, holdings, words):
    with pytest.raises(RuleBroken) as refused:
        structure("A", [firm("A"), *map(firm, firms)], holdings)
    assert words in str(refused.value), what


def test_cross_holdings_of_pairs_are_no_circle():
    pairs = [holding("A", "B", 30), holding("B", "A", 30), holding("B", "C", 30), holding("C", "B", 30)]
    assert find_circle(pairs) == []


def test_a_person_of_unknown_market_leaves_it_open_only_where_it_matters():
    person = Firm("P", kind=FirmKind.PERSON, same_market=None)
    holdings = [holding("P", "A", 60), holding("P", "B", 60)]
    assert assess(structure("A", [SMALL, person, firm("B", 400, 90, 90)], holdings)).is_sme is None
    assert assess(structure("A", [SMALL, person, firm("B", 10, 1, 1)], holdings)).category is Size.SMALL


@pytest.mark.parametrize(
    ("own", "least", "most"),
    [
        ((9, None, 1), "micro", "micro"),
        ((9, None, None), "micro", "large"),
        ((9, None, 3), "micro", "small"),
        ((None, 1, 1), "micro", "large"),
        ((250, None, None), "large", "large"),
        ((9, 51, None), "micro", "large"),
    ],
)
def test_what_is_missing_is_never_zero(own, least, most):
    found = assess(structure("A", [Firm("A", figures=figures(*own))], []))
    assert found.sizes == SizeRange(Size(least), Size(most))


def test_a_merger_counts_at_once():
    sizes = [Size.SMALL, Size.LARGE]
    assert status_by_year(sizes) == [Size.SMALL, Size.SMALL]
    assert status_by_year(sizes, [False, True]) == sizes


def test_years_with_the_graph_as_it_is_now():
    whole = structure("A", [firm("A"), firm("B")], [holding("A", "B", 100)])
    years = [
        Year(2023, {"A": figures(100, 20, 20), "B": figures(100, 20, 20)}),
        Year(2024, {"A": figures(150, 60, 60), "B": figures(150, 20, 20)}),
    ]
    status = assess_years(whole, years)
    assert [(one.category, size.certain) for _year, one, size in status.years] == [
        ("medium", "medium"),
        ("large", "medium"),
    ]
    assert status.is_sme is True
    assert assess_years(whole, [years[0], replace(years[1], counts_at_once=True)]).is_sme is False
    assert assess_years(whole, [Year(2023, {"A": figures(1, 1, 1)}), years[1]]).is_sme is None


# What no case may show --------------------------------------------------------------------------------------------

percents = st.decimals(0, 100, places=2).map(Fraction)
amounts = st.one_of(st.none(), st.decimals(0, 300, places=2).map(Fraction))
sizes = st.sampled_from(list(Size))


@st.composite
def structures(draw) -> Structure:
    """Up to seven firms; each held by firms entered before it, or holding them, so that no circle arises."""
    codes = [f"F{number}" for number in range(draw(st.integers(1, 7)))]
    figures_of = st.builds(
        Figures,
        amounts,
        amounts.map(lambda one: None if one is None else one * MILLION / 4),
        amounts.map(lambda one: None if one is None else one * MILLION / 4),
    )
    kinds = st.sampled_from([*[FirmKind.ENTERPRISE] * 6, FirmKind.PERSON, FirmKind.PUBLIC_BODY])
    firms = [Firm(code, kind=draw(kinds) if place else FirmKind.ENTERPRISE, figures=draw(figures_of))
             for place, code in enumerate(codes)]  # fmt: skip
    order, left, holdings = draw(st.permutations(codes)), dict.fromkeys(codes, Fraction(100)), []
    for place, owner in enumerate(order):
        for owned in order[place + 1 :]:
            if firms[codes.index(owned)].kind is not FirmKind.PERSON and draw(st.booleans()):
                percent = min(draw(percents), left[owned])
                left[owned] -= percent
                holdings.append(Holding(owner, owned, percent, percent, is_exempt=draw(st.booleans())))
    return structure(
        draw(st.sampled_from([one.code for one in firms if one.kind is FirmKind.ENTERPRISE])), firms, holdings
    )


RANK = {True: 0, None: 1, False: 2}


@settings(max_examples=200, deadline=None)
@given(structures(), st.data())
def test_more_never_makes_an_sme(whole, data):
    """More people or money anywhere in the graph never brings the answer nearer to yes."""
    code = data.draw(st.sampled_from(list(whole.firms)))
    which = data.draw(st.sampled_from(["headcount", "turnover", "balance"]))
    old = whole.firms[code]
    value = getattr(old.figures, which)
    if value is None:
        return
    larger = replace(old, figures=replace(old.figures, **{which: value + data.draw(percents) * 1000}))
    before, after = assess(whole), assess(replace(whole, firms={**whole.firms, code: larger}))
    assert RANK[after.is_sme] >= RANK[before.is_sme]
    assert after.sizes.least.rank >= before.sizes.least.rank
    assert after.sizes.most.rank >= before.sizes.most.rank


@settings(max_examples=200, deadline=None)
@given(structures(), st.data())
def test_learning_a_figure_only_narrows_the_answer(whole, data):
    code = data.draw(st.sampled_from(list(whole.firms)))
    old = whole.firms[code]
    known = Figures(*(data.draw(percents) if one is None else one for one in
                      (old.figures.headcount, old.figures.turnover, old.figures.balance)))  # fmt: skip
    before = assess(whole)
    after = assess(replace(whole, firms={**whole.firms, code: replace(old, figures=known)}))
    assert before.is_sme is None or after.is_sme == before.is_sme
    assert before.sizes.least.rank <= after.sizes.least.rank <= after.sizes.most.rank <= before.sizes.most.rank


@settings(max_examples=200, deadline=None)
@given(structures())
def test_lines_add_up_and_nobody_counts_twice(whole):
    found = assess(whole)
    codes = [line.firm.code for line in found.lines]
    assert len(codes) == len(set(codes))
    assert codes[0] == whole.applicant
    assert all(25 <= line.share <= 100 for line in found.lines)
    parts = [line.counted.headcount for line in found.lines]
    assert found.headcount == Measure(sum((one for one in parts if one is not None), Fraction()), None not in parts)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(sizes, sizes), min_size=1, max_size=4), st.data())
def test_years_in_ranges_enclose_every_year_between(pairs, data):
    ranges = [SizeRange(*sorted(pair, key=lambda one: one.rank)) for pair in pairs]
    once = data.draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    exact = [data.draw(st.sampled_from(list(Size)[one.least.rank : one.most.rank + 1])) for one in ranges]
    for bounds, status in zip(status_range(ranges, once), status_by_year(exact, once), strict=True):
        assert bounds.least.rank <= status.rank <= bounds.most.rank


@given(amounts, amounts, amounts)
def test_range_is_certain_when_all_is_known(headcount, turnover, balance):
    if None in (headcount, turnover, balance):
        return
    found = range_of(Measure(headcount), Measure(turnover), Measure(balance))
    assert found.certain is size_of(headcount, turnover, balance)
