"""How claims are made and checked, as a programme file says it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.core.money import EUR
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.instrument_plan import ClaimTerms, Party

GRANT = "    grant: {kind: real_cost, cap: 500, rate: 100 %}\n"
SUM = "    grant: {kind: lump_sum, amount: 500}\n"


def instrument_of(block: str, *, grant: str | None = None):
    """Meet & Greet with this block of its claims; with deliverables it is a lump sum."""
    text = IN2_FILE.read_text(encoding="utf-8")
    assert GRANT in text
    grant = grant or (SUM if "deliverables" in block else GRANT)
    claim = f"    claim:\n{block}" if block else ""
    return plan_of(text.replace(GRANT, grant + claim, 1)).instruments[0]


def terms_of(block: str) -> ClaimTerms:
    return instrument_of(block).claim


def test_everything_is_read():
    terms = terms_of(
        "      deliverables:\n"
        "        - {code: study, name: Study, hint: As a PDF, part: 40 %}\n"
        "        - {code: talk, name: Talk, part: 60 %}\n"
        "      report: [{code: jobs, label: Jobs, required: yes}]\n"
        "      satisfaction: [{code: speed, label: Speed}]\n"
        "      signed_by: [sme]\n"
        "      checks: [{code: publicity, text: The emblem is shown}]\n"
        "      sample: {min_costs: 10, part: 30 %, least: 3, above: 1000}\n"
    )
    assert [(one.code, one.part) for one in terms.deliverables] == [("study", Decimal("0.4")), ("talk", Decimal("0.6"))]
    assert [(one.code, one.is_required) for one in terms.report] == [("jobs", True)]
    assert [one.code for one in terms.satisfaction] == ["speed"]
    assert terms.signed_by == (Party.SME,)
    assert [str(one.text) for one in terms.checks] == ["The emblem is shown"]
    sample = terms.sample
    assert (sample.min_costs, sample.part, sample.least, sample.above) == (10, Decimal("0.3"), 3, EUR("1000"))


def test_nothing_is_needed():
    assert terms_of("") == ClaimTerms()


def test_a_category_asks_for_journeys_where_the_file_says_so():
    """As shipped: the travel of Meet & Greet, and neither its nights nor its fees."""
    assert [one.code for one in instrument_of("").cost_categories if one.has_journeys] == ["travel"]


@pytest.mark.parametrize(
    ("block", "grant", "path", "says"),
    [
        ("      deliverables: [{code: a, name: A}]\n", GRANT, "claim.deliverables", "only a fixed or lump sum"),
        ("      deliverables: [{code: a, name: A, part: 40 %}]\n", None, "claim.deliverables", "make 100 %"),
        (
            "      deliverables: [{code: a, name: A, part: 100 %}, {code: b, name: B}]\n",
            None, "claim.deliverables", "make 100 %",
        ),
        ("      deliverables: [{code: a, name: A, part: 0 %}]\n", None, "deliverables[1].part", "nothing"),
        ("      signed_by: [region]\n", None, "signed_by", "region"),
        ("      signed_by: [provider]\n", None, "signed_by", "is a party"),
        ("      checks: [{code: a, text: A}, {code: a, text: B}]\n", None, "checks[2].code", "already taken"),
        ("      sample: {part: 30 %}\n", None, "sample", "min_costs"),
        ("      sample: {min_costs: 10, part: 100 %}\n", None, "sample.part", "no sample"),
        ("      sample: {min_costs: 10, part: 30 %, above: 0}\n", None, "sample.above", "every cost"),
        ("      samples: {min_costs: 10}\n", None, "claim", "samples"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(block, grant, path, says):
    with pytest.raises(ProgrammeFileFaults) as refused:
        instrument_of(block, grant=grant)
    told = [(fault.path, str(fault.sentence)) for fault in refused.value.faults]
    assert any(path in where and says in sentence for where, sentence in told), told
    assert len(told) == 1
