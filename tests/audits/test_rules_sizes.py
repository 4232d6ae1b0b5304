"""Sizes and factors, against the worked examples of EGESIF_16-0014-01 and against what must be refused."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.audits.rules import factors
from vouchers.audits.rules.parameters import MOST_UNITS, Parameters, ensure_known, ensure_sound, read_deviations
from vouchers.audits.rules.sizes import Stratum, allocate, is_few, size_of
from vouchers.audits.states import Method, Selection, StrataBy
from vouchers.core.errors import RuleBroken

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "mus_audit_sampling.json").read_text())
EXAMPLES = {one["id"]: one for one in VECTORS["examples"]}
M, S = Method, Selection


def wanted(method=M.MUS_STANDARD, selection=S.SYSTEMATIC, **changed):
    """Parameters that hold, but for what is changed."""
    deviation = changed.pop("deviation", "0.085")
    given = {"level": "0.90", "materiality": "0.02", "anticipated": "0.004"} | changed
    exact = {name: Decimal(value) for name, value in given.items() if name in {"level", "materiality", "anticipated"}}
    others = {name: value for name, value in given.items() if name not in exact}
    return Parameters(method, selection, deviation=None if deviation is None else Decimal(deviation), **exact, **others)


def steps(size):
    return [(one.formula, one.value) for one in size.lines if one.symbol == "n" and one.value == int(one.value)][-3:]


def test_every_step_from_the_formula_to_the_units_is_shown():
    plain = {"deviation": "0.0001", "level": "0.95"}
    (rounded_up,) = [one for one in steps(size_of(wanted(**plain), [Stratum("", 50, 10**8)], "EUR")) if "⌈" in one[0]]
    assert rounded_up[1] == 1
    more = size_of(wanted(**plain, at_least=13), [Stratum("", 50, 10**8)], "EUR")
    assert steps(more)[-2:] == [(rounded_up[0], 1), ("max(1; 13)", 13)]
    nothing = size_of(wanted(deviation="0"), [Stratum("", 50, 10**8)], "EUR")
    assert [str(one.meaning) for one in nothing.lines if one.formula.startswith("max(")] == [
        "At least one unit is drawn"
    ]
    capped = size_of(wanted(**plain, at_least=13), [Stratum("", 8, 10**8)], "EUR")
    assert steps(capped) == [(rounded_up[0], 1), ("max(1; 13)", 13), ("min(13; 8)", 8)]
    two = size_of(wanted(**plain, strata_by=StrataBy.REGION), [Stratum(code, 20, 10**8) for code in "AB"], "EUR")
    assert ("Σ nₕ", 6) in [(one.formula, one.value) for one in two.lines]


def test_deviations_are_of_strata_that_there_are():
    by_region = wanted(strata_by=StrataBy.REGION, deviations={"BE-WAL": Decimal("0.1")})
    ensure_sound(by_region)
    ensure_known(by_region, ["BE-WAL", "NL-GE"])
    with pytest.raises(RuleBroken, match=r"no stratum “BE-WAL”.+NL-GE") as refused:
        ensure_known(by_region, ["NL-GE"])
    assert refused.value.field == "deviations"
    with pytest.raises(RuleBroken, match="There are no strata") as refused:
        ensure_sound(wanted(deviations={"BE-WAL": Decimal("0.1")}))
    assert refused.value.field == "deviations"


@pytest.mark.parametrize(
    ("table", "factor"),
    [
        ("z_table3", factors.z_of),
        ("rf_table4_zero_errors", factors.basic_factor),
        ("expansion_table5", factors.expansion_factor),
    ],
)
def test_factors_are_those_of_the_tables(table, factor):
    for level, value in VECTORS["tables"][table].items():
        assert factor(Decimal(level)) == Decimal(str(value))


@pytest.mark.parametrize("level", VECTORS["tables"]["rf_exact_poisson_upper_limit"])
def test_factors_for_errors_are_the_upper_limits_of_poisson_at_two_decimals(level):
    for errors, exact in enumerate(VECTORS["tables"]["rf_exact_poisson_upper_limit"][level]):
        assert abs(factors.poisson_factor(Decimal(level), errors) - Decimal(str(exact))) <= Decimal("0.0051")


def test_factors_for_errors_as_the_guidance_prints_them():
    assert [str(factors.poisson_factor(Decimal("0.90"), errors)) for errors in (0, 1, 12, 13, 16)] == [
        "2.30", "3.89", "17.78", "18.96", "22.45",
    ]  # fmt: skip
    assert factors.poisson_factor(Decimal("0.95"), 3000) > 3000


def test_a_level_that_no_table_has_is_refused_with_those_that_it_has():
    with pytest.raises(RuleBroken, match="60%, 70%, 80%, 90%, 95%") as refused:
        factors.z_of(Decimal("0.85"))
    assert refused.value.field == "level"
    with pytest.raises(RuleBroken):
        factors.basic_factor(Decimal("0.905"))
    assert factors.basic_factor(Decimal("0.85")) == Decimal("1.90")


def size(id, method, selection, **changed):
    given = EXAMPLES[id]["in"]
    rates = {"materiality": str(given["materiality"]), "anticipated": str(given["ae_rate"]), **changed}
    return size_of(wanted(method, selection, **rates), [Stratum("", given.get("N", 100_000), given["BV"] * 100)], "EUR")


def test_size_of_simple_random_sampling():
    found = size("6.1.1.6 SRS size", M.SIMPLE_RANDOM, S.EQUAL, level="0.80", deviation="518")
    assert float(found.raw) == pytest.approx(EXAMPLES["6.1.1.6 SRS size"]["raw_n"])
    assert found.units == 53


def test_size_of_mus_standard():
    found = size("6.3.1.7 MUS standard size", M.MUS_STANDARD, S.SYSTEMATIC)
    assert float(found.raw) == pytest.approx(76.37121337890626)
    assert found.units == 77


def test_size_of_mus_conservative():
    found = size("6.3.5.7 MUS conservative", M.MUS_CONSERVATIVE, S.SYSTEMATIC, deviation=None)
    assert float(found.raw) == pytest.approx(135.88235294117646)
    assert found.units == 136


def test_size_of_mus_by_strata():
    given = EXAMPLES["6.3.2.7 stratified MUS size"]
    strata = [Stratum(f"P{number}", 1000, cents * 100) for number, cents in enumerate(given["in"]["BV_h"], 1)]
    deviations = {f"P{number}": Decimal(str(var)).sqrt() for number, var in enumerate(given["in"]["var_h"], 1)}
    parameters = wanted(anticipated="0.011", deviation=None, deviations=deviations, strata_by=StrataBy.REGION)
    found = size_of(parameters, strata, "EUR")
    assert float(found.raw) == pytest.approx(given["raw_n"], rel=1e-9)
    assert dict(found.by_stratum) == {"P1": 88, "P2": 60}
    assert found.units == 148


def test_size_of_simple_random_sampling_by_strata_as_section_6_1_2_6_has_it():
    high_value = 489_115_600  # audited whole; the tolerable error is that of all the expenditure
    strata = [Stratum("P1", 3582, 4_322_680_100), Stratum("P2", 1225, 134_841_736_100 + high_value)]
    deviations = {"P1": Decimal(444), "P2": Decimal(9818)}
    parameters = wanted(
        M.SIMPLE_RANDOM, S.EQUAL, level="0.80", anticipated="0.018", deviation=None, deviations=deviations,
        strata_by=StrataBy.CALL,
    )  # fmt: skip
    found = size_of(parameters, strata, "EUR")
    assert found.units == 121
    assert dict(found.by_stratum) == {"P1": 90, "P2": 31}


@pytest.mark.parametrize(("count", "units"), [(1, 1), (9, 1), (10, 1), (11, 2), (187, 19), (299, 30)])
def test_a_non_statistical_sample_covers_a_tenth(count, units):
    parameters = wanted(M.NON_STATISTICAL, S.EQUAL, deviation=None)
    assert size_of(parameters, [Stratum("", count, count * 100)], "EUR").units == units


def test_a_non_statistical_sample_is_for_small_populations():
    with pytest.raises(RuleBroken, match="less than 300 units; this one has 300"):
        size_of(wanted(M.NON_STATISTICAL, S.EQUAL, deviation=None), [Stratum("", 300, 30_000)], "EUR")


def test_size_is_at_least_what_was_asked_for_and_at_most_the_population():
    stratum = [Stratum("", 40, 1_000_000)]
    assert size_of(wanted(), stratum, "EUR").units == 40
    assert size_of(wanted(deviation="0.001", at_least=30), stratum, "EUR").units == 30
    assert size_of(wanted(deviation="0"), stratum, "EUR").units == 1


def test_size_is_refused_where_nothing_was_spent_or_where_people_could_not_audit_it():
    with pytest.raises(RuleBroken, match="no expenditure"):
        size_of(wanted(), [], "EUR")
    with pytest.raises(RuleBroken, match=f"at most {MOST_UNITS}"):
        size_of(wanted(deviation="2"), [Stratum("", 1_000_000, 10**12)], "EUR")


def test_every_figure_of_a_size_is_shown_with_its_formula():
    lines = size("6.3.1.7 MUS standard size", M.MUS_STANDARD, S.SYSTEMATIC).lines
    assert [line.symbol for line in lines] == ["N", "BV", "TE", "AE", "z", "σᵣ", "n", "n"]
    assert [line.value for line in lines][-2:] == [Decimal("76.3712"), 77]
    assert lines[-2].formula == "(z × BV × σᵣ ÷ (TE − AE))²"


@given(
    st.integers(1, 500),
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 2000)), min_size=1, max_size=8),
)
def test_units_are_shared_out_in_proportion(units, strata):
    weights, room = [weight for weight, _room in strata], [most for _weight, most in strata]
    parts = allocate(units, weights, room)
    least = 3 if len(strata) > 1 else 1
    for part, weight, most in zip(parts, weights, room, strict=True):
        exact = Fraction(units * weight, sum(weights))
        assert min(least, most) <= part <= most
        assert part <= max(exact + 1, least)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"selection": S.EQUAL}, "selection"),
        ({"method": M.MUS_CONSERVATIVE, "selection": S.EQUAL}, "selection"),
        ({"method": M.SIMPLE_RANDOM, "selection": S.CELL}, "selection"),
        ({"materiality": "0"}, "materiality"),
        ({"materiality": "0.21"}, "materiality"),
        ({"anticipated": "0.02"}, "anticipated"),
        ({"anticipated": "-0.01"}, "anticipated"),
        ({"method": M.MUS_CONSERVATIVE, "anticipated": "0.0134"}, "anticipated"),
        ({"deviation": None}, "deviation"),
        ({"deviation": "-1"}, "deviation"),
        ({"level": "0.99"}, "level"),
        ({"method": M.MUS_CONSERVATIVE, "strata_by": StrataBy.REGION}, "strata_by"),
        ({"at_least": MOST_UNITS + 1}, "at_least"),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused_at_their_field(changed, field):
    with pytest.raises(RuleBroken) as refused:
        ensure_sound(wanted(**changed))
    assert refused.value.field == field


def test_parameters_that_fit():
    ensure_sound(wanted())
    ensure_sound(wanted(M.MUS_CONSERVATIVE, S.CELL, anticipated="0.0105", level="0.99", deviation=None))
    ensure_sound(wanted(M.NON_STATISTICAL, S.EQUAL, level="0.85", deviation=None))
    kept = wanted(deviation=None, deviations={"BE-WAL": Decimal("0.1")}, strata_by=StrataBy.REGION)
    assert Parameters.from_json(json.loads(json.dumps(kept.as_json()))) == kept
    with pytest.raises(RuleBroken):
        kept.deviation_of("NL-NB")


def test_deviations_of_strata_are_read_line_by_line():
    assert read_deviations("BE-WAL 0.085\n\n NL-NB 0,1 ") == {"BE-WAL": Decimal("0.085"), "NL-NB": Decimal("0.1")}
    for wrong in ("BE-WAL", "BE-WAL x", "BE-WAL -1", "BE-WAL NaN", "0.5"):
        with pytest.raises(RuleBroken) as refused:
            read_deviations(wrong)
        assert refused.value.field == "deviations"


def test_few_units_are_named():
    assert is_few(29, 1000)
    assert not is_few(30, 1000)
    assert not is_few(12, 12)
