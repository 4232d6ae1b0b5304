"""Which rules cannot read an answer, because the form does not ask for it."""

from __future__ import annotations

import pytest

from tests.builders.programmes import IN2_FILE, plan_of, programme_text
from vouchers.programmes.rules.unclear import list_unclear

SIZE = [("headcount", "sme"), ("turnover", "sme"), ("balance_sheet", "sme")]


def of(text: str) -> list[tuple[str, str]]:
    plan = plan_of(text)
    return list(list_unclear(plan, plan.calls[0]))


def asking(*codes: str) -> str:
    types = {"nace": "text", "headcount": "number"}
    added = "".join(f"            - {{code: {code}, type: {types.get(code, 'money')}, label: X}}\n" for code in codes)
    return programme_text().replace("            - {code: title", added + "            - {code: title", 1)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ((), SIZE),
        (("headcount",), SIZE[1:]),
        (("headcount", "turnover"), []),
        (("balance_sheet",), SIZE[:1]),
    ],
)
def test_the_size_of_a_company(asked, left):
    assert of(asking(*asked)) == left


def test_sectors_own_work_and_de_minimis():
    text = asking("headcount", "turnover")
    text = text.replace("  funder:", "  rules: {excluded_sectors: ['01'], aid_declaration: no}\n  funder:", 1)
    text = text.replace("      rate: 70 %", "      rate: 70 %\n      own_work: 50 %", 1)

    assert of(text) == [
        ("nace", "sector"),
        ("de_minimis_received", "de_minimis"),
        ("own_work_cost", "own_work"),
        ("external_cost", "own_work"),
    ]
    assert ("de_minimis_received", "de_minimis") not in of(text.replace(", aid_declaration: no", ""))


def test_the_shipped_programme_asks_for_all():
    plan = plan_of(IN2_FILE.read_text(encoding="utf-8"))

    assert not any(list(list_unclear(plan, call)) for call in plan.calls)
