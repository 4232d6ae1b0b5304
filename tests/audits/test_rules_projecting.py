"""Projection, precision and conclusion, against the worked examples of EGESIF_16-0014-01."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.audits.test_rules_sizes import wanted
from vouchers.audits.rules.concluding import conclude, level_reached
from vouchers.audits.rules.drawing import StratumDraw
from vouchers.audits.rules.parameters import ABOVE_USUAL
from vouchers.audits.rules.projecting import Checked, ensure_error, project
from vouchers.audits.states import Conclusion, Method, Selection, StrataBy
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR

EXAMPLES = {
    one["id"]: one
    for one in json.loads((Path(__file__).parents[1] / "vectors" / "mus_audit_sampling.json").read_text())["examples"]
}
M, S, C = Method, Selection, Conclusion
HUGE = 10**13
"""Cents of a unit so large that its tainting can be given with many decimals."""


def stratum(*, count=1000, cents, certain=0, certain_count=0, draws, interval=None, code=""):
    return StratumDraw(code, 0, count, cents, certain_count, certain, draws, interval)


def certain_unit(error):
    return Checked("", 10**13, error, 0)


def tainted(*rates, draws, code=""):
    """So many draws, the first of them with these error rates."""
    units = [Checked(code, HUGE, int(Decimal(str(rate)) * HUGE), 1) for rate in rates]
    return units + [Checked(code, HUGE, 0, 1)] * (draws - len(rates))


def line(found, symbol):
    return next(one.value for one in found.lines if one.symbol == symbol)


def test_projection_of_mus_standard_6_3_1_7():
    part = stratum(cents=419_988_202_400, certain=78_683_708_100, certain_count=8, draws=69)
    units = [certain_unit(761_680_500), *tainted(0.9, 0.196, draws=69)]
    found = project(wanted(), [part], units, "EUR")
    assert round(line(found, "SI").cents / 100) == 49_464_419
    assert abs(line(found, "EEₛ").cents / 100 - 54_213_004) < 1
    assert abs(found.error / 100 - 61_829_809) < 1
    rates = [Decimal("0.9"), Decimal("0.196"), *[Decimal(0)] * 67]
    mean = sum(rates) / 69
    spread = (sum((one - mean) ** 2 for one in rates) / 68).sqrt()
    exact = Decimal("1.645") * Decimal(341_304_494_300) / Decimal(69).sqrt() * spread
    assert abs(found.precision - exact) < 1


def test_projection_of_mus_by_strata_6_3_2_7():
    strata = [
        stratum(cents=164_396_392_300, draws=73, code="A"),
        stratum(cents=105_946_766_800, draws=47, code="B"),
    ]
    units = [
        certain_unit(1_546_034_000),
        *tainted(0.9, 0.1234, draws=73, code="A"),
        *tainted(0.9, 0.276, draws=47, code="B"),
    ]
    found = project(wanted(strata_by=StrataBy.REGION), strata, units, "EUR")
    assert abs(found.error / 100 - 65_016_597) < 2


def test_projection_of_mus_conservative_6_3_5_7():
    given = EXAMPLES["6.3.5.7 MUS conservative"]
    book = given["in"]["BV"] * 100
    part = stratum(cents=book, certain=book // 2, certain_count=24, draws=112, interval=Fraction(book, 136))
    units = [certain_unit(given["in"]["high_value_error"] * 100), *tainted(0.7, 0.377, draws=112)]
    parameters = wanted(M.MUS_CONSERVATIVE, S.SYSTEMATIC, anticipated="0.002", deviation=None)
    found = project(parameters, [part], units, "EUR")
    assert abs(found.error / 100 - given["EE"]) < 1
    assert abs(line(found, "BP").cents / 100 - given["BP"]) < 1
    allowance = given["SI"] * (0.59 * 0.7 + 0.44 * 0.377)
    assert abs(line(found, "IA").cents / 100 - allowance) < given["SI"] * 0.006
    assert abs(found.precision - line(found, "BP").cents - line(found, "IA").cents) <= 1


def test_allowances_take_the_largest_rate_first():
    """Section 6.3.5.5: 10,000 of 40,000 with an interval of 200,000 and RF(1) 3.89 is (3.89 − 2.30 − 1) × 25 % × SI."""
    part = stratum(cents=100_000_000, draws=5, interval=Fraction(20_000_000))
    parameters = wanted(M.MUS_CONSERVATIVE, S.SYSTEMATIC, deviation=None)
    one = project(parameters, [part], tainted(0.25, draws=5), "EUR")
    assert line(one, "IA").cents == 2_950_000
    two = project(parameters, [part], tainted(0.1, 0.25, draws=5), "EUR")
    assert (
        line(two, "IA").cents
        == project(parameters, [part], tainted(0.25, 0.1, draws=5), "EUR").precision - line(two, "BP").cents
    )


def test_without_an_error_the_conservative_limit_is_the_basic_precision():
    part = stratum(cents=100_000_000, draws=5, interval=Fraction(20_000_000))
    parameters = wanted(M.MUS_CONSERVATIVE, S.SYSTEMATIC, level="0.95", deviation=None)
    found = conclude(parameters, [part], tainted(draws=5), systemic=0, anomalous=0, currency="EUR")
    assert (found.total, found.upper) == (0, 60_000_000)
    assert found.conclusion is C.INCONCLUSIVE


def test_without_an_error_the_standard_approach_has_no_spread():
    part = stratum(cents=100_000_000, draws=30)
    found = conclude(wanted(), [part], tainted(draws=30), systemic=0, anomalous=0, currency="EUR")
    assert (found.total, found.upper, found.conclusion) == (0, 0, C.NOT_MATERIAL)


def test_projection_of_a_non_statistical_sample_by_size_6_4_7():
    given = EXAMPLES["6.4.7 non-statistical PPS"]
    book, rest = given["in"]["BV"] * 100, given["in"]["BV_s"] * 100
    part = stratum(count=36, cents=book, certain=book - rest, certain_count=4, draws=4)
    units = [certain_unit(8_002_800), *tainted(0.0272, draws=4)]
    parameters = wanted(M.NON_STATISTICAL, S.SYSTEMATIC, deviation=None)
    found = conclude(parameters, [part], units, systemic=0, anomalous=0, currency="EUR")
    assert round(found.total / 100) == given["printed_EE"]
    assert found.upper is None
    assert line(found, "TE").cents == 44_062_456
    assert found.conclusion is C.NOT_MATERIAL


def equal_units(*pairs, code=""):
    return [Checked(code, cents * 100, error * 100, 1) for cents, error in pairs]


def test_simple_random_sampling_6_1_1_6():
    """ΣE 7,797 over 53 units of 661,580 together: 566,703 by mean per unit and 548,058 by ratio, but for rounding."""
    pairs = [(12_482, 0)] * 52 + [(661_580 - 52 * 12_482, 7_797)]
    part = stratum(count=3852, cents=4_650_118_600, draws=53)
    found = project(wanted(M.SIMPLE_RANDOM, S.EQUAL, level="0.80"), [part], equal_units(*pairs), "EUR")
    figures = {round(found.error / 100), round(line(found, "EE₂").cents / 100)}
    assert figures == {round(3852 * 7797 / 53), round(46_501_186 * 7797 / 661_580)}
    errors = [Decimal(error) for _cents, error in pairs]
    ratio = Decimal(7797) / 661_580
    takes_ratio = round(found.error / 100) == round(46_501_186 * 7797 / 661_580)
    values = [error - (ratio * cents if takes_ratio else 0) for (cents, _e), error in zip(pairs, errors, strict=True)]
    mean = sum(values) / 53
    spread = (sum((one - mean) ** 2 for one in values) / 52).sqrt()
    assert abs(found.precision - 100 * 3852 * Decimal("1.282") * spread / Decimal(53).sqrt()) < 1


def test_the_ratio_is_taken_where_errors_grow_with_the_expenditure():
    growing = equal_units((100, 10), (200, 20), (300, 30), (400, 40))
    part = stratum(count=100, cents=3_000_000, draws=4)
    parameters = wanted(M.SIMPLE_RANDOM, S.EQUAL)
    found = project(parameters, [part], growing, "EUR")
    assert (found.error, found.precision) == (300_000, 0)
    flat = equal_units((100, 25), (200, 25), (300, 25), (400, 25))
    assert project(parameters, [part], flat, "EUR").error == 100 * 2500


def test_strata_with_the_same_chance_6_1_2_6():
    strata = [
        stratum(count=3582, cents=4_322_680_100, draws=90, code="A"),
        stratum(count=1225, cents=134_841_736_100, draws=31, code="B"),
    ]
    units = [certain_unit(88_900)]
    units += equal_units(*[(11_722, 0)] * 89, (1_055_043 - 89 * 11_722, 11_378), code="A")
    units += equal_units(*[(1_141_200, 0)] * 30, (35_377_240 - 30 * 1_141_200, 102_899), code="B")
    parameters = wanted(M.SIMPLE_RANDOM, S.EQUAL, level="0.80", strata_by=StrataBy.CALL)
    found = project(parameters, strata, units, "EUR")
    figures = sorted([found.error / 100, line(found, "EE₂").cents / 100])
    assert figures[0] == pytest.approx(4_389_095, abs=10)
    assert figures[1] == pytest.approx(4_519_900, abs=10)


def test_a_whole_population_that_was_audited_has_no_precision_to_be_added():
    part = stratum(count=3, cents=3_000, certain=3_000, certain_count=3, draws=0)
    units = [Checked("", 1_000, 100, 0), Checked("", 1_000, 0, 0), Checked("", 1_000, 0, 0)]
    for parameters in (wanted(), wanted(M.SIMPLE_RANDOM, S.EQUAL), wanted(M.MUS_CONSERVATIVE, S.CELL)):
        found = conclude(parameters, [part], units, systemic=0, anomalous=0, currency="EUR")
        assert (found.total, found.upper, found.conclusion) == (100, 100, C.MATERIAL)


def test_one_unit_tells_no_spread_so_nothing_is_concluded():
    part = stratum(cents=100_000, draws=1)
    for parameters in (wanted(), wanted(M.SIMPLE_RANDOM, S.EQUAL)):
        found = conclude(parameters, [part], tainted(draws=1), systemic=0, anomalous=0, currency="EUR")
        assert (found.upper, found.conclusion) == (None, C.INCONCLUSIVE)


def test_a_part_of_which_nothing_was_drawn_cannot_be_projected():
    with pytest.raises(RuleBroken, match="nothing was drawn"):
        project(wanted(), [stratum(cents=100_000, draws=0)], [], "EUR")


def test_a_unit_that_was_hit_twice_counts_twice():
    part = stratum(cents=100_000, draws=3)
    twice = [Checked("", 1_000, 500, 2), Checked("", 1_000, 0, 1)]
    thrice = [Checked("", 1_000, 500, 1), Checked("", 1_000, 500, 1), Checked("", 1_000, 0, 1)]
    assert project(wanted(), [part], twice, "EUR") == project(wanted(), [part], thrice, "EUR")


@pytest.mark.parametrize(
    ("error", "systemic", "anomalous", "conclusion"),
    [
        (20_000, 0, 0, C.NOT_MATERIAL),
        (20_001, 0, 0, C.MATERIAL),
        (0, 20_000, 0, C.NOT_MATERIAL),
        (0, 15_000, 5_000, C.NOT_MATERIAL),
        (0, 15_000, 5_001, C.MATERIAL),
    ],
)
def test_the_tolerable_error_is_compared_to_the_cent(error, systemic, anomalous, conclusion):
    part = stratum(count=1, cents=1_000_000, certain=1_000_000, certain_count=1, draws=0)
    units = [Checked("", 1_000_000, error, 0)]
    found = conclude(wanted(), [part], units, systemic=systemic, anomalous=anomalous, currency="EUR")
    assert found.conclusion is conclusion
    assert found.total == error + systemic + anomalous


@pytest.mark.parametrize(("materiality", "is_said"), [("0.02", False), ("0.0201", True)])
def test_more_than_the_guidance_tolerates_is_said_in_the_conclusion(materiality, is_said):
    part = stratum(count=1, cents=1_000_000, certain=1_000_000, certain_count=1, draws=0)
    found = conclude(
        wanted(materiality=materiality), [part], [Checked("", 1_000_000, 0, 0)], systemic=0, anomalous=0, currency="EUR"
    )
    assert [one.value for one in found.lines if one.meaning == ABOVE_USUAL] == [EUR("200")] * is_said


def test_the_confidence_level_is_reckoned_anew_7_7():
    given = EXAMPLES["7.7 recalculated confidence level"]
    exact = given["in"]
    z, level = level_reached(Decimal(str(exact["z"])), Fraction(exact["TE"]), exact["EE"], exact["SE"])
    assert z == Decimal("1.418938")
    assert level == Decimal("0.8441")


def test_between_the_two_the_level_that_is_reached_is_shown():
    part = stratum(cents=1_000_000_00, draws=50)
    found = conclude(wanted(), [part], tainted(0.5, draws=50), systemic=0, anomalous=0, currency="EUR")
    assert (found.total, found.conclusion) == (1_000_000, C.INCONCLUSIVE)
    assert [one.symbol for one in found.lines[-2:]] == ["z*", "%"]
    assert found.lines[-2].value == Decimal("1.000")
    assert found.lines[-1].value == Decimal("68.27")


@pytest.mark.parametrize("error", [-1, 1001])
def test_an_error_is_at_most_the_expenditure(error):
    with pytest.raises(RuleBroken) as refused:
        ensure_error(error, 1000)
    assert refused.value.field == "error"
    ensure_error(0, 1000)
    ensure_error(1000, 1000)


@pytest.mark.parametrize("method", [M.SIMPLE_RANDOM, M.MUS_STANDARD])
def test_from_fewer_than_thirty_units_nothing_statistical_is_concluded(method):
    parameters = wanted(method, S.EQUAL if method is M.SIMPLE_RANDOM else S.SYSTEMATIC, level="0.95")
    said = {}
    for draws in (2, 29, 30):
        part = stratum(count=100, cents=100_000_000, draws=draws)
        found = conclude(parameters, [part], tainted(draws=draws), systemic=0, anomalous=0, currency="EUR")
        said[draws] = found.conclusion, any("nothing statistical" in str(one.meaning) for one in found.lines)
    assert said == {2: (C.INCONCLUSIVE, True), 29: (C.INCONCLUSIVE, True), 30: (C.NOT_MATERIAL, False)}


def test_errors_that_are_known_are_material_however_few_units_were_audited():
    part = stratum(count=17, cents=17_000, draws=2)
    for error, conclusion in ((300, C.INCONCLUSIVE), (400, C.MATERIAL)):  # of a tolerable error of 3.40
        units = [Checked("", 1_000, error, 1), Checked("", 1_000, 0, 1)]
        found = conclude(wanted(M.SIMPLE_RANDOM, S.EQUAL), [part], units, systemic=0, anomalous=0, currency="EUR")
        assert found.conclusion is conclusion
