"""The boxes of questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.applications.forms import section_form
from vouchers.applications.rules.asking import asked_sections, field_name
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.programmes.rules.question_types import read_answer, show_answer
from vouchers.programmes.rules.reserved import ELSEWHERE


@pytest.mark.parametrize(
    ("cross_border", "is_offered"),
    [(CrossBorder.NONE, True), (CrossBorder.OTHER_COUNTRY, True), (CrossBorder.OTHER_REGION, False)],
)
def test_a_partner_outside_the_regions_is_offered_where_the_rule_allows_one(
    app: Any, cross_border: CrossBorder, is_offered: bool
) -> None:
    plan = plan_of(IN2_FILE.read_text())
    collaboration = next(one for one in plan.instruments if one.code == "COL")
    asked = next(one for one in asked_sections(plan.calls[0].form, "COL") if one.code == "partner")

    with app.test_request_context():
        form = section_form(f"any {cross_border}", replace(collaboration, cross_border=cross_border), asked, "en")()
        field = form[field_name("provider_region")]
        offered = {option.value: str(option.label) for option in field.options}

    assert offered.get(ELSEWHERE) == ("Another region or country" if is_offered else None)
    assert offered["BE-WAL"] == "Wallonia"
    assert show_answer(field.question, read_answer(field.question, ELSEWHERE)) == "Another region or country"
