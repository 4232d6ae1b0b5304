"""Where in the file a setting stands that a plan names in its own words."""

from __future__ import annotations

import pytest

from tests.builders.programmes import programme_text
from vouchers.programmes.rules.source import read_source
from vouchers.programmes.rules.whereabouts import find_place

TEXT = programme_text()


def line_of(before: str) -> int:
    return TEXT[: TEXT.index(before)].count("\n") + 1


@pytest.mark.parametrize(
    ("path", "said", "before"),
    [
        ("calls[2027-A].opens_at", "calls[2027-A].opens", "opens:"),
        ("calls[2027-A].activities_until", "calls[2027-A].activities.latest", "activities:"),
        ("calls[2027-A].marking.criteria[need].weight", "calls[2027-A].marking.criteria[need].weight", "code: need"),
        ("calls[2027-A].envelopes[NO-OSL/H2C]", "calls[2027-A].envelopes[NO-OSL/H2C]", "{region: NO-OSL"),
        (
            "calls[2027-A].form.sections[project].questions[title].is_required",
            "calls[2027-A].form.sections[project].questions[title].required",
            "{code: title",
        ),
        ("calls[2027-A].reserve", "calls[2027-A].reserve", "- code: 2027-A"),
        ("instruments[H2C].grant.cap", "instruments[H2C].grant.cap", "cap:"),
        ("rules.appeal_within_days", "programme.rules.appeal_within_days", "programme:"),
        ("fund_lines[OWN].name", "fund_lines[OWN].name", "{code: OWN"),
    ],
)
def test_find_place(path, said, before):
    spot = find_place(read_source(TEXT), path)

    assert (spot.path, spot.line) == (said, line_of(before))


def test_find_place_in_a_form_that_stands_elsewhere():
    tree = read_source("calls:\n  - code: a\n    form: b\nforms:\n  - code: b\n    sections: [{code: c, title: D}]\n")

    assert find_place(tree, "calls[a].form.sections[c].title").line == 6
