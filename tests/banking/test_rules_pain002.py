"""What the bank refuses, told from its report."""

import pytest

from tests.banking.files import a_line, a_report, golden
from vouchers.banking.rules.movements import Reason
from vouchers.banking.rules.pain002 import read_report, refusals_of
from vouchers.core.errors import RuleBroken


def test_the_sample_refuses_one_of_three():
    report = read_report(golden("sample_pain.002.001.10.xml"))

    assert (report.message_id, report.original_message_id, report.status) == (
        "BANK-STS-0007",
        "IN2-RUN-2026-0007",
        "PART",
    )
    assert [(line.end_to_end_id, line.status) for line in report.lines] == [
        ("IN2-V0001-C1", "ACSC"),
        ("IN2-V0002-C1", "RJCT"),
        ("IN2-V0003-C1", "ACSC"),
    ]
    refusals = refusals_of(report)
    assert (refusals.whole, refusals.single) == (None, {"IN2-V0002-C1": Reason("AC04", "")})


def test_version_03_refuses_the_whole_file():
    refusals = refusals_of(read_report(golden("pain002_03_whole_file.xml")))
    assert (refusals.whole, refusals.single) == (Reason("AM10", "CtrlSum does not match"), {})


@pytest.mark.parametrize(
    ("report", "whole", "single"),
    [
        (a_report("B", status="ACTC"), None, {}),
        (a_report("B", status="RJCT", code="FF01"), Reason("FF01"), {}),
        (a_report("B", status="PART", block_status="RJCT", code="AM04"), Reason("AM04"), {}),
        (a_report("B", a_line("1"), a_line("2", "ACSP", "")), None, {"1": Reason("AC04")}),
        (a_report("B", a_line("1", words="closed")), None, {"1": Reason("AC04", "closed")}),
        # the line's own reason goes first, then that of the file
        (a_report("B", a_line("1", code="AC01"), a_line("2", code=""), status="RJCT", code="FF01"),
         Reason("FF01"), {"1": Reason("AC01"), "2": Reason("FF01")}),
        # a line without a status has that of its block
        (a_report("B", a_line("1", status=""), status="PART", block_status="RJCT"), Reason(""), {"1": Reason("AC04")}),
        (a_report("B", a_line("1", "CANC", "DS02")), None, {"1": Reason("DS02")}),
    ],
)  # fmt: skip
def test_what_is_refused(report, whole, single):
    refusals = refusals_of(read_report(report))
    assert (refusals.whole, refusals.single, refusals.is_contradictory) == (whole, single, False)


def test_a_bank_that_refuses_all_and_accepts_one_is_asked_and_not_believed():
    refusals = refusals_of(read_report(a_report("B", a_line("1"), a_line("2", "ACSC", ""), status="RJCT")))
    assert refusals.is_contradictory
    assert (refusals.whole, list(refusals.single)) == (None, ["1"])


def test_the_instruction_id_stands_in_for_a_missing_end_to_end_id():
    line = a_line("7").replace("OrgnlEndToEndId", "OrgnlInstrId")
    assert read_report(a_report("B", line)).lines[0].end_to_end_id == "7"


def test_thousands_of_lines_keep_their_block():
    report = read_report(a_report("B", *(a_line(str(number)) for number in range(3_000)), block_status="PART"))
    assert len(report.lines) == 3_000
    assert {line.block for line in report.lines} == {"B-1"}


@pytest.mark.parametrize(
    ("report", "says"), [(a_report("", message="X"), "to which file"), (a_report("B", message=""), "has no id")]
)
def test_a_report_that_answers_to_nothing_is_refused(report, says):
    with pytest.raises(RuleBroken, match=says):
        read_report(report)
