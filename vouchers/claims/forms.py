"""What is asked on the pages of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vouchers.claims.actions.checking import Finding
from vouchers.claims.actions.drafting import Cost
from vouchers.claims.models import Claim, CostLine
from vouchers.core.choices import DeclarationField, FileField, SelectField, YesNoField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.formatting import money
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.typed import fingerprint
from vouchers.programmes.rules.instrument_plan import Instrument

FIELDS = (
    "category", "description", "supplier", "invoice_number", "invoice_on", "activity_on", "net", "vat",
    "is_vat_recoverable", "invoice_total",
)  # fmt: skip


class SaveLineForm(BaseForm):
    """One cost, as it stands on its invoice or ticket."""

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
            currencies: those in which an invoice may be claimed, the claim's own first.
            currency: the one that was chosen; amounts are read in it.
        """
        usual: dict[str, Any] = {"is_vat_recoverable": is_vat_recoverable}
        values = usual if line is None else {name: getattr(line, name) for name in FIELDS}
        if line is not None and line.invoice_total == line.gross:
            values["invoice_total"] = None
        form = cls(data=values | {"invoice_currency": currency}, currency=currency)
        if len(currencies) > 1:
            form.invoice_currency.choices = [(code, code) for code in currencies]
            form.net.prefix = form.vat.prefix = form.invoice_total.prefix = None
        else:
            del form.invoice_currency
        form.category.choices = [(one.code, str(one.name)) for one in plan.cost_categories]
        if not plan.grant.pays_vat:
            del form.is_vat_recoverable
            form.vat.hint = _("Your company bears it: this voucher pays what the invoice says without VAT.")
        if plan.prior_approval:
            form.activity_on.missing = _("Enter the day of the journey or service")
        return form

    @property
    def cost(self) -> Cost:
        """What was typed, once it is valid."""
        typed = {name: self[name].data for name in FIELDS if name in self}
        return Cost(**({"is_vat_recoverable": True} | typed))


class AttachForm(BaseForm):
    """A file, what it is, and the cost that it proves."""

    purpose = SelectField(_("What is it?"), missing=_("Choose what the file is"))
    line = SelectField(
        _("Which cost does it prove?"),
        hint=_("Each cost needs its invoice or ticket."),
        placeholder=_("None in particular"),
    )
    file = FileField(
        _("File"),
        hint=_("PDF, PNG, JPEG, DOCX or XLSX."),
        missing=_("Choose a file"),
        accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx",
    )

    @classmethod
    def of(cls, claim: Claim, *, line_id: str = "", purpose: str = "") -> AttachForm:
        """The form of a claim, with a cost or a kind of document chosen already."""
        asked = claim.agreement.application.instrument.plan.claim_documents
        first = asked[0].code if asked and line_id else ""
        form = cls(data={"line": line_id, "purpose": purpose or first})
        form.purpose.choices = [(one.code, str(one.name)) for one in asked] or [("evidence", _("Evidence"))]
        form.line.choices = [(line.id, f"{line.supplier}, {line.invoice_number}") for line in claim.costs]
        return form

    @property
    def line_id(self) -> int | None:
        """The cost that was chosen."""
        return int(self.line.data) if self.line.data else None


class SaveReportForm(BaseForm):
    """What was done, in the beneficiary's words."""

    report = LongTextField(
        _("What did you do, and what came of it?"),
        hint=_("Say whom you met or worked with, what you know or have now, and what you will do next."),
        missing=_("Write what you did and what came of it"),
        max_length=4000,
        rows=10,
    )
    version = HiddenField()

    @classmethod
    def of(cls, claim: Claim, **given: Any) -> SaveReportForm:
        """The form with what was saved; `formdata` in its place is what the script sent."""
        return cls(data={"report": claim.report, "version": fingerprint(claim.report)}, **given)


class SubmitClaimForm(BaseForm):
    """The declaration, and whether more will follow."""

    is_final = YesNoField(
        _("Is this the last claim of this voucher?"),
        hint=_("If you say yes, what is left of the voucher goes to other applicants."),
        missing=_("Say whether this is the last claim"),
    )
    is_true = DeclarationField(
        _("The costs are real, I have paid them, and no other public money pays for them."),
        missing=_("Tick the box to confirm that the costs are real and paid"),
    )


class CancelClaimForm(BaseForm):
    """Nothing but the button."""


class SendBackClaimForm(BaseForm):
    """A question to the beneficiary."""

    question = LongTextField(
        _("What do you want to know?"),
        hint=_(
            "The company reads this word for word and can change its claim. The days until its answer do not count."
        ),
        missing=_("Write your question"),
        max_length=2000,
    )


class ReopenClaimForm(BaseForm):
    """Why the verification is not good enough."""

    reason = LongTextField(
        _("What should be verified again, and why?"),
        hint=_("The officer who verified reads this."),
        missing=_("Say what should be verified again"),
        max_length=2000,
    )


class RejectClaimForm(BaseForm):
    """Why nothing is paid."""

    reason = LongTextField(
        _("Why is nothing paid?"),
        hint=_("The company reads this word for word. Name the rule, and what in the claim breaks it."),
        missing=_("Say why nothing is paid"),
        max_length=2000,
    )


class AuthoriseClaimForm(BaseForm):
    """The second person's half."""

    version = HiddenField()
    is_checked = DeclarationField(
        _("I have looked at the costs and their evidence myself."),
        missing=_("Tick the box once you have looked at the costs and their evidence"),
    )


class VerifyClaimForm(BaseForm):
    """The checklist; the fields of each cost are added by `verify_form`."""

    version = HiddenField()
    is_done = DeclarationField(
        _("The report shows that the activity took place as agreed."),
        missing=_("Check the report, then tick the box"),
    )
    is_proven = DeclarationField(
        _("Each accepted cost has its invoice or ticket, and proof of payment where it is asked for."),
        missing=_("Check the evidence, then tick the box"),
    )
    is_needed = DeclarationField(
        _("Each accepted cost belongs to the activity and is reasonable."),
        missing=_("Check that the costs belong to the activity, then tick the box"),
    )

    def findings(self, claim: Claim) -> list[Finding]:
        """What was entered for each cost."""
        return [
            Finding(line.id, self[f"accepted_{line.id}"].data, self[f"reason_{line.id}"].data or "")
            for line in claim.costs
        ]


def verify_form(claim: Claim, prices: Mapping[int, Money]) -> VerifyClaimForm:
    """The form with two fields for each cost: what is accepted, and why not all of it.

    `prices` are those of costs whose rate is not frozen yet.
    """
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"version": claim.version}
    for line in claim.costs:
        eligible = prices.get(line.id, line.eligible)
        named = {"supplier": line.supplier, "number": line.invoice_number}
        fields[f"accepted_{line.id}"] = MoneyField(
            _("Accepted of %(supplier)s, %(number)s", **named),
            hint=_("At most %(eligible)s", eligible=money(eligible)),
            missing=_("Enter what you accept of %(supplier)s, %(number)s", **named),
        )
        fields[f"reason_{line.id}"] = TextField(_("Why not all of %(supplier)s, %(number)s?", **named), max_length=500)
        accepted: Money = eligible if line.accepted is None else line.accepted
        values |= {f"accepted_{line.id}": accepted, f"reason_{line.id}": line.deduction_reason}
    form: VerifyClaimForm = type("VerifyClaimFormOfClaim", (VerifyClaimForm,), fields)(
        data=values, currency=claim.currency
    )
    return form
