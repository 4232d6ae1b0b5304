"""What is asked about fees."""

from __future__ import annotations

from vouchers.core.choices import DeclarationField
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, NumberField
from vouchers.core.text import say as _
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import Owed
from vouchers.fees.rules import EXAMPLE, MOST_DAYS, usual_most_days
from vouchers.likenesses.forms import SecondPersonForm
from vouchers.programmes.rules.selection_plan import FeeUnit


def _most_days() -> NumberField:
    return NumberField(
        _("At most so many days"),
        hint=_("The expert says how many it took, in whole or half days."),
        missing=_("Enter how many days the expert may state"),
        minimum=1,
        maximum=MOST_DAYS,
        width=3,
    )


class DrawUpStatementForm(BaseForm):
    """Which sheets, and how many days at most."""

    up_to = DateField(
        _("Sheets submitted until the end of this day (optional)"),
        hint=_("For example the last day of a month. Leave it empty for all."),
    )
    most_days = _most_days()

    @classmethod
    def for_owed(cls, owed: Owed) -> DrawUpStatementForm:
        """The form for what is owed; days are asked only where they are paid."""
        form = cls(data={"most_days": usual_most_days(owed.sheets) or 1})
        if owed.fee is None or owed.fee.per is not FeeUnit.DAY:
            del form.most_days
        return form


class AgreeStatementForm(BaseForm):
    """The expert's days, account and name."""

    days = NumberField(
        _("How many days did it take?"),
        hint=_("Whole or half days, such as 2 or %(example)s.", example=EXAMPLE),
        missing=_("Enter how many days it took"),
        places=1,
        width=3,
    )
    holder = TextField(
        _("Account holder"),
        hint=_("The name on the account, as your bank writes it."),
        missing=_("Enter the name of the account holder"),
        max_length=70,
    )
    iban = TextField(_("IBAN"), hint=_("Spaces are allowed."), missing=_("Enter the IBAN"), max_length=50, width=20)
    bic = TextField(_("BIC (optional)"), max_length=11, width=10)
    invoice_number = TextField(
        _("Your invoice number (optional)"), hint=_("If you keep books of your own."), max_length=35, width=20
    )
    name = TextField(_("Your full name"), missing=_("Enter your full name"), max_length=120)
    agreed = DeclarationField(
        _("I agree to this statement. I have not been paid for these sheets before."),
        missing=_("Tick the box if you agree"),
    )

    @classmethod
    def for_statement(cls, statement: FeeStatement) -> AgreeStatementForm:
        """The form with what was said before; days are asked only where they are paid."""
        data = {
            "holder": statement.holder or statement.expert.user.name,
            "iban": statement.iban,
            "bic": statement.bic,
            "invoice_number": statement.invoice_number,
        }
        form = cls(data=data)
        if statement.unit != FeeUnit.DAY:
            del form.days
        return form


class ReasonForm(BaseForm):
    """Why, in words that the other side reads."""

    reason = LongTextField(_("Reason"), missing=_("Say why"), max_length=1000, rows=3)


class CorrectStatementForm(ReasonForm):
    """Why it is drawn up anew, and how many days at most."""

    most_days = _most_days()

    @classmethod
    def for_statement(cls, statement: FeeStatement) -> CorrectStatementForm:
        """The form with the days of before; they are asked only where they are paid."""
        form = cls(data={"most_days": statement.most_half_days // 2 or 1})
        if statement.unit != FeeUnit.DAY:
            del form.most_days
        return form


class ApproveManyForm(BaseForm):
    """The second person's check of several at once; who looks like the first person approves them one by one."""

    checked = DeclarationField(
        _("I have checked the sheets, the amount and the account."),
        missing=_("Confirm that you have checked the statement"),
    )


class ApproveStatementForm(ApproveManyForm, SecondPersonForm):
    """The second person's check."""
