"""What is asked of whoever loads rates."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms.validators import StopValidation

from vouchers.core.choices import FileField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.rates.rules.table import read_month


class MonthField(TextField):
    """A month, like 2026-10: `day` is its first day."""

    @property
    def day(self) -> date | None:
        """The first day of the month; None where nothing was typed."""
        return read_month(self.data or "")

    def check(self) -> None:
        if self.data and self.day is None:
            raise StopValidation(_("Enter a month for “%(label)s”, like 2026-10", label=self.label.text))


class ReadRatesForm(BaseForm):
    """A file of the Commission."""

    file = FileField(
        _("File"),
        hint=_("The CSV file of InforEuro, of one month or of many."),
        missing=_("Choose a file"),
        accept=".csv,.txt,.tsv",
    )
    month = MonthField(
        _("Month"), hint=_("Only where the file does not say it, like 2026-10."), max_length=20, width=10
    )


class LoadRatesForm(BaseForm):
    """What was looked at, and why rates that were loaded before are corrected."""

    version = HiddenField()
    reason = LongTextField(
        _("Why are rates corrected that were loaded before?"),
        hint=_("Claims that were submitted keep the rate by which they were reckoned."),
        missing=_("Say why these rates are corrected"),
        max_length=1000,
        rows=3,
    )

    @classmethod
    def of(cls, version: int, *, has_changes: bool, **given: Any) -> LoadRatesForm:
        """The form; without a question where nothing is corrected."""
        form = cls(data={"version": version}, **given)
        if not has_changes:
            del form.reason
        return form
