"""The two-minute check."""

from __future__ import annotations

from vouchers.core.choices import SelectField
from vouchers.core.fields import TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.text import say as _


class MayApplyForm(BaseForm):
    """The two-minute check: a few plain questions, of which each call asks those that it has a rule for."""

    region = SelectField(_("Where is your company?"), placeholder=_("Choose a region"), missing=_("Choose your region"))
    instrument = SelectField(_("Which voucher?"), placeholder=_("Choose a voucher"), missing=_("Choose a voucher"))
    headcount = NumberField(
        _("How many people work in your company?"),
        hint=_("Count owners who work in it. Two half-time jobs are one."),
        places=2,
        minimum=0,
        maximum=10_000_000,
    )
    turnover = MoneyField(_("Turnover of the last closed year"))
    balance_sheet = MoneyField(_("Balance sheet total of the last closed year"))
    group = SelectField(
        _("Does another firm own a quarter or more of yours, or does yours own a quarter or more of another?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        placeholder=_("I do not know"),
    )
    nace = TextField(_("NACE code of your main activity, if you know it"), max_length=20, width=10)
    de_minimis_received = MoneyField(
        _("De minimis aid that your company received in the last three years"),
        hint=_("Letters that granted it say so. Enter 0 if there was none."),
    )
    activity_start = DateField(_("When would the activity start?"))
    partner_region = SelectField(_("Where is your partner?"), placeholder=_("I have none yet"))

    def ask_only(self, names: frozenset[str]) -> None:
        """Leave out what no rule of the call will read."""
        for name in OPTIONAL - names:
            del self[name]


OPTIONAL = frozenset(
    {
        *("headcount", "turnover", "balance_sheet", "group", "nace"),
        *("de_minimis_received", "activity_start", "partner_region"),
    }
)
