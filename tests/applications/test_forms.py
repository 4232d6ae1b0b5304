"""The boxes of questions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.applications import a_draft, owner_of
from tests.builders.programmes import IN2_FILE, during_call, in2, plan_of
from tests.builders.users import signed_in
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
        instrument = replace(collaboration, cross_border=cross_border)
        form = section_form(f"any {cross_border}", instrument, asked, "en")()
        field = form[field_name("provider_region")]
        offered = {option.value: str(option.label) for option in field.options}

    assert offered.get(ELSEWHERE) == ("Another region or country" if is_offered else None)
    assert offered["BE-WAL"] == "Wallonia"
    assert show_answer(field.question, read_answer(field.question, ELSEWHERE)) == "Another region or country"


@pytest.mark.parametrize("asked", ["4000.01", "7000.01"])
def test_more_than_the_voucher_pays_is_said_of_that_voucher(client: Any, clock: Any, asked: str) -> None:
    clock.stop(during_call())
    in2()
    draft = a_draft("INS")
    signed_in(client, owner_of(draft))
    address = f"/applications/{draft.id}/sections/activity"
    opened, page = (one.text for one in (client.get(address), client.post(address, data={"requested_amount": asked})))
    assert "What this voucher pays: up to €4,000 of" in opened
    assert "7,000" not in opened
    assert "voucher “Insight” pays at most EUR 4,000.00" in page
    assert "7,000.00." not in page


def test_an_error_names_its_question_in_the_list_of_errors_only(client: Any, clock: Any) -> None:
    clock.stop(during_call())
    in2()
    draft = a_draft("INS")
    signed_in(client, owner_of(draft))
    page = client.post(f"/applications/{draft.id}/sections/activity", data={"requested_amount": "49"}).text
    told = re.findall(r"[^<>]*must be at least EUR 50\.00\.", page)
    assert [one.strip() for one in told] == [
        "“How much do you ask for?”: The amount must be at least EUR 50.00.",
        "The amount must be at least EUR 50.00.",
    ]
    assert 'value="49"' in page
