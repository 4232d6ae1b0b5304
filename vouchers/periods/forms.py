"""What is asked when books are closed."""

from __future__ import annotations

from datetime import date

from vouchers.core.choices import DeclarationField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _


class ClosePeriodForm(BaseForm):
    """From when to when, and that the statement was looked at."""

    first_on = DateField(_("First day of the period"), missing=_("Enter the first day of the period"))
    through_on = DateField(
        _("Last day of the period"),
        hint=_("A month, a quarter or a year: whatever ends before today."),
        missing=_("Enter the last day of the period"),
    )
    checked = DeclarationField(
        _("I have checked the statement of this period, and I know that it can never be opened again."),
        missing=_("Confirm that you have checked the statement"),
    )

    @classmethod
    def for_period(cls, period: tuple[date, date] | None) -> ClosePeriodForm:
        """The form with the period that comes next."""
        first, last = period or (None, None)
        return cls(data={"first_on": first, "through_on": last})
