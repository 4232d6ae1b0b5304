"""What is asked on the pages of amendments and terminations."""

from __future__ import annotations

from typing import Any

from vouchers.agreements.models import Agreement
from vouchers.amendments import queries
from vouchers.amendments.rules import Wanted
from vouchers.amendments.states import TerminationCause
from vouchers.core.choices import ChoiceField, DeclarationField, SelectField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.text import say as _
from vouchers.programmes.rules.reserved import ELSEWHERE
from vouchers.regions.queries import list_choices


class AskAmendmentForm(BaseForm):
    """What shall be different; what stays as it stands in the boxes is not asked for."""

    starts_on = DateField(_("First day on which costs count"), missing=_("Enter the first day"))
    ends_on = DateField(_("Last day on which costs count"), missing=_("Enter the last day"))
    amount = MoneyField(_("The most that is paid"), missing=_("Enter the amount"), allow_zero=False)
    provider_name = TextField(
        _("Name of the service provider"), missing=_("Enter the name of the provider"), max_length=140
    )
    provider_contact = TextField(_("Contact person of the provider"), max_length=120)
    provider_email = EmailField(
        _("Email address of the contact person"), missing=_("Enter the email address of the contact person")
    )
    provider_region = SelectField(_("Region of a new provider"), placeholder=_("Choose"))
    reason = LongTextField(
        _("Why shall the agreement change?"),
        hint=_("Whoever decides reads this, and it stands in the amendment."),
        missing=_("Say why in a few words"),
        max_length=1000,
        rows=4,
    )

    @classmethod
    def for_agreement(cls, agreement: Agreement) -> AskAmendmentForm:
        """The form with what the agreement says now."""
        standing = queries.standing_of(agreement)
        names = ("starts_on", "ends_on", "amount", "provider_name", "provider_contact", "provider_email")
        form = cls(data={name: getattr(standing, name) for name in names}, currency=agreement.currency)
        form.provider_region.choices = [*list_choices(), (ELSEWHERE, _("In none of these"))]
        if agreement.provider_party is None:
            del form.provider_name, form.provider_contact, form.provider_email, form.provider_region
        return form

    def wanted(self, agreement: Agreement) -> Wanted:
        """What differs from what the agreement says."""
        standing = queries.standing_of(agreement)
        changed: dict[str, Any] = {
            name: self[name].data
            for name in ("starts_on", "ends_on", "amount")
            if self[name].data != getattr(standing, name)
        }
        names = ("provider_name", "provider_contact", "provider_email")
        if "provider_name" in self and tuple(self[name].data or "" for name in names) != standing.provider:
            changed |= {name: self[name].data or "" for name in (*names, "provider_region")}
        return Wanted(**changed)


class AgreeAmendmentForm(BaseForm):
    """From when on it rules, and who decided."""

    version = HiddenField()
    in_force_on = DateField(
        _("First day on which it is in force"),
        hint=_("At the earliest once every party that has to accept it has done so."),
        missing=_("Enter the day"),
    )
    minutes = TextField(
        _("Minutes of the body that decided, with their day"),
        hint=_("For example: steering committee, 12 March 2027, item 4. Leave it empty if you decide yourself."),
        max_length=200,
    )
    checked = DeclarationField(
        _("I have checked what changes and why."), missing=_("Confirm that you have checked the amendment")
    )


class ReasonForm(BaseForm):
    """Why not, or no more."""

    answer = LongTextField(_("Reason"), missing=_("Say why in a few words"), max_length=1000, rows=3)


class ProposeTerminationForm(BaseForm):
    """Why an agreement shall end before its time."""

    cause = ChoiceField(
        _("Cause"), choices=[(one.value, one.label) for one in TerminationCause], coerce=TerminationCause,
        missing=_("Choose the cause"),
    )  # fmt: skip
    reason = LongTextField(
        _("Facts and reasons"),
        hint=_("The parties read this and can answer before a second person decides."),
        missing=_("Say why in a few words"),
        max_length=3000,
        rows=6,
    )

    @classmethod
    def for_person(cls, *, is_of_sme: bool) -> ProposeTerminationForm:
        """The form; the beneficiary names no cause: it gives its voucher up."""
        form = cls()
        if is_of_sme:
            del form.cause
            form.reason.hint = _("Everybody whom the agreement binds reads this.")
        return form

    @property
    def cause_given(self) -> TerminationCause:
        """What was chosen; that of the beneficiary, where nothing is asked."""
        return self.cause.data if "cause" in self else TerminationCause.GIVEN_UP


class AnswerTerminationForm(BaseForm):
    """What a party says before its agreement is terminated."""

    answer = LongTextField(
        _("Your answer"),
        hint=_("You answer once. Whoever decides reads it, and it is kept with the file of the voucher."),
        missing=_("Write your answer"),
        max_length=6000,
        rows=8,
    )


class ConfirmTerminationForm(BaseForm):
    """The second person's check."""

    checked = DeclarationField(
        _("I have checked the reasons and what the parties say."),
        missing=_("Confirm that you have checked the termination"),
    )
