"""What is asked of a decision."""

from __future__ import annotations

from vouchers.core.fields import LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField
from vouchers.core.text import say as _

_HINT = _("The applicant reads this.")


class AwardForm(BaseForm):
    """How much, and why where it needs saying."""

    amount = MoneyField(_("Amount"), missing=_("Enter the amount"), allow_zero=False)
    reason = LongTextField(
        _("Reason (optional)"),
        hint=_("Needed where you pass over a better place. The applicant reads this."),
        max_length=2000,
        rows=3,
    )


class ReserveForm(BaseForm):
    """A word to the applicant."""

    reason = LongTextField(_("Reason (optional)"), hint=_HINT, max_length=2000, rows=3)


class RejectForm(BaseForm):
    """Why it is not supported."""

    reason = LongTextField(
        _("Why is it not supported?"), hint=_HINT, missing=_("Say why it is not supported"), max_length=2000, rows=4
    )


class DecideManyForm(BaseForm):
    """One reason for all that were selected."""

    reason = LongTextField(_("Reason"), hint=_("Every applicant reads this."), max_length=2000, rows=3)
