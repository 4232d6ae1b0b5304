"""What a programme file may say of the selection, and what it may not."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.core.money import EUR
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.plan import Aggregation, Call, Marking, ProgrammePlan
from vouchers.programmes.rules.restoring import restore
from vouchers.programmes.rules.selection_plan import Appeals, DrawHash, FairMarks, Fee, FeeUnit, Panel, Pool, SpentWith

FILE = IN2_FILE.read_text(encoding="utf-8")
DUTCH = (Path(IN2_FILE).parent / "examples/dutch_innovation_vouchers.yaml").read_text(encoding="utf-8")
UNDRAWN = re.sub(r"    draw:\n(      .*\n)+", "", DUTCH)
WITHOUT_PROVIDER = re.sub(r"(agreement_parties: \[sme,)( provider,)? region]", r"\1 region]\n    provider: none", FILE)
DRAW = "    draw: {source: Lottery, numbers: all five, held_at: 2099-01-01 20:00}\n"


def with_call(lines: str, text: str = FILE) -> str:
    """The file with these lines in each of its calls."""
    return "".join(
        line + (lines if line.lstrip().startswith("allocation:") else "") for line in text.splitlines(keepends=True)
    )


def with_marking(lines: str) -> str:
    """The file with these lines in the marking of each call."""
    return "".join(line + (lines if line.strip() == "marking:" else "") for line in FILE.splitlines(keepends=True))


FIELDS = "programme:\n  fields: [{code: a, name: A}, {code: b, name: B, within: a}]\n"
MEDIAN = ("aggregation: mean\n", "aggregation: median\n")


def call_of(text: str) -> Call:
    return next(one for one in plan_of(text).calls if one.code == "2026-1" or text is not FILE)


def test_a_file_that_says_nothing_of_them_leaves_all_as_it_was():
    call = call_of(FILE)
    assert (call.tie_breaks, call.draw, call.appeal, call.has_two_persons, call.survey_months) == (
        (),
        None,
        None,
        False,
        (),
    )
    assert isinstance(call.marking, Marking)
    assert (call.marking.unsubmit_hours, call.marking.divergence, call.marking.fair_marks) == (0, None, FairMarks.SHOWN)


def test_every_setting_is_read():
    text = with_call(
        "    tie_breaks: [benefit, earliest]\n    two_persons: yes\n    conditions_lapse: yes\n"
        "    survey_months: [6, 12]\n    spent_with: {pool: experts, programme: other}\n"
        "    appeal: {within_days: 14, suspensive: yes}\n",
        with_marking(
            "      aggregation: consensus\n      scope_question: Is it new?\n      comment_min: 30\n"
            "      comment_max: 900\n      unsubmit_hours: 24\n      divergence: 1.5\n"
            "      fee: {per: day, amount: 450}\n      panel: {quorum: 3, interviews: yes}\n"
        )
        .replace("      aggregation: mean\n", "")
        .replace("programme:\n", FIELDS, 1),
    )
    plan = plan_of(text)
    call = plan.calls[0]

    assert [(one.code, one.within) for one in plan.fields] == [("a", None), ("b", "a")]
    assert call.tie_breaks == ("benefit", "earliest")
    assert call.has_two_persons
    assert call.has_lapsing_conditions
    assert not call_of(FILE).has_lapsing_conditions
    assert call.survey_months == (6, 12)
    assert call.appeal == Appeals(14, is_suspensive=True)
    assert call.spent_with == SpentWith(Pool.EXPERTS, "other")
    marking = call.marking
    assert marking is not None
    assert marking.aggregation is Aggregation.CONSENSUS
    assert str(marking.scope_question) == "Is it new?"
    assert (marking.comment_min, marking.comment_max, marking.unsubmit_hours) == (30, 900, 24)
    assert marking.divergence == Decimal("1.5")
    assert marking.fee == Fee(FeeUnit.DAY, EUR("450"))
    assert marking.panel == Panel(3, has_interviews=True)
    assert restore(ProgrammePlan, as_json(plan)) == plan


def test_a_draw_is_read_with_its_moment_on_the_clocks_of_the_call():
    (call,) = plan_of(with_call(DRAW, UNDRAWN)).calls
    assert call.draw is not None
    assert call.draw.held_at.isoformat() == "2099-01-01T19:00:00+00:00"
    assert (call.draw.hash, call.draw.has_secret) == (DrawHash.SHA256, True)
    assert restore(Call, as_json(call)) == call


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_call("    tie_breaks: [beauty]\n"), "beauty"),
        (with_call("    tie_breaks: [earliest]\n", DUTCH), "equals to tell apart"),
        (with_call(DRAW), "draws no lots"),
        (with_call(DRAW.replace("2099", "2001"), UNDRAWN), "before the call closes"),
        (with_call(DRAW.replace("numbers: all five, ", ""), UNDRAWN), '"numbers" is missing'),
        (with_call("    survey_months: [12, 6]\n"), "order of time"),
        (with_call("    survey_months: [0]\n"), "0"),
        (with_call("    appeal: {suspensive: yes}\n"), '"within_days" is missing'),
        (with_call("    spent_with: {pool: friends}\n"), "friends"),
        (with_call("    spent_with: {pool: experts}\n", WITHOUT_PROVIDER), "has a provider"),
        (with_marking("      divergence: 0.3\n"), "half points"),
        (with_marking("      divergence: 7\n"), "half points"),
        (with_marking("      fee: {per: sheet, amount: 0}\n"), "no fee"),
        (with_marking("      fee: {per: hour, amount: 9}\n"), "hour"),
        (with_marking("      comment_min: 500\n      comment_max: 100\n"), "longer than the longest"),
        (with_marking("      fair_marks: ranking\n").replace(*MEDIAN), "by the mean only"),
        (with_marking("      panel: {quorum: 1}\n"), "from 2 to 50"),
        (FILE.replace("programme:\n", FIELDS.replace("{code: a, name: A}, ", ""), 1), "does not stand before"),
        (FILE.replace("- code: novelty", "- code: earliest"), "means something else"),
        (FILE.replace("- code: novelty", "- code: novelty\n          levels: [{mark: 4.25, text: x}]"), "half points"),
        (FILE.replace("- code: novelty", "- code: novelty\n          levels: [{text: x}]"), '"mark" is missing'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_reason(text, said):
    assert text not in (FILE, DUTCH)
    with pytest.raises(ProgrammeFileFaults) as refusal:
        plan_of(text)
    assert any(said in str(fault.sentence) or said in fault.path for fault in refusal.value.faults), refusal.value
