"""What is asked of the officers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from vouchers.claims.actions.checking import Delivery, Finding
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.rules.checklist import BELONGS, Check, list_checks
from vouchers.claims.states import CostError
from vouchers.core.choices import DeclarationField, SelectField, YesNoField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.formatting import money
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.likenesses.forms import SecondPersonForm


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


class AuthoriseClaimForm(SecondPersonForm):
    """The second person's half; and what stood on the page: the version of the claim, and its voucher's advances."""

    version = HiddenField()
    advances = HiddenField()
    is_checked = DeclarationField(
        _("I have looked at the costs and their evidence myself."),
        missing=_("Tick the box once you have looked at the costs and their evidence"),
    )


class SampleClaimForm(BaseForm):
    """Why a sample is enough."""

    reason = LongTextField(
        _("Why is a sample enough for this claim?"),
        hint=_("An auditor reads this. Say why errors are unlikely: many small costs of one kind, claims before it."),
        missing=_("Say why a sample is enough"),
        max_length=1000,
        rows=4,
    )


class CheckClaimFullyForm(BaseForm):
    """Why the sample is given up."""

    reason = LongTextField(
        _("Why is every cost checked now?"), missing=_("Say why every cost is checked"), max_length=1000, rows=4
    )


class VerifyClaimForm(BaseForm):
    """The checklist and the costs; the fields of each are added by `verify_form`."""

    version = HiddenField()
    lines: Sequence[CostLine] = ()
    """Those that are looked at."""
    points: Sequence[Check] = ()
    deliverables: Sequence[tuple[str, str]] = ()
    """Code and name of what was delivered."""

    def deliveries(self) -> list[Delivery]:
        """What was entered for each deliverable."""
        return [
            Delivery(code, bool(self[f"accept_{code}"].data), self[f"why_{code}"].data or "")
            for code, _name in self.deliverables
        ]

    def findings(self) -> list[Finding]:
        """What was entered for each cost."""
        return [
            Finding(
                line.id,
                self[f"accepted_{line.id}"].data,
                self[f"reason_{line.id}"].data or "",
                CostError(self[f"error_{line.id}"].data) if self[f"error_{line.id}"].data else None,
                self[f"park_{line.id}"].data,
            )
            for line in self.lines
        ]

    @property
    def notes(self) -> dict[str, str]:
        """What was written to the points of the checklist."""
        return {point.code: self[f"note_{point.code}"].data or "" for point in self.points}


def verify_form(
    claim: Claim,
    prices: Mapping[int, Money],
    warnings: Mapping[int, Sentence],
    *,
    pointed_at: Collection[int] = (),
    delivered_twice: Mapping[str, Sentence] = MappingProxyType({}),
) -> VerifyClaimForm:
    """The form with the fields of each cost that is looked at, and of each point of the checklist.

    Args:
        prices: of costs whose rate is not frozen yet.
        warnings: what should be known of single costs; it is said where the officer confirms that they belong there.
        pointed_at: ids of costs that no sample leaves out.
        delivered_twice: what should be known of single deliverables, by their codes.
    """
    lines = [line for line in claim.costs if line.is_sampled or not claim.is_sampled or line.id in pointed_at]
    points = list_checks(claim.agreement.application.instrument.plan, has_costs=bool(claim.costs))
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"version": claim.version}
    for line in lines:
        fields |= _fields_of(line, prices.get(line.id, line.eligible))
        values |= _values_of(line, prices.get(line.id, line.eligible))
    for point in points:
        told = list(warnings.values()) if point.code == BELONGS else []
        hint = " ".join(str(part) for part in (point.hint, *told) if part)
        fields[point.code] = DeclarationField(point.text, hint=hint or None, missing=point.missing)
        fields[f"note_{point.code}"] = TextField(_("Note (what you looked at)"), max_length=500)
    names = {one.code: one.name.for_reader() for one in claim.agreement.application.instrument.plan.claim.deliverables}
    delivered = [(one.code, names.get(one.code, one.code)) for one in claim.delivered]
    for one in claim.delivered:
        name = names.get(one.code, one.code)
        fields[f"accept_{one.code}"] = YesNoField(
            _("Do you accept “%(name)s”?", name=name),
            hint=delivered_twice.get(one.code),
            missing=_("Say whether you accept “%(name)s”", name=name),
        )
        fields[f"why_{one.code}"] = TextField(_("Why not “%(name)s”?", name=name), max_length=500)
        values |= {f"accept_{one.code}": one.is_accepted, f"why_{one.code}": one.reason}
    fields |= {"lines": lines, "points": points, "deliverables": delivered}
    made = type("VerifyClaimFormOfClaim", (VerifyClaimForm,), fields)
    form: VerifyClaimForm = made(data=values, currency=claim.currency)
    return form


def _fields_of(line: CostLine, eligible: Money) -> dict[str, Any]:
    named = {"supplier": line.supplier, "number": line.invoice_number}
    return {
        f"accepted_{line.id}": MoneyField(
            _("Accepted of %(supplier)s, %(number)s", **named),
            hint=_("At most %(eligible)s", eligible=money(eligible)),
            missing=_("Enter what you accept of %(supplier)s, %(number)s", **named),
        ),
        f"error_{line.id}": SelectField(
            _("Kind of error of %(supplier)s, %(number)s", **named),
            placeholder=_("No error"),
            choices=[(error.value, error.label) for error in CostError],
        ),
        f"reason_{line.id}": TextField(_("Why not all of %(supplier)s, %(number)s?", **named), max_length=500),
        f"park_{line.id}": DeclarationField(
            _(
                "Park %(supplier)s, %(number)s: neither pay nor refuse it now, it can be paid with a later claim",
                **named,
            )
        ),
    }


def _values_of(line: CostLine, eligible: Money) -> dict[str, Any]:
    """What the last verification cut is proposed again, with its kind and reason, as far as it is still a cut."""
    is_cut = line.accepted is not None and line.parked_at is None and line.accepted < eligible
    return {
        f"accepted_{line.id}": line.accepted if is_cut else eligible,
        f"reason_{line.id}": line.deduction_reason if is_cut else "",
        f"error_{line.id}": line.error.value if is_cut and line.error else None,
    }
