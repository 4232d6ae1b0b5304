"""What is asked of the beneficiary, and of the provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields as dataclass_fields
from typing import Any

from vouchers.claims.actions.drafting import basis_of
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.rules.costs import Cost, basis_of_line
from vouchers.claims.rules.journeys import Leg
from vouchers.core.choices import ChoiceField, DeclarationField, SelectField, YesNoField, only_one
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import Instrument

FIELDS = (
    "category", "description", "supplier", "invoice_number", "invoice_on", "activity_on", "net", "vat",
    "is_vat_recoverable", "invoice_total",
)  # fmt: skip


SAID_OF_VAT = {
    True: _("VAT that you can recover is not paid. Your application says that your company can recover it."),
    False: _("VAT that you can recover is not paid. Your application says that your company cannot recover it."),
}


class SaveLineForm(BaseForm):
    """One cost, as it stands on its invoice or ticket."""

    version = HiddenField()
    category = SelectField(_("What kind of cost is it?"), missing=_("Choose the kind of cost"))
    description = TextField(_("What was it for?"), missing=_("Say in a few words what it was for"), max_length=200)
    supplier = TextField(
        _("Who wrote the invoice?"),
        hint=_("The name as it stands on the invoice or ticket."),
        missing=_("Enter who wrote the invoice"),
        max_length=140,
    )
    invoice_number = TextField(
        _("Number of the invoice"),
        hint=_("For a ticket, its booking number."),
        missing=_("Enter the number of the invoice"),
        max_length=60,
        width=20,
        spellcheck=False,
    )
    invoice_on = DateField(_("Date of the invoice"), missing=_("Enter the date of the invoice"))
    activity_on = DateField(_("Day of the journey or service"))
    invoice_currency = SelectField(
        _("In which currency is the invoice?"),
        hint=_("Converted at the Commission’s rate of the month in which you submit the claim."),
        missing=_("Choose the currency of the invoice"),
    )
    net = MoneyField(
        _("Amount without VAT"), hint=_("Of the part that belongs to this voucher."), missing=_("Enter the amount")
    )
    vat = MoneyField(_("VAT"), hint=_("Enter 0 if there is none."), missing=_("Enter the VAT, or 0"))
    is_vat_recoverable = YesNoField(
        _("Can your company recover this VAT?"),
        hint=_("VAT that you can recover is not paid."),
        missing=_("Say whether your company can recover the VAT"),
    )
    invoice_total = MoneyField(
        _("Total of the invoice, with VAT"),
        hint=_("What stands on it in all. Leave it empty if you claim the whole invoice."),
    )

    @classmethod
    def of(
        cls,
        plan: Instrument,
        line: CostLine | None,
        *,
        is_vat_recoverable: bool | None,
        currencies: Sequence[str],
        currency: str,
    ) -> SaveLineForm:
        """The form for a new cost, or filled with one that was saved.

        Args:
            is_vat_recoverable: what the application said; None: it was not asked.
            currencies: those in which an invoice may be claimed, the claim's own first.
            currency: the one that was chosen; amounts are read in it.
        """
        kinds = [(one.code, str(one.name)) for one in plan.cost_categories]
        usual: dict[str, Any] = {"is_vat_recoverable": is_vat_recoverable, "category": only_one(kinds)}
        values = usual if line is None else {name: getattr(line, name) for name in FIELDS}
        if line is not None and line.invoice_total == line.gross:
            values["invoice_total"] = None
        values["version"] = basis_of_line(line) if line is not None else ""
        form = cls(data=values | {"invoice_currency": currency}, currency=currency)
        if len(currencies) > 1:
            form.invoice_currency.choices = [(code, code) for code in currencies]
            form.net.prefix = form.vat.prefix = form.invoice_total.prefix = None
        else:
            del form.invoice_currency
        form.category.choices = kinds
        if not plan.grant.pays_vat:
            del form.is_vat_recoverable
            form.vat.hint = _("Your company bears it: this voucher pays what the invoice says without VAT.")
        elif is_vat_recoverable is not None:
            form.is_vat_recoverable.hint = SAID_OF_VAT[is_vat_recoverable]
        if plan.prior_approval:
            form.activity_on.missing = _("Enter the day of the journey or service")
        return form

    @property
    def cost(self) -> Cost:
        """What was typed, once it is valid."""
        typed = {name: self[name].data for name in FIELDS if name in self}
        return Cost(**({"is_vat_recoverable": True} | typed))


class SaveReportForm(BaseForm):
    """What was done, in the beneficiary's words; the voucher's own questions are added by `report_form`."""

    report = LongTextField(
        _("What did you do, and what came of it?"),
        hint=_("Say whom you met or worked with, what you know or have now, and what you will do next."),
        missing=_("Write what you did and what came of it"),
        max_length=4000,
        rows=10,
    )
    version = HiddenField()
    codes: Sequence[str] = ()
    """Of the voucher's own questions."""

    @property
    def raw_answers(self) -> dict[str, str]:
        """What stands in the boxes of the voucher's own questions."""
        return {code: self[f"answer_{code}"].raw for code in self.codes}

    @property
    def is_too_long(self) -> bool:
        """Whether a box holds more than can be kept."""
        names = ("report", *(f"answer_{code}" for code in self.codes))
        return any(len(self[name].raw) > self[name].max_length for name in names)


def report_form(claim: Claim, **given: Any) -> SaveReportForm:
    """The form with what was saved; `formdata` in its place is what the script sent."""
    asked = claim.agreement.application.instrument.plan.claim.report
    fields: dict[str, Any] = {"codes": tuple(one.code for one in asked)}
    values: dict[str, Any] = {"report": claim.report, "version": basis_of(claim)}
    for one in asked:
        label = one.label.for_reader()
        fields[f"answer_{one.code}"] = LongTextField(
            label,
            hint=one.hint.for_reader() or None,
            missing=_("Answer “%(question)s”", question=label) if one.is_required else None,
            max_length=2000,
            rows=4,
        )
        values[f"answer_{one.code}"] = claim.answers.get(one.code, "")
    made = type("ReportFormOfClaim", (SaveReportForm,), fields)
    form: SaveReportForm = made(data=values, **given)
    return form


class SaveDeliverableForm(BaseForm):
    """One thing that the sum is paid for."""

    code = SelectField(_("What was delivered?"), missing=_("Choose what was delivered"))
    note = LongTextField(
        _("Describe it in a few words"),
        hint=_("What it is, and where one finds it. Then attach a file that shows it."),
        missing=_("Describe what was delivered"),
        max_length=2000,
        rows=4,
    )
    delivered_on = DateField(_("Day of the delivery"), missing=_("Enter the day of the delivery"))


class SaveJourneyForm(BaseForm):
    """One part of the way."""

    from_place = TextField(_("From"), missing=_("Enter where the journey began"), max_length=80, width=20)
    to_place = TextField(_("To"), missing=_("Enter where it led to"), max_length=80, width=20)
    leaves_on = DateField(_("Day of departure"), missing=_("Enter the day of departure"))
    arrives_on = DateField(_("Day of arrival"), missing=_("Enter the day of arrival"))
    traveller = TextField(_("Who travelled?"), missing=_("Enter who travelled"), max_length=120, width=20)

    @property
    def leg(self) -> Leg:
        """What was typed, once it is valid."""
        return Leg(*(self[field.name].data for field in dataclass_fields(Leg)))


class SatisfactionForm(BaseForm):
    """Marks from 1 to 5; the questions are added by `satisfaction_form`."""

    note = LongTextField(_("What should we do better?"), max_length=2000, rows=4)
    codes: Sequence[str] = ()

    @property
    def marks(self) -> dict[str, int]:
        """The marks, by their codes."""
        return {code: self[f"mark_{code}"].data for code in self.codes}


def satisfaction_form(claim: Claim) -> SatisfactionForm:
    """The form with the questions of the voucher."""
    asked = claim.agreement.application.instrument.plan.claim.satisfaction
    fields: dict[str, Any] = {"codes": tuple(one.code for one in asked)}
    values: dict[str, Any] = {"note": claim.satisfaction_note}
    marks: list[tuple[int, Any]] = [(1, _("1: not at all")), (2, "2"), (3, "3"), (4, "4"), (5, _("5: fully"))]
    for one in asked:
        label = one.label.for_reader()
        fields[f"mark_{one.code}"] = ChoiceField(
            label, choices=marks, coerce=int, inline=True, missing=_("Choose a mark for “%(question)s”", question=label)
        )
        values[f"mark_{one.code}"] = claim.satisfaction.get(one.code)
    made = type("SatisfactionFormOfClaim", (SatisfactionForm,), fields)
    form: SatisfactionForm = made(data=values)
    return form


class SignReportForm(BaseForm):
    """A name under the report, and the hash of what was shown."""

    sha256 = HiddenField()
    name = TextField(
        _("Your first and last name"),
        missing=_("Type your first and last name"),
        max_length=120,
        autocomplete="name",
        spellcheck=False,
    )
    function = TextField(
        _("Your function, if you are not the person whom the agreement names"),
        hint=_("For example: managing director. Otherwise leave it empty."),
        max_length=120,
    )
    is_read = DeclarationField(
        _("I have read the report. What it says is true."), missing=_("Tick the box if the report is true")
    )


class AskProviderForm(BaseForm):
    """Nothing but the button."""


class CancelClaimForm(BaseForm):
    """Nothing but the button."""
