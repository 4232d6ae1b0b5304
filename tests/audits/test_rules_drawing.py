"""What is drawn: exact, once and for all by the seed, each unit as often as its size says."""

import json
from array import array
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vouchers.audits.rules.drawing import chance, draw, draw_by_size, split_by_size
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.rules.populations import Population, Unit, file_lines, hash_of
from vouchers.audits.rules.records import stratum_as_json, stratum_from_json
from vouchers.audits.states import Method, Selection, StrataBy

OWN = json.loads((Path(__file__).parents[1] / "vectors" / "mus_audit_sampling.json").read_text())[
    "own_selection_example"
]
NAMES = [name for name, _amount in OWN["items"]]
CENTS = array("q", (amount * 100 for _name, amount in OWN["items"]))
amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=120)


def by_size(**changed):
    return Parameters(Method.MUS_STANDARD, Selection.SYSTEMATIC, deviation=Decimal("0.1"), **changed)


def test_the_example_of_vouchers():
    found, units = draw_by_size(CENTS, OWN["n"], "", "any", start=Fraction(OWN["random_start"]) * 100)
    assert [NAMES[one.place] for one in units if one.is_exhaustive] == OWN["high_value"]
    assert [NAMES[one.place] for one in units if not one.is_exhaustive] == OWN["selected_in_order"]
    assert (found.draws, found.interval, found.rest_cents) == (OWN["n_s"], Fraction(OWN["SI"]) * 100, OWN["BV_s"] * 100)


def test_units_above_the_interval_are_taken_until_none_is_above_what_is_left():
    interval, certain = split_by_size(CENTS, 10)
    assert ([NAMES[place] for place in certain], interval) == (["V021", "V022"], Fraction(1_018_750))
    fixed, above = split_by_size(CENTS, 10, is_fixed=True)
    assert ([NAMES[place] for place in above], fixed) == (["V021"], Fraction(1_235_000))


def test_section_6_3_1_7_takes_eight_and_leaves_sixty_nine():
    top = [120_000_000, 115_000_000, 110_000_000, 105_000_000, 95_000_000, 90_000_000, 80_000_000, 71_837_081]
    rest = 4_199_882_024 - sum(top)
    many = [rest // 3844] * 3843
    cents = array("q", [one * 100 for one in [*top, *many, rest - sum(many)]])
    interval, certain = split_by_size(cents, 77)
    assert certain == list(range(8))
    assert round(interval / 100) == 49_464_419


@given(amounts, st.data())
def test_taking_one_by_one_ends_where_taking_all_at_once_ends(cents, data):
    size = data.draw(st.integers(1, max(len(cents) - 1, 1)))
    if size >= len(cents):
        return
    left, rest, certain = size, list(range(len(cents))), []
    while above := [place for place in rest if cents[place] * left > sum(cents[one] for one in rest)]:
        certain += above
        rest = [place for place in rest if place not in above]
        left -= len(above)
    interval, found = split_by_size(cents, size)
    assert (found, interval) == (sorted(certain), Fraction(sum(cents[one] for one in rest), left))


@given(amounts, st.data(), st.sampled_from([Selection.SYSTEMATIC, Selection.CELL]), st.booleans())
def test_points_fall_into_units_and_none_is_lost(cents, data, selection, is_fixed):
    size = data.draw(st.integers(1, len(cents)))
    found, units = draw_by_size(array("q", cents), size, "x", "seed", selection=selection, is_fixed=is_fixed)
    places = [one.place for one in units]
    assert len(set(places)) == len(places)
    assert sum(one.hits for one in units) == found.draws
    assert found.certain_cents == sum(cents[one.place] for one in units if one.is_exhaustive)
    if size >= len(cents):
        assert found.draws == 0
        assert len(units) == len(cents)
    elif not is_fixed:
        assert found.draws == size - found.certain_count
    else:
        assert abs(found.draws - found.rest_cents / found.interval) <= 1
    if found.interval and selection is Selection.SYSTEMATIC:
        assert all(one.hits <= 1 for one in units)


def test_a_unit_is_drawn_as_often_as_its_size_says():
    cents, many, drawn = array("q", [100, 200, 300, 400]), 4000, Counter()
    for number in range(many):
        _found, units = draw_by_size(cents, 2, "", f"seed {number}")
        drawn.update(one.place for one in units)
    for place, amount in enumerate(cents):
        assert abs(drawn[place] / many - 2 * amount / 1000) < 0.03


def test_a_point_on_the_border_belongs_to_the_unit_that_it_ends():
    cents = array("q", [100, 100, 100, 100])
    _found, units = draw_by_size(cents, 2, "", "any", start=Fraction(100))
    assert [one.place for one in units] == [0, 2]
    _found, units = draw_by_size(cents, 2, "", "any", start=Fraction(201, 2))
    assert [one.place for one in units] == [1, 3]


def test_the_seed_decides_and_nothing_else():
    population = Population.of(units_of(200))
    first = draw(population, by_size(), {"": 20}, "seed")
    assert draw(population, by_size(), {"": 20}, "seed") == first
    assert draw(population, by_size(), {"": 20}, "Seed") != first
    assert 0 < chance("a", "b", "c") <= 1
    assert chance("a", "b", "c") != chance("a", "b", "d")


def units_of(count):
    return [
        Unit(f"V-{number:04}", ("BE-WAL", "NL-NB", "DK-84")[number % 3], "2026-1", "COL", 1000 + number * 37 % 5000)
        for number in range(count)
    ]


def test_the_same_chance_for_all():
    population = Population.of(units_of(60))
    parameters, drawn = Parameters(Method.SIMPLE_RANDOM, Selection.EQUAL, deviation=Decimal(1)), Counter()
    for number in range(1500):
        found = draw(population, parameters, {"": 6}, f"seed {number}")
        assert len(found.units) == 6
        assert all(one.hits == 1 for one in found.units)
        drawn.update(one.place for one in found.units)
    assert len(drawn) == 60
    assert max(drawn.values()) / 1500 < 0.14
    assert min(drawn.values()) / 1500 > 0.06


def test_each_stratum_is_drawn_by_itself():
    population = Population.of(units_of(90))
    parameters = by_size(strata_by=StrataBy.REGION)
    found = draw(population, parameters, {"BE-WAL": 3, "DK-84": 30, "NL-NB": 5}, "seed")
    assert [(one.code, one.draws, one.certain_count) for one in found.strata] == [
        ("BE-WAL", 3, 0), ("DK-84", 0, 30), ("NL-NB", 5, 0),
    ]  # fmt: skip
    assert [one.place for one in found.units] == sorted(one.place for one in found.units)
    regions = [population.groups[population.group_of[one.place]].region for one in found.units]
    assert regions == [one.stratum for one in found.units]
    assert [stratum_from_json(json.loads(json.dumps(stratum_as_json(one)))) for one in found.strata] == list(
        found.strata
    )


def test_a_population_leaves_out_zero_and_sets_negative_units_apart():
    population = Population.of([Unit("A", "r", "c", "i", 5), Unit("B", "r", "c", "i", 0), Unit("C", "r", "d", "i", -7)])
    assert (population.references, list(population.cents)) == (["A"], [5])
    assert (population.negative_count, population.negative_cents) == (1, -7)
    assert [(one.code, one.count, one.cents) for one in population.strata(StrataBy.CALL)] == [("c", 1, 5)]
    assert Population.of([]).strata(StrataBy.NONE) == []


def test_the_file_of_a_population_is_quoted_where_it_must_be_and_hashed_as_it_stands():
    units = [Unit("A-1", "BE-WAL", "2026-1", "COL", 700), Unit('odd "one", really', "r", "c", "i", -1)]
    lines = list(file_lines(units))
    assert lines[1:] == ["A-1,BE-WAL,2026-1,COL,700\n", '"odd ""one"", really",r,c,i,-1\n']
    assert hash_of(units) == sha256("".join(lines).encode()).hexdigest()
    assert hash_of(units) != hash_of(units[:1])
