"""A file that leaves out what was published; and the programme as it stands, written as a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders.programmes import IN2_FILE, LOADED_AT, a_programme, plan_of, programme_text, source_of
from vouchers.programmes import actions
from vouchers.programmes.rules.plain import as_plain
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import read_source
from vouchers.programmes.rules.writing import write_programme_file
from vouchers.workflow.transition import OFFICE

LATER = LOADED_AT + timedelta(days=1)
FILES = [IN2_FILE, *sorted((IN2_FILE.parent / "examples").glob("*.yaml"))]
OF_A_REGION = """  - code: FR-BRE
    name: Brittany
    country: FR
    time_zone: Europe/Paris
    office:
      name: Office
      email: bre@example.org
      address: {street: Rue, post_code: "35000", town: Rennes, country: FR}
    bank_account: {holder: Bretagne, iban: FR1420041010050500013M02606}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_written_file_reads_as_the_one_it_came_from(file: Path):
    source = source_of(file.read_text(encoding="utf-8"))

    assert as_plain(read_source(write_programme_file(source))) == source


@pytest.mark.parametrize(
    "text", ["", "~", "null", "60 %", "17:00", "no", "a: b", "- a", "#1", "l1\nl2 \n\n  l3", "é\u00a0?\u2028"]
)
def test_every_text_is_written_so_that_it_is_read_again(text):
    source = {"programme": {"code": text, "none": None, "list": [text, {"x": text}]}}

    assert as_plain(read_source(write_programme_file(source))) == source


def loaded(text: str) -> list[str]:
    """What loading a file does, with what it leaves out kept: the lines of the command."""
    tree, kept = actions.complete(read_source(text), "small")
    plan, source = read_programme_tree(tree), as_plain(tree)
    changes = actions.load_programme(plan, source=source, by=OFFICE, at=LATER)
    return [f"{kind} {code} stays" for kind, code in kept] + [f"{one.verb} {one.kind} {one.code}" for one in changes]


def with_another_call(text: str) -> str:
    first = text[text.index("  - code: 2027-A") :]
    return text + first.replace("2027-A", "2028-A")


def test_a_call_that_the_file_leaves_out_stays(app):
    small = a_programme(with_another_call(programme_text()))

    assert loaded(programme_text()) == ["Call 2028-A stays"]
    assert loaded(with_another_call(programme_text())) == []
    assert small.call("2028-A").plan.regions == small.call("2027-A").plan.regions


def test_a_region_that_the_file_adds_is_none_of_the_call_that_it_leaves_out(app):
    small = a_programme(programme_text().replace("regions: [FR-ARA, NO-OSL]", "regions: all"))
    before = small.call("2027-A").digest
    text = programme_text().replace("fund_lines:", OF_A_REGION + "fund_lines:", 1).replace("2027-A", "2028-A")

    told = loaded(text)

    assert told[0] == "Call 2027-A stays"
    assert "added region FR-BRE" in told
    assert "added call 2028-A" in told
    assert small.call("2027-A").digest == before
    assert set(small.call("2027-A").plan.regions) == {"FR-ARA", "NO-OSL"}


def test_regions_fund_lines_and_instruments_of_published_calls_stay_where_they_were(app):
    small = a_programme()
    before, source = small.programme.digest, source_of(programme_text())
    for name, kind in (("regions", "Region"), ("fund_lines", "Fund line"), ("instruments", "Instrument")):
        less = {**source, name: source[name][1:], "calls": []}
        told = loaded(write_programme_file(less))

        assert told == [f"{kind} {source[name][0]['code']} stays", "Call 2027-A stays"]
        assert small.programme.digest == before


def test_the_plan_of_a_written_file_is_the_same(app):
    small = a_programme()

    text = write_programme_file(actions.source_of(small.programme))
    assert plan_of(text).digest == small.programme.digest
    assert loaded(text) == []
