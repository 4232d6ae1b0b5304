"""What is asked on the pages of banking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from vouchers.banking.models import Entry
from vouchers.banking.rules.by_hand import field_of
from vouchers.banking.rules.days import day_in_books
from vouchers.banking.states import BookedAs
from vouchers.core.choices import ChoiceField, ChoicesField, FileField, SelectField
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.recoveries.models import Recovery


def _payment_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 18):
        raise ValueError(posted)
    return int(posted)


class ImportFileForm(BaseForm):
    """One file of the bank."""

    file = FileField(
        _("File of the bank"),
        hint=_("A statement (camt.053) or a status report (pain.002), as the bank gives it."),
        missing=_("Choose a file"),
        accept=".xml,.camt,.053,.002",
    )


class MatchEntryForm(BaseForm):
    """Which payments an entry is about."""

    picked = ChoicesField(_("Payments"), coerce=_payment_id, missing=_("Choose at least one payment"))
    on = DateField(
        _("Day in the books"),
        hint=_("As the bank booked it. Where the period of that day is closed, it is booked today, as its correction."),
        missing=_("Enter the day in the books"),
    )
    code = TextField(
        _("Reason code of the bank (optional)"),
        hint=_("Such as AC04, where the bank wrote it on paper only."),
        max_length=4,
        width=4,
    )
    reason = LongTextField(
        _("How do you know that it was executed? (only for a payment that the bank had refused)"),
        hint=_("For example: the bank confirmed on the telephone, 2 December, Ms Peeters."),
        max_length=500,
        rows=2,
    )

    charge = MoneyField(
        _("Charge that the bank kept (optional)"),
        hint=_("Only where less came back than was paid: exactly the difference. It is booked in the same step."),
    )
    charge_reason = TextField(
        _("How do you know that it is a charge?"),
        hint=_("For example: the bank’s notice of 2 December."),
        max_length=300,
    )


class RepayEntryForm(BaseForm):
    """Which recovery an entry pays."""

    recovery = SelectField(_("Recovery"), coerce=_payment_id, missing=_("Choose the recovery"))
    on = DateField(
        _("Day in the books"),
        hint=_("As the bank booked it. Where the period of that day is closed, it is booked today, as its correction."),
        missing=_("Enter the day in the books"),
    )
    reason = LongTextField(
        _("Why more came in than is owed (only then)"),
        hint=_("The rest lies in suspense (2300) until somebody says whose it is."),
        max_length=500,
        rows=2,
    )


class SplitEntryForm(BaseForm):
    """What each of a company's debts takes of an entry."""

    @classmethod
    def for_debts(cls, entry: Entry, owed: Sequence[tuple[Recovery, Money]], named: Collection[int]) -> SplitEntryForm:
        """A box for each debt; those that the transfer names (`named`) stand filled in, as far as the money goes."""
        fields: dict[str, Any] = {}
        data: dict[str, Any] = {"on": day_in_books(entry.booked_on, entry.value_on)}
        left = entry.amount
        for recovery, amount in owed:
            hint = _("At most %(owed)s is owed.", owed=amount)
            fields[field_of(recovery)] = MoneyField(recovery.number, hint=hint, allow_zero=False)
            if recovery.id in named and (part := min(amount, left)):
                data[field_of(recovery)] = part
                left -= part
        fields["on"] = DateField(
            _("Day in the books"),
            hint=_(
                "As the bank booked it. Where the period of that day is closed, it is booked today, as its correction."
            ),
            missing=_("Enter the day in the books"),
        )
        fields["reason"] = LongTextField(
            _("Why something is left over (only then)"),
            hint=_("The rest lies in suspense (2300) until somebody says whose it is."),
            max_length=500,
            rows=2,
        )
        made: type[SplitEntryForm] = type("SplitEntryForm", (cls,), fields)
        return made(data=data, currency=entry.currency)

    def parts(self, recoveries: Iterable[Recovery]) -> list[tuple[Recovery, Money]]:
        """What was said to take something."""
        typed = [(one, self[field_of(one)].data) for one in recoveries]
        return [(one, amount) for one, amount in typed if amount is not None]


class SetEntryAsideForm(BaseForm):
    """Why an entry concerns no payment."""

    reason = LongTextField(
        _("What is it?"),
        hint=_("For example: a mistake that the bank will correct. The reconciliation names it until then."),
        missing=_("Say what it is"),
        max_length=500,
        rows=3,
    )


class BookEntryForm(BaseForm):
    """What an entry is that is no payment, and on what it is booked."""

    kind = ChoiceField(_("What is it?"), coerce=BookedAs, missing=_("Say what it is"))
    payer = SelectField(
        _("Programme"),
        hint=_("Which one of those that this account pays for: on its fund */BANK it is booked, not on a budget."),
    )
    line = SelectField(_("Fund line (for money from a funder)"), coerce=_payment_id)
    journal = SelectField(_("What was recorded (where it is in the books already)"), coerce=_payment_id)
    reason = LongTextField(
        _("Reason"),
        hint=_("For example: charge of the bank for November. It stands in the books and in the record."),
        missing=_("Say why in a few words"),
        max_length=500,
        rows=3,
    )
    on = DateField(
        _("Day in the books"),
        hint=_("As the bank booked it. Where the period of that day is closed, it is booked today, as its correction."),
        missing=_("Enter the day in the books"),
    )


class UnbookEntryForm(BaseForm):
    """Why what was booked was not so."""

    reason = LongTextField(_("Reason"), missing=_("Say why it is taken back"), max_length=500, rows=3)


class SettleReportForm(BaseForm):
    """What came of the questions of a report."""

    note = LongTextField(_("What did you find out?"), missing=_("Say what you found out"), max_length=500, rows=3)
