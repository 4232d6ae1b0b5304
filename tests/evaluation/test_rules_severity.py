"""Harsh and mild experts: the additive model against the published example, against brute force, and at its edges."""

import json
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vouchers.evaluation.rules import severity
from vouchers.evaluation.rules.connections import Unconnected, find_islands
from vouchers.evaluation.rules.severity import correct, order_by, z_scores

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "scoring_ranking.json").read_text())["severity_correction"]
MARKS = [(expert, application, Decimal(str(score))) for expert, application, score in VECTOR["observations"]]


def millionths(values):
    return {key: Decimal(str(value)).quantize(Decimal("0.000001")) for key, value in values.items()}


def adjusted(fitted):
    return {key: one.value for key, one in fitted.applications.items()}


def test_the_published_example():
    fitted, expected = correct(MARKS), VECTOR["expected"]
    assert fitted.mu == Decimal("3.791667")
    assert {key: one.value for key, one in fitted.experts.items()} == millionths(expected["expert_effect"])
    effects = {key: fitted.effect_of(key) for key in "ABCD"}
    assert effects == pytest.approx(millionths(expected["application_effect"]), abs=Decimal("0.000001"))
    assert adjusted(fitted) == millionths(expected["adjusted_mean"])
    raw = {key: one.raw for key, one in fitted.applications.items()}
    assert {key: round(float(value), 6) for key, value in raw.items()} == expected["raw_mean"]
    assert raw["A"] == Fraction(23, 6)
    assert order_by(raw) == expected["raw_order"]
    assert order_by(adjusted(fitted)) == expected["adjusted_order"]


def test_the_published_standard_scores():
    found = {key: round(value, 6) for key, value in z_scores(MARKS).items()}
    assert found == VECTOR["z_scores_mean"]
    assert order_by(found) == VECTOR["z_order"]


def test_an_expert_who_always_gives_the_same_mark_tells_nothing():
    assert z_scores([("e1", "A", 4), ("e1", "B", 4), ("e2", "A", 5), ("e2", "B", 3)]) == {"A": 0.5, "B": -0.5}


def a_design(dice, experts, applications, each):
    """Marks that hang together: each application has `each` experts, one of them shared with the one before."""
    marks, last = [], 0
    for application in range(applications):
        chosen = {last, *dice.sample(range(experts), each - 1)}
        marks += [(f"e{one}", f"a{application}", Decimal(dice.randrange(11)) / 2) for one in sorted(chosen)]
        last = dice.choice(sorted(chosen))
    return marks


def by_brute_force(marks):
    """The full design with both sums zero, by numpy's least squares; standard errors from its pseudo-inverse."""
    import numpy as np

    experts = sorted({expert for expert, _a, _s in marks})
    applications = sorted({application for _e, application, _s in marks})
    width = 1 + len(experts) + len(applications)
    design = np.zeros((len(marks), width))
    for row, (expert, application, _score) in enumerate(marks):
        design[row, [0, 1 + experts.index(expert), 1 + len(experts) + applications.index(application)]] = 1
    # Both sums zero: each last effect is minus the sum of the others.
    basis = np.zeros((width, width - 2))
    basis[0, 0] = 1
    for first, size, at in ((1, len(experts), 1), (1 + len(experts), len(applications), len(experts))):
        basis[first : first + size - 1, at : at + size - 1] = np.eye(size - 1)
        basis[first + size - 1, at : at + size - 1] = -1
    scores = np.array([float(score) for _e, _a, score in marks])
    free, *_rest = np.linalg.lstsq(design @ basis, scores, rcond=None)
    found = basis @ free
    freedom = len(marks) - (width - 2)
    residual = float(((scores - design @ found) ** 2).sum())
    covariance = basis @ np.linalg.inv((design @ basis).T @ (design @ basis)) @ basis.T
    means = np.zeros((len(applications), width))
    means[:, 0] = 1
    means[:, 1 + len(experts) :] = np.eye(len(applications))
    unit = residual / freedom if freedom else float("nan")
    return {
        "mu": found[0],
        "experts": dict(zip(experts, found[1 : 1 + len(experts)], strict=True)),
        "adjusted": dict(zip(applications, means @ found, strict=True)),
        "variance": unit,
        "expert_errors": dict(zip(experts, (unit * np.diag(covariance)[1 : 1 + len(experts)]) ** 0.5, strict=True)),
        "errors": dict(zip(applications, (unit * np.diag(means @ covariance @ means.T)) ** 0.5, strict=True)),
    }


@pytest.mark.parametrize(
    ("experts", "applications", "each"), [(4, 6, 2), (9, 5, 4), (12, 40, 3), (30, 12, 5), (2, 9, 2)]
)
@pytest.mark.parametrize("most_dense", [severity.MOST_DENSE, 1])
def test_effects_and_uncertainty_are_those_of_brute_force(experts, applications, each, most_dense, monkeypatch):
    monkeypatch.setattr(severity, "MOST_DENSE", most_dense)
    marks = a_design(random.Random(experts * applications), experts, applications, each)
    fitted, expected = correct(marks), by_brute_force(marks)
    near = {"abs": 2e-6}
    assert float(fitted.mu) == pytest.approx(expected["mu"], **near)
    assert float(fitted.variance) == pytest.approx(expected["variance"], **near)
    for key, one in fitted.experts.items():
        assert float(one.value) == pytest.approx(expected["experts"][key], **near)
        if one.error is not None:
            assert float(one.error) == pytest.approx(expected["expert_errors"][key], **near)
    for key, one in fitted.applications.items():
        assert float(one.value) == pytest.approx(expected["adjusted"][key], **near)
        if one.error is not None:
            assert float(one.error) == pytest.approx(expected["errors"][key], **near)
    is_known = most_dense > 1
    assert any(one.error is not None for one in fitted.applications.values()) == is_known
    assert all((one.error is not None) == (is_known and one.sheets > 1) for one in fitted.experts.values())


def test_the_order_of_the_marks_and_the_way_of_solving_change_no_digit(monkeypatch):
    marks = a_design(random.Random(7), 15, 60, 3)
    first = correct(marks)
    random.Random(8).shuffle(marks)
    second = correct(marks)
    monkeypatch.setattr(severity, "MOST_DENSE", 1)
    third = correct(marks)
    assert adjusted(first) == adjusted(second) == adjusted(third)
    assert {key: one.value for key, one in first.experts.items()} == {
        key: one.value for key, one in third.experts.items()
    }


def test_applications_with_the_same_marks_of_the_same_experts_are_tied():
    marks = a_design(random.Random(9), 10, 30, 3)
    twins = [(expert, f"twin of {application}", score) for expert, application, score in marks]
    found = adjusted(correct(marks + twins))
    assert all(found[key] == found[f"twin of {key}"] for key in {application for _e, application, _s in marks})


def test_a_long_chain_is_solved_to_the_last_digit():
    """Each expert shares one application with the next: the worst condition that connected marks can have."""
    marks = [(number, number + step, Decimal(number * 7 % 11) / 2) for number in range(300) for step in (0, 1)]
    fitted = correct(marks)
    exact = {0: Fraction(0)}
    for number in range(299):  # an application that two experts marked tells their difference exactly
        exact[number + 1] = exact[number] + Fraction(marks[2 * number + 2][2]) - Fraction(marks[2 * number + 1][2])
    mean = sum(exact.values(), Fraction()) / 300
    assert {key: one.value for key, one in fitted.experts.items()} == {
        key: Decimal(round((value - mean) * 10**6)).scaleb(-6) for key, value in exact.items()
    }
    assert (fitted.freedom, fitted.variance) == (0, None)


@pytest.mark.parametrize(
    ("marks", "freedom", "known"),
    [
        ([("e1", "A", 4)], 0, set()),
        ([("e1", "A", 4), ("e1", "B", 3)], 0, set()),
        ([("e1", "A", 4), ("e2", "A", 3)], 0, set()),
        ([("e1", "A", 4), ("e2", "A", 3), ("e1", "B", 3), ("e2", "B", 5)], 1, {"A", "B"}),
        ([("e1", "A", 4), ("e2", "A", 3), ("e1", "B", 3), ("e2", "B", 5), ("e2", "C", 2)], 1, {"A", "B"}),
    ],
)
def test_what_rests_on_one_mark_alone_has_no_known_uncertainty(marks, freedom, known):
    fitted = correct(marks)
    assert fitted.freedom == freedom
    assert {key for key, one in fitted.applications.items() if one.error is not None} == known
    assert (fitted.variance is None) == (freedom == 0)


@st.composite
def designs(draw):
    experts, applications = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    pairs = draw(
        st.sets(
            st.tuples(st.integers(0, experts - 1), st.integers(0, applications - 1)),
            min_size=experts + applications - 1,
        )
    )
    return [(f"e{one}", f"a{other}", Decimal(draw(st.integers(0, 10))) / 2) for one, other in sorted(pairs)]


@settings(max_examples=60, deadline=None)
@given(designs(), st.integers(-6, 6), st.integers(0, 4))
def test_an_expert_who_gives_everybody_more_changes_no_order(marks, halves, which):
    assume(len(find_islands((expert, application) for expert, application, _s in marks)) == 1)
    harsh = f"e{which}"
    before = adjusted(correct(marks))
    after = adjusted(correct([(one, key, score + halves * (one == harsh)) for one, key, score in marks]))
    steps = {after[key] - before[key] for key in before}
    assert max(steps) - min(steps) <= Decimal("0.000002")
    assert order_by(before) == order_by(after) or min(
        abs(before[one] - before[other]) for one in before for other in before if one != other
    ) <= Decimal("0.000002")


# Marks that do not hang together -------------------------------------------------------------------------------------

APART = [("Ann", "A-1", 4), ("Bob", "A-1", 3), ("Cem", "A-2", 5), ("Dea", "A-3", 2), ("Cem", "A-3", 1)]


def test_islands_are_found_the_largest_first():
    found = find_islands((expert, application) for expert, application, _score in APART)
    assert [(one.experts, one.applications) for one in found] == [
        (("Cem", "Dea"), ("A-2", "A-3")),
        (("Ann", "Bob"), ("A-1",)),
    ]


def test_marks_that_nothing_connects_are_refused_with_the_groups():
    with pytest.raises(Unconnected) as refusal:
        correct(APART, {("expert", "Ann"): "Ann Aalto", ("application", "A-1"): "IN2-2026-0001"})
    sentence = str(refusal.value)
    assert "Cem, Dea marked A-2, A-3, and Ann Aalto, Bob marked IN2-2026-0001." in sentence
    assert "who also marks an application of the other would connect them" in sentence
    connected = correct([*APART, ("Ann", "A-2", 3)])
    assert len(connected.applications) == 3


def test_many_groups_are_counted_and_long_ones_shortened():
    marks = [(f"e{group}-{one}", f"a{group}", 3) for group in range(3) for one in range(7)]
    with pytest.raises(Unconnected, match=r"fall into 3 groups .* e0-4 and 2 more marked a0; in another, e1-0"):
        correct(marks)
