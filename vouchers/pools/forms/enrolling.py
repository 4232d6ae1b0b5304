"""What is asked of whoever enrols, and of whoever decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from vouchers.core.choices import ChoicesField, DeclarationField, FileField, SelectField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.formatting import CountryChoices
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.experts.forms import MOST_LOAD, take_fields
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.pools.models import Enrolment
from vouchers.pools.queries import currency_of
from vouchers.pools.rules.marking import PoolMark
from vouchers.pools.states import PoolKind
from vouchers.regions.queries import list_choices


class StartForm(BaseForm):
    """Which organisation enrols."""

    organisation = SelectField(
        _("Which organisation enrols?"), missing=_("Choose the organisation that enrols."), coerce=int
    )


class EnrolForm(BaseForm):
    """What every enrolment asks. Nothing must be filled in to save; the check page says what is missing."""

    NAMES: tuple[str, ...] = ()
    country = SelectField(_("Country"), choices=CountryChoices(), placeholder=_("Choose a country"))
    region_code = SelectField(_("Partner region"), placeholder=_("None of them"))
    fields = ChoicesField(_("Fields of expertise"))
    version = HiddenField()

    @classmethod
    def of(cls, enrolment: Enrolment) -> Any:
        """The form of an enrolment's call, with what was saved before."""
        call, content = enrolment.call, enrolment.content
        asked = {
            f"answer_{one.code}": LongTextField(
                one.label if one.is_required else _("%(question)s (optional)", question=one.label), max_length=4000
            )
            for one in call.terms.questions
        }
        kind = EnrolExpertForm if call.kind == PoolKind.EXPERTS else EnrolProviderForm
        currency = currency_of(call.programme_code)
        boxes = dict(content) | {f"answer_{code}": text for code, text in content.get("answers", {}).items()}
        for name in ("away_from", "away_until"):
            boxes[name] = date.fromisoformat(content[name]) if content.get(name) else None
        cents = content.get("rate_cents")
        boxes["daily_rate"] = None if cents is None else Money(cents, currency)
        boxes["version"] = enrolment.version
        form = type("EnrolForm", (kind,), asked)(data=boxes, currency=currency)
        form.region_code.choices = list_choices([call.programme_code], and_code=content.get("region_code") or "")
        take_fields(form, [call.programme_code])
        return form

    def content(self) -> dict[str, Any]:
        """What was answered, in plain values. Raises `RuleBroken` for what cannot be read."""
        found: dict[str, Any] = {name: self[name].data for name in (*self.NAMES, "country", "region_code")}
        if "fields" in self:
            found["fields"] = self.fields.data
        answers = {field.name.removeprefix("answer_"): field.data for field in self if field.name.startswith("answer_")}
        return found | {"answers": answers}


class EnrolExpertForm(EnrolForm):
    """A person who wants to mark applications."""

    NAMES = ("employer", "languages", "expertise", "referees", "load_limit")
    employer = TextField(
        _("Employer"),
        hint=_("It is compared with applicants and partners to detect conflicts of interest."),
        max_length=140,
    )
    languages = ChoicesField(_("Languages in which you can read an application"), choices=LANGUAGES)
    expertise = LongTextField(_("Expertise in words"), max_length=1000, rows=4)
    referees = LongTextField(
        _("References (optional)"),
        hint=_("Who can say something of your work, and how we reach them."),
        max_length=2000,
        rows=3,
    )
    daily_rate = MoneyField(_("Daily rate (optional)"))
    load_limit = NumberField(_("Applications of one call at most"), minimum=1, maximum=MOST_LOAD)
    away_from = DateField(_("First day on which you are away (optional)"))
    away_until = DateField(_("Last day on which you are away (optional)"))

    def content(self) -> dict[str, Any]:
        first, last = self.away_from.data, self.away_until.data
        if (first is None) != (last is None) or (first and last and last < first):
            raise RuleBroken(_("Enter both days, the first one first."), field="away_until")
        rate = self.daily_rate.data
        return super().content() | {
            "rate_cents": rate.cents if rate else None,
            "away_from": first.isoformat() if first else None,
            "away_until": last.isoformat() if last else None,
        }


class EnrolProviderForm(EnrolForm):
    """An organisation that wants to do the work that vouchers pay."""

    NAMES = ("vat_number", "register_number", "website", "contact_email", "services")
    vat_number = TextField(_("VAT number"), max_length=20, width=20)
    register_number = TextField(
        _("Number in the company register"), hint=_("Needed if there is no VAT number."), max_length=40, width=20
    )
    website = TextField(_("Website (optional)"), max_length=200)
    contact_email = EmailField(_("Email address"), autocomplete=None)
    services = LongTextField(
        _("Services and prices"),
        hint=_("One service a line: what, price, per what; for example “Usability test; 850; day”. The price may be "
               "left out."),
        max_length=6000,
    )  # fmt: skip


class EnrolmentFileForm(BaseForm):
    """One file."""

    file = FileField(_("File"), missing=_("Choose a file"), accept=".pdf,.docx,.xlsx,.png,.jpg,.jpeg")


class SubmitEnrolmentForm(BaseForm):
    """The declaration."""

    is_true = DeclarationField(
        _("What I say here is true and complete, and I keep to the rules of the call."),
        missing=_("Confirm that this is true"),
    )
    name = TextField(
        _("Your name"),
        hint=_("As in your account. It stands for your signature."),
        missing=_("Type your first and last name."),
        max_length=120,
    )
    version = HiddenField()


# Deciding ------------------------------------------------------------------------------------------------------------

_MARKS = [(f"{half // 2}.{half % 2 * 5}", f"{half // 2}.{half % 2 * 5}") for half in range(11)]


class MarkForm(BaseForm):
    """Marks by the criteria of a call; made for each call."""

    version = HiddenField()

    @classmethod
    def of(cls, enrolment: Enrolment) -> Any:
        """The sheet of a call, with the marks that stand."""
        asked: dict[str, Any] = {}
        boxes: dict[str, Any] = {"version": enrolment.version}
        for one in enrolment.call.terms.criteria:
            asked[f"mark_{one.code}"] = SelectField(
                one.name, choices=_MARKS, missing=_("Choose a mark for “%(criterion)s”", criterion=one.name)
            )
            asked[f"comment_{one.code}"] = LongTextField(
                _("Why? (%(criterion)s)", criterion=one.name), max_length=2000, rows=3
            )
            given = enrolment.marks.get(one.code)
            if given:
                mark = Decimal(given["mark"])
                boxes |= {f"mark_{one.code}": f"{mark:.1f}", f"comment_{one.code}": given["comment"]}
        return type("MarkForm", (cls,), asked)(data=boxes)

    def marks(self) -> dict[str, PoolMark]:
        """What was typed, by criterion."""
        codes = [field.name.removeprefix("mark_") for field in self if field.name.startswith("mark_")]
        return {
            code: PoolMark(Decimal(self[f"mark_{code}"].data), self[f"comment_{code}"].data)
            for code in codes
            if self[f"mark_{code}"].data
        }


class AdmitForm(BaseForm):
    """Until when."""

    until = DateField(_("Admitted until"), missing=_("Enter the last day"))


class RefuseForm(BaseForm):
    """Why not."""

    reasons = LongTextField(
        _("Why is this enrolment refused?"),
        hint=_("Whoever enrolled reads this."),
        missing=_("Say why it is refused"),
        max_length=4000,
    )
