"""What is asked on the auditors' desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.audits.models import Sample, SampleUnit
from vouchers.audits.rules import factors
from vouchers.audits.rules.findings import USUAL_DAYS
from vouchers.audits.rules.parameters import MOST_UNITS, USUAL_LEVEL, Parameters, read_deviations
from vouchers.audits.states import Basis, ErrorKind, Method, Selection, Severity, StrataBy
from vouchers.core.choices import Choice, ChoiceField, ChoicesField, DeclarationField, SelectField
from vouchers.core.fields import EmailField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.lifecycle import State
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.money import Money
from vouchers.core.text import say as _


def _choices(states: Iterable[State]) -> list[Choice]:
    return [(state, state.label) for state in states]


class GiveMandateForm(BaseForm):
    """Who audits what, and until when."""

    programme = SelectField(_("Programme"), missing=_("Choose a programme"))
    regions = ChoicesField(
        _("Regions (optional)"), hint=_("Tick none for all regions of the programme, also those that join later.")
    )
    email = EmailField(
        _("The auditor's email address"),
        hint=_("Whoever has no account yet is invited by letter."),
        missing=_("Enter the auditor's email address"),
    )
    name = TextField(_("The auditor's name"), missing=_("Enter the auditor's name"), max_length=120)
    subject = TextField(
        _("What is audited"),
        hint=_("For example: audit of operations, accounting year 2025/2026."),
        missing=_("Say what is audited"),
        max_length=200,
    )
    first_on = DateField(
        _("First day of the period"),
        hint=_(
            "The expenditure of this period is the population of samples. Whole files can be read, whatever their age."
        ),
        missing=_("Enter the first day of the period"),
    )
    last_on = DateField(_("Last day of the period"), missing=_("Enter the last day of the period"))
    until = DateField(
        _("The mandate holds until the end of this day"),
        hint=_("From then on the auditor reads nothing more."),
        missing=_("Enter the last day of the mandate"),
    )

    def ends_at(self, zone: str) -> datetime:
        """The instant after the last day, by the clocks of a zone."""
        day: date = self.until.data
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


class ReasonForm(BaseForm):
    """Why, in words that stay on record."""

    reason = LongTextField(_("Reason"), missing=_("Say why"), max_length=1000, rows=3)


class PlanSampleForm(BaseForm):
    """How a sample is drawn. Rates are asked in per cent."""

    basis = ChoiceField(
        _("Which expenditure"), choices=_choices(Basis), coerce=Basis, missing=_("Choose which expenditure is audited")
    )
    method = ChoiceField(_("Method"), choices=_choices(Method), coerce=Method, missing=_("Choose a method"))
    selection = ChoiceField(
        _("How units are picked"),
        choices=_choices(Selection),
        coerce=Selection,
        missing=_("Choose how units are picked"),
    )
    strata_by = SelectField(_("Strata"), choices=_choices(StrataBy), coerce=StrataBy, missing=_("Choose the strata"))
    level = SelectField(
        _("Confidence level"),
        choices=[(str(level), f"{level:.0%}") for level in factors.LEVELS],
        coerce=Decimal,
        hint=_("From the assurance that the system audits gave. Non-statistical samples need none."),
        missing=_("Choose a confidence level"),
    )
    materiality = NumberField(
        _("Tolerable error in per cent of the expenditure"),
        places=2,
        missing=_("Enter the tolerable error"),
        suffix="%",
    )
    anticipated = NumberField(
        _("Anticipated error in per cent of the expenditure"),
        places=2,
        hint=_("From earlier audits, or a cautious guess."),
        missing=_("Enter the anticipated error"),
        suffix="%",
    )
    deviation = NumberField(
        _("Expected standard deviation (optional)"),
        places=6,
        hint=_(
            "By size: of the error rates, such as 0.085. With the same chance: of the errors in money, such as 518."
        ),
    )
    deviations = LongTextField(
        _("Standard deviations of single strata (optional)"),
        hint=_("One line for each: the code, a space, the number."),
        rows=3,
        max_length=2000,
    )
    at_least = NumberField(_("At least so many units (optional)"), minimum=0, maximum=MOST_UNITS, width=4)
    seed = TextField(
        _("Seed (optional)"),
        hint=_("Letters and figures from which the draw follows. Leave it empty and one is made by chance."),
        max_length=64,
    )

    @classmethod
    def fresh(cls) -> PlanSampleForm:
        """The form with what the guidance says usually."""
        return cls(
            data={
                "basis": Basis.PAID,
                "method": Method.MUS_STANDARD,
                "selection": Selection.SYSTEMATIC,
                "strata_by": StrataBy.NONE,
                "level": "0.90",
                "materiality": Decimal(2),
                "anticipated": Decimal("0.5"),
            }
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A non-statistical sample needs neither a confidence level nor an anticipated error."""
        if self.method.data is Method.NON_STATISTICAL:
            self.level.missing = self.anticipated.missing = None
        return bool(super().validate(extra_validators))

    def parameters(self) -> Parameters:
        """What was asked for. Raises `RuleBroken`, field ``deviations``."""
        return Parameters(
            method=self.method.data,
            selection=self.selection.data,
            strata_by=self.strata_by.data,
            level=self.level.data or USUAL_LEVEL,
            materiality=self.materiality.data / 100,
            anticipated=(self.anticipated.data or Decimal(0)) / 100,
            deviation=self.deviation.data,
            deviations=MappingProxyType(read_deviations(self.deviations.data or "")),
            at_least=self.at_least.data or 0,
        )


class EnterResultForm(BaseForm):
    """What was found in one unit."""

    error = MoneyField(
        _("Error in this unit"),
        hint=_("The part of the expenditure that should not have been declared. Zero where all is in order."),
        missing=_("Enter the error; zero where there is none"),
    )
    kind = ChoiceField(
        _("What kind of error it is"),
        choices=_choices(ErrorKind),
        coerce=ErrorKind,
        missing=_("Choose what kind of error it is"),
    )
    note = LongTextField(_("Notes (optional)"), rows=3, max_length=2000)

    @classmethod
    def for_unit(cls, unit: SampleUnit) -> EnterResultForm:
        """The form with what was entered before."""
        data = {"error": unit.error, "kind": unit.error_kind or ErrorKind.RANDOM, "note": unit.note}
        return cls(data=data, currency=unit.currency)


class ConcludeSampleForm(BaseForm):
    """What the sample does not show by itself."""

    systemic = MoneyField(
        _("Systemic errors in the whole population"),
        hint=_("Their full extent, also outside of the sample. Zero where there are none."),
        missing=_("Enter the systemic errors; zero where there are none"),
    )
    remarks = LongTextField(_("Remarks (optional)"), rows=3, max_length=2000)
    checked = DeclarationField(
        _("The results are complete: after this they cannot be changed."),
        missing=_("Confirm that the results are complete"),
    )

    @classmethod
    def for_sample(cls, sample: Sample) -> ConcludeSampleForm:
        """The form of a sample that has no systemic error."""
        return cls(data={"systemic": Money(0, sample.currency)}, currency=sample.currency)


class IssueFindingForm(BaseForm):
    """What was found, and by when the region answers."""

    voucher = TextField(
        _("Voucher (optional)"),
        hint=_("Its reference. Leave it empty where the finding is about how the region works."),
        max_length=60,
        width=20,
    )
    region = SelectField(_("Region that answers"), missing=_("Choose a region"))
    title = TextField(_("Finding in one line"), missing=_("Say in one line what was found"), max_length=160)
    severity = ChoiceField(
        _("Severity"), choices=_choices(Severity), coerce=Severity, inline=True, missing=_("Choose the severity")
    )
    amount = MoneyField(_("Amount concerned"), hint=_("Zero where it costs nothing."), missing=_("Enter the amount"))
    text = LongTextField(
        _("What was found, and what you recommend"), missing=_("Say what was found"), max_length=8000, rows=8
    )
    reply_by = DateField(_("Answer by"), missing=_("Enter the day for the answer"))

    @classmethod
    def fresh(cls, voucher: str, region: str, currency: str, today: date) -> IssueFindingForm:
        """The form for a voucher or a region."""
        data = {
            "voucher": voucher,
            "region": region,
            "severity": Severity.MEDIUM,
            "amount": Money(0, currency),
            "reply_by": today + timedelta(days=USUAL_DAYS),
        }
        return cls(data=data, currency=currency)


class AnswerForm(BaseForm):
    """Words that the other side reads."""

    text = LongTextField(_("Your answer"), missing=_("Write your answer"), max_length=8000, rows=8)


class FollowUpForm(BaseForm):
    """What is still to be done, and by when."""

    text = LongTextField(_("What is still to be done"), missing=_("Say what is to be done"), max_length=8000, rows=6)
    reply_by = DateField(_("Answer by"), missing=_("Enter the day for the answer"))

    @classmethod
    def fresh(cls, today: date) -> FollowUpForm:
        """The form with the usual time."""
        return cls(data={"reply_by": today + timedelta(days=USUAL_DAYS)})


class CloseForm(BaseForm):
    """How it was settled."""

    text = LongTextField(_("How it was settled"), missing=_("Say how it was settled"), max_length=4000, rows=4)


class MarkManyForm(BaseForm):
    """Several units in order at once."""

    checked = DeclarationField(
        _("I have audited these units and found no error."), missing=_("Confirm that you have audited them")
    )
