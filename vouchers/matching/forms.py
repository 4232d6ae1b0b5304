"""What is asked before a proposal, before it is confirmed, and of experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vouchers.core.choices import SelectField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import NumberField
from vouchers.core.text import say as _
from vouchers.experts.forms import MOST_LOAD
from vouchers.matching.states import BidAnswer

MOST_EACH = 9


class AskRunForm(BaseForm):
    """How many, and how much at most; both may stay empty."""

    each = NumberField(
        _("Experts for each application"),
        hint=_("Leave it empty to take the number that each instrument asks for."),
        minimum=1,
        maximum=MOST_EACH,
        width=3,
    )
    most = NumberField(
        _("Applications of this call for each expert at most"),
        hint=_("Leave it empty to take the number that each expert has agreed to. Nobody is given more than that."),
        minimum=1,
        maximum=MOST_LOAD,
        width=3,
    )


class ConfirmRunForm(BaseForm):
    """How long the experts have."""

    days = NumberField(
        _("Days to mark"), missing=_("Enter how many days the expert has"), minimum=1, maximum=120, default=14, width=3
    )


class CancelRunForm(BaseForm):
    """One button."""


class BidsForm(BaseForm):
    """One answer for each application of a page; made by `bids_form`."""

    def answers(self) -> dict[int, BidAnswer]:
        """What was chosen, by application."""
        return {
            int(field.name.removeprefix("answer-")): field.data
            for field in self
            if field.name.startswith("answer-") and field.data
        }


def bids_form(references: Mapping[int, str], kept: Mapping[int, BidAnswer], fixed: Sequence[int]) -> BidsForm:
    """A form for these applications (id -> reference), with what was answered; `fixed` are not asked any more."""
    fields: dict[str, Any] = {
        f"answer-{key}": SelectField(
            _("Your answer for %(reference)s", reference=reference),
            choices=[(one, one.label) for one in BidAnswer],
            coerce=BidAnswer,
            placeholder=_("No answer yet"),
            default=kept.get(key),
        )
        for key, reference in references.items()
        if key not in fixed
    }
    made: BidsForm = type("BidsForm", (BidsForm,), fields)()
    return made
