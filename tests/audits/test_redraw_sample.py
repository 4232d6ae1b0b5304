"""The stand-alone program draws what the office drew: in a Python of its own, without any library."""

import importlib.util
import json
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.audits.rules.drawing import draw
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.rules.populations import Population, Unit, file_lines, hash_of
from vouchers.audits.rules.records import stratum_as_json
from vouchers.audits.states import Method, Selection, StrataBy
from vouchers.audits.views.sampling import SCRIPT

pytestmark = pytest.mark.once
WAYS = [
    (Method.MUS_STANDARD, Selection.SYSTEMATIC),
    (Method.MUS_STANDARD, Selection.CELL),
    (Method.MUS_CONSERVATIVE, Selection.SYSTEMATIC),
    (Method.MUS_CONSERVATIVE, Selection.CELL),
    (Method.SIMPLE_RANDOM, Selection.EQUAL),
    (Method.NON_STATISTICAL, Selection.EQUAL),
    (Method.NON_STATISTICAL, Selection.SYSTEMATIC),
]
units = st.lists(
    st.tuples(st.sampled_from(["BE-WAL", "NL-NB"]), st.integers(-5_000, 10**8)), min_size=1, max_size=60
).map(lambda rows: [Unit(f"V-{at:04}", region, "2026-1", "COL", cents) for at, (region, cents) in enumerate(rows)])


def a_draw(rows, method, selection, by, size):
    """The file of a draw as the office would write it."""
    parameters = Parameters(method, selection, by, deviation=Decimal("0.1"))
    population = Population.of(rows)
    sizes = {code: min(size, len(members)) for code, members in population.members(by).items()}
    found = draw(population, parameters, sizes, "a seed")
    named = [
        {"reference": population.references[one.place], "stratum": one.stratum, "hits": one.hits} for one in found.units
    ]
    return {
        "parameters": parameters.as_json(),
        "seed": "a seed",
        "population_sha256": hash_of(rows),
        "strata": [stratum_as_json(one) for one in found.strata],
        "units": named,
    }


@pytest.fixture(scope="module")
def program():
    spec = importlib.util.spec_from_file_location("redraw_sample", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("method", "selection"), WAYS)
@pytest.mark.parametrize("by", [StrataBy.NONE, StrataBy.REGION])
@given(rows=units, size=st.integers(1, 70))
def test_both_draw_the_same(program, method, selection, by, rows, size):
    if method is Method.MUS_CONSERVATIVE and by is not StrataBy.NONE:
        return
    told = a_draw(rows, method, selection, by, size)
    listed = [unit._asdict() for unit in rows]
    named = [(one["reference"], one["stratum"], one["hits"]) for one in told["units"]]
    assert program.redraw(told, listed) == named


def run(folder, told, rows):
    (folder / "draw.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "population.csv").write_text("".join(file_lines(rows)), encoding="utf-8", newline="")
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(folder / "draw.json"), str(folder / "population.csv")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8")


ROWS = [Unit(f"V-{at:03}", "BE-WAL", "2026-1", "COL", 1000 + at * 97 % 4000) for at in range(80)]


def test_the_program_says_that_all_is_well(tmp_path):
    told = a_draw(ROWS, Method.MUS_STANDARD, Selection.SYSTEMATIC, StrataBy.NONE, 12)
    answer = run(tmp_path, told, ROWS)
    assert (answer.returncode, answer.stdout) == (0, "ok: 12 units of 80, drawn again from seed a seed\n")


def test_the_program_names_a_unit_that_was_put_in_or_left_out(tmp_path):
    told = a_draw(ROWS, Method.MUS_STANDARD, Selection.SYSTEMATIC, StrataBy.NONE, 12)
    gone = told["units"].pop(3)
    answer = run(tmp_path, told, ROWS)
    assert answer.returncode == 1
    assert f"WRONG: not among the units of the draw: {gone['reference']}" in answer.stdout


def test_the_program_notices_one_changed_byte_of_the_population(tmp_path):
    told = a_draw(ROWS, Method.SIMPLE_RANDOM, Selection.EQUAL, StrataBy.NONE, 12)
    answer = run(tmp_path, told, [ROWS[0]._replace(cents=ROWS[0].cents + 1), *ROWS[1:]])
    assert answer.returncode == 1
    assert "WRONG: the population has the SHA-256" in answer.stdout
