"""What the page of a section needs to show and hide questions at once, while the answers to others are typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vouchers.applications.rules.asking import Asked, field_name
from vouchers.programmes.rules.conditions import holds, shown_codes
from vouchers.programmes.rules.form_plan import Condition, Form


def live_conditions(
    form: Form, instrument_code: str, asked: Asked, answers: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Question -> the conditions that look at boxes of this very page.

    A question that an answer on another page hides is left out: nothing that is typed here brings it back.
    """
    shown = shown_codes(form, instrument_code, answers)
    everything = {question.code: question for question in form.questions}
    here = {question.code for question in asked.questions}
    live = {}
    for question in asked.questions:
        elsewhere = [one for one in question.show_if if one.question not in here]
        is_possible = all(
            one.question in shown and holds(one, everything[one.question], answers.get(one.question))
            for one in elsewhere
        )
        on_page = [one for one in question.show_if if one.question in here]
        if is_possible and on_page:
            live[question.code] = [_for_script(one, everything[one.question].type.value) for one in on_page]
    return live


def _for_script(condition: Condition, type_: str) -> dict[str, Any]:
    return {
        "question": condition.question,
        "box": field_name(condition.question),
        "type": type_,
        "comparison": condition.comparison.value,
        "values": list(condition.values),
    }
