"""What is asked on the pages of recoveries and suspicions."""

from __future__ import annotations

from typing import Any

from vouchers.core.choices import ChoiceField, DeclarationField, SelectField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm
from vouchers.payables.models import Payable
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.states import CHOSEN, Irregularity, RecoveryCause, Relief, SuspicionOutcome
from vouchers.users.models import User


def _row_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 18):
        raise ValueError(posted)
    return int(posted)


class ProposeRecoveryForm(BaseForm):
    """How much is to be paid back, and why."""

    principal = MoneyField(_("Amount to be paid back"), missing=_("Enter the amount"), allow_zero=False)
    cause = ChoiceField(
        _("Cause"), choices=[(one.value, one.label) for one in CHOSEN], coerce=RecoveryCause,
        missing=_("Choose the cause"),
    )  # fmt: skip
    irregularity = SelectField(
        _("Type of irregularity"),
        hint=_("Only for an irregularity: the type under which it is reported."),
        choices=[(one.value, one.label) for one in Irregularity],
        coerce=Irregularity,
        placeholder=_("None"),
    )
    decision = TextField(
        _("Decision or finding that caused it, with its day"), missing=_("Name the decision or finding"), max_length=200
    )
    reason = LongTextField(
        _("Facts and reasons"),
        hint=_("The company reads this in the order. Write nothing here about a suspicion of fraud."),
        missing=_("Say why in a few words"),
        max_length=3000,
        rows=6,
    )


class ClaimAdvanceBackForm(BaseForm):
    """Why the rest of an advance is claimed back."""

    reason = LongTextField(
        _("Facts and reasons"),
        hint=_("The company reads this in the order. Write nothing here about a suspicion of fraud."),
        missing=_("Say why in a few words"),
        max_length=3000,
        rows=6,
    )


class OrderRecoveryForm(SecondPersonForm):
    """The second person's check."""

    version = HiddenField()
    checked = DeclarationField(
        _("I have checked amount, cause and reasons."), missing=_("Confirm that you have checked the recovery")
    )


class PlanRecoveryForm(BaseForm):
    """In how many months, from when on."""

    count = NumberField(_("Number of monthly instalments"), missing=_("Enter the number"), minimum=1)
    first_on = DateField(_("First day on which one is due"), missing=_("Enter the day"))
    reason = LongTextField(
        _("Reason"),
        hint=_("It is kept with the instalments. The company reads days and amounts only."),
        missing=_("Say why in a few words"),
        max_length=1000,
        rows=3,
    )


class AgreeOnPlanForm(SecondPersonForm):
    """The second person's check."""

    version = HiddenField()
    checked = DeclarationField(
        _("I have checked the days, the amounts and the reason."),
        missing=_("Confirm that you have checked the instalments"),
    )


class ReceiveRecoveryForm(BaseForm):
    """What the bank's statement says."""

    amount = MoneyField(_("Amount received"), missing=_("Enter the amount"), allow_zero=False)
    on = DateField(_("Booking day on the bank’s statement"), missing=_("Enter the day"))
    reference = TextField(
        _("Reference on the bank’s statement"),
        missing=_("Enter the reference on the bank’s statement."),
        max_length=140,
    )


class SetOffRecoveryForm(BaseForm):
    """Against which debt, and how much."""

    payable = SelectField(_("Debt to the company"), coerce=_row_id, missing=_("Choose the debt"))
    amount = MoneyField(_("Amount to be kept back"), missing=_("Enter the amount"), allow_zero=False)

    @classmethod
    def for_recovery(cls, recovery: Recovery, payables: list[Payable], owed: Any) -> SetOffRecoveryForm:
        """The form with the debts that are open; the most that can be kept back of the first one."""
        most = min(payables[0].open_amount, owed) if payables else None
        form = cls(data={"amount": most}, currency=recovery.currency)
        form.payable.choices = [(one.id, f"{one.number}: {one.open_amount}") for one in payables]
        return form


class ReasonForm(BaseForm):
    """Why."""

    answer = LongTextField(_("Reason"), missing=_("Say why in a few words"), max_length=1000, rows=3)


class CancelRecoveryForm(ReasonForm, SecondPersonForm):
    """Why it was never owed; as a second person, where it was ordered."""


class ProposeWaiverForm(BaseForm):
    """What is to be let go, and why."""

    relief = ChoiceField(
        _("What do you propose?"), choices=[(one.value, one.label) for one in Relief], coerce=Relief,
        missing=_("Choose what you propose"),
    )  # fmt: skip
    principal = MoneyField(_("Of the principal"), hint=_("A cancellation always takes all of it."))
    interest = MoneyField(_("Of the interest"))
    reason = LongTextField(_("Reason"), missing=_("Say why in a few words"), max_length=2000, rows=4)


class ReportSuspicionForm(BaseForm):
    """What may be fraud."""

    text = LongTextField(
        _("What have you seen, and where?"),
        hint=_("Only you and the persons with whom you share it read this."),
        missing=_("Say what you have seen"),
        max_length=6000,
        rows=8,
    )


class ShareSuspicionForm(BaseForm):
    """With whom."""

    person = SelectField(_("Person"), coerce=_row_id, missing=_("Choose a person of the list."))

    @classmethod
    def for_people(cls, people: list[User]) -> ShareSuspicionForm:
        """The form with the people who may be let read it."""
        form = cls()
        form.person.choices = [(one.id, one.name) for one in people]
        return form


class CloseSuspicionForm(BaseForm):
    """What came of it."""

    outcome = ChoiceField(
        _("What came of it?"), choices=[(one.value, one.label) for one in SuspicionOutcome], coerce=SuspicionOutcome,
        missing=_("Choose what came of it"),
    )  # fmt: skip
    closing = LongTextField(_("Note"), missing=_("Say why in a few words"), max_length=3000, rows=4)
