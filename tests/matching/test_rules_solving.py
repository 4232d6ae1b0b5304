"""Who marks what, against the vectors and against every possible choice of small problems."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.matching.rules import fairness, shortages, solving
from vouchers.matching.rules.fairness import fares_of, make_fair
from vouchers.matching.rules.greedy import choose_greedily
from vouchers.matching.rules.problem import (
    FORBIDDEN,
    UNIT,
    Problem,
    bonuses_of,
    chosen,
    is_kept,
    total_of,
    without,
    worth_of,
)
from vouchers.matching.rules.shortages import find_shortages
from vouchers.matching.rules.solving import maximise
from vouchers.matching.rules.spreading import find_earners

TOY = json.loads((Path(__file__).parents[1] / "vectors" / "assignment.json").read_text())["toy"]


def toy(each, most):
    experts, applications = TOY["experts"], TOY["applications"]
    worth = np.zeros((len(applications), len(experts)), dtype=np.int32)
    for pair in TOY["affinity"]:
        row, column = applications.index(pair["application"]), experts.index(pair["expert"])
        worth[row, column] = round(pair["score"] * UNIT)
    for expert, application in TOY["conflicts"]:
        worth[applications.index(application), experts.index(expert)] = FORBIDDEN
    return Problem(worth, np.full(3, each), np.full(4, most), np.zeros(4, dtype=np.int64))


def by_name(pairs):
    named = {application: [] for application in TOY["applications"]}
    for row, column in pairs.pairs():
        named[TOY["applications"][row]].append(TOY["experts"][column])
    return named


def test_the_toy_has_the_highest_total_and_then_the_highest_worst_off():
    problem = toy(TOY["reviews_each"], TOY["max_load"])
    best = maximise(problem)
    assert (by_name(best.pairs), best.gap) == (TOY["max_total"]["assignment"], 0)
    assert best.total == round(TOY["max_total"]["total"] * UNIT)
    assert worth_of(problem, best.pairs).min() == round(TOY["max_total"]["min_application"] * UNIT)

    fair = make_fair(problem, best, fares_of(problem.need))
    assert by_name(fair.pairs) == TOY["max_min"]["assignment"]
    assert (fair.worst, fair.total) == (900_000, 3_200_000)
    assert fair.is_proven


def test_the_toy_that_cannot_be_done_says_which_application_lacks_experts():
    variant = TOY["infeasible_variant"]
    problem = toy(variant["reviews_each"], variant["max_load"])
    best = maximise(problem)
    assert best.empty > 0
    assert is_kept(problem, best.pairs)
    found = find_shortages(problem)
    assert [(one.applications, one.asked, one.possible) for one in found] == [((0, 1, 2), 9, 8)]
    alone = find_shortages(toy(4, 3))
    assert [(one.applications, one.asked, one.possible) for one in alone] == [((0,), 4, 3), ((2,), 4, 3)]


@st.composite
def problems(draw):
    applications, experts = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    values = st.one_of(st.just(FORBIDDEN), st.integers(0, 9).map(lambda tenth: tenth * 100_000))
    worth = draw(st.lists(values, min_size=applications * experts, max_size=applications * experts))
    whole = lambda low, high, size: draw(st.lists(st.integers(low, high), min_size=size, max_size=size))  # noqa: E731
    return Problem(
        np.array(worth, dtype=np.int32).reshape(applications, experts),
        np.array(whole(0, 2, applications)),
        np.array(whole(0, 2, experts)),
        np.array(whole(0, 2, experts)),
        draw(st.sampled_from([0, 50_000, 300_000])),
    )


def every_choice(problem):
    """All choices that fill every place and keep every rule."""
    rows = [
        [
            few
            for few in itertools.combinations(range(len(problem.room)), need)
            if (problem.worth[row, list(few)] >= 0).all()
        ]
        for row, need in enumerate(problem.need.tolist())
    ]
    for found in itertools.product(*rows):
        pairs = chosen([(row, expert) for row, few in enumerate(found) for expert in few])
        if (np.bincount(pairs.experts, minlength=len(problem.room)) <= problem.room).all():
            yield pairs


@given(problem=problems(), is_pruned=st.booleans())
def test_the_proven_best_is_the_best_of_all_choices_and_never_breaks_a_rule(problem, is_pruned):
    with pytest.MonkeyPatch.context() as patch:
        if is_pruned:
            patch.setattr(solving, "SMALL", 0)
            patch.setattr(solving, "FEW", 1)
        best = maximise(problem)
    assert is_kept(problem, best.pairs)
    assert best.gap == 0
    assert is_kept(problem, choose_greedily(problem))
    choices = list(every_choice(problem))
    assert bool(choices) == (best.empty == 0)
    if choices:
        assert best.total == max(total_of(problem, pairs) for pairs in choices)
    missing = sum(one.asked - one.possible for one in find_shortages(problem))
    assert missing == best.empty


@given(problem=problems(), is_exact=st.booleans())
def test_the_worst_off_is_raised_as_far_as_any_choice_could(problem, is_exact):
    best, fares = maximise(problem), fares_of(problem.need)
    if best.empty or not problem.need.any():
        return
    asked = problem.need > 0
    choices = [(int(fares.of(problem, one)[asked].min()), total_of(problem, one)) for one in every_choice(problem)]
    with pytest.MonkeyPatch.context() as patch:
        if not is_exact:
            patch.setattr(fairness, "EXACT_UP_TO", 0)
        fair = make_fair(problem, best, fares)
    assert is_kept(problem, fair.pairs)
    assert len(fair.pairs) == problem.need.sum()
    worst = int(fares.of(problem, best.pairs)[asked].min())
    assert worst <= fair.worst <= max(choices)[0] <= fair.worst_bound
    if is_exact:
        assert (fair.worst, fair.total) == max(choices)
        assert fair.is_proven


def test_many_applications_are_solved_from_few_candidates_with_a_proof():
    dice = np.random.default_rng(7)
    tastes, skills = dice.dirichlet(np.full(12, 0.1), 400), dice.dirichlet(np.full(12, 0.3), 160)
    worth = (np.clip(tastes @ skills.T, 0, 1) * UNIT).astype(np.int32)
    worth[dice.random(worth.shape) < 0.1] = FORBIDDEN
    problem = Problem(worth, np.full(400, 3), np.full(160, 8), dice.integers(0, 6, 160), 20_000)
    best = maximise(problem)
    assert (best.gap, best.empty) == (0, 0)
    assert len(best.among) < (worth >= 0).sum() / 2
    assert total_of(problem, choose_greedily(problem)) < best.total
    fair = make_fair(problem, best, fares_of(problem.need))
    assert is_kept(problem, fair.pairs)
    assert fares_of(problem.need).of(problem, fair.pairs).min() == fair.worst
    again = make_fair(problem, maximise(problem), fares_of(problem.need))
    assert again.pairs.pairs() == fair.pairs.pairs(), "the same problem gives the same choice"


def test_pins_take_their_place_and_their_time_and_the_bonus_of_their_kind():
    problem = replace(toy(2, 2), kind=np.array([0, 0, 1, 1]), bonus=20_000)
    pins = chosen([(1, 2)])
    left = without(problem, pins)
    best = maximise(left)
    pairs = best.pairs + pins
    assert is_kept(problem, pairs)
    assert (1, 2) in pairs.pairs()
    assert len(pairs) == 6
    assert total_of(problem, pairs) == best.total + int(problem.worth[1, 2]) + 20_000
    earned = find_earners(left, best.pairs)
    assert sum(earned.values()) == bonuses_of(left, best.pairs) > 0
    assert not [pair for pair in earned if pair[0] == 1 and problem.kind[pair[1]] == problem.kind[2]]
    assert find_earners(replace(left, bonus=0), best.pairs) == {}


def test_a_group_that_asks_for_more_than_its_experts_can_take_is_named_in_parts(monkeypatch):
    worth = np.full((4, 4), FORBIDDEN, dtype=np.int32)
    worth[:2, :2] = worth[2:, 2:] = 500_000
    problem = Problem(worth, np.full(4, 2), np.array([1, 2, 9, 9]), np.zeros(4, dtype=np.int64))
    for small in (solving.SMALL, 0):
        monkeypatch.setattr(shortages, "SMALL", small)
        found = find_shortages(problem)
        assert [(one.applications, one.experts, one.asked, one.possible) for one in found] == [((0, 1), (0, 1), 4, 3)]
