"""What is asked on the pages of programmes."""

from __future__ import annotations

from vouchers.core.choices import ChoiceField, DeclarationField
from vouchers.core.fields import TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.text import say as _
from vouchers.programmes.models import Envelope


class ReceiveFundsForm(BaseForm):
    """A funder's money that arrived at the bank."""

    line = ChoiceField(_("Which fund does the money come from?"), missing=_("Choose the fund"))
    amount = MoneyField(_("Amount on the bank statement"), missing=_("Enter the amount"), allow_zero=False)
    on = DateField(
        _("Day on the bank statement"), hint=_("For example, 27 3 2027."), missing=_("Enter the day on the statement")
    )
    reference = TextField(
        _("Reference on the bank statement"),
        hint=_("So that an auditor finds the line. The same reference can be recorded once."),
        missing=_("Enter the reference on the bank statement"),
        max_length=70,
        width="20",
    )

    as_correction = DeclarationField(
        _("If the period of that day is closed: book it today, as a correction of that period."),
    )

    @classmethod
    def for_envelope(cls, envelope: Envelope) -> ReceiveFundsForm:
        """The form with the envelope's fund lines to choose from."""
        form = cls(currency=envelope.currency)
        names = {line.code: line.name.for_reader() for line in envelope.call.programme.plan.fund_lines}
        form.line.choices = [(part.fund.line, names.get(part.fund.line, part.fund.line)) for part in envelope.funds]
        return form
