"""What is asked in an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from vouchers.core.choices import ChoiceField, DeclarationField, YesNoField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, NumberField
from vouchers.core.text import say as _
from vouchers.core.typed import clean_text, formdata_from_json
from vouchers.eligibility.rules.registry import Reading
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.assignments import Sheet
from vouchers.evaluation.rules.findings import Verdict, is_limit_reached
from vouchers.evaluation.rules.scoring import read_mark
from vouchers.programmes.rules.plan import Criterion, Marking

MET_OR_NOT = [(Outcome.MET, Outcome.MET.label), (Outcome.NOT_MET, Outcome.NOT_MET.label)]


class CheckForm(BaseForm):
    """One choice and one reason for each rule; made by `check_form`."""

    def verdicts(self, readings: Sequence[Reading]) -> dict[str, Verdict]:
        """What the officer said of each rule."""
        return {
            reading.rule.code: Verdict(
                self[f"outcome-{reading.rule.code}"].data, self[f"reason-{reading.rule.code}"].data or ""
            )
            for reading in readings
        }


def check_form(readings: Sequence[Reading]) -> CheckForm:
    """The form for these rules, each as it was found; an unclear one must be decided, a limit cannot be overruled."""
    fields: dict[str, Any] = {}
    for reading in readings:
        code, found = reading.rule.code, reading.outcome
        fields[f"outcome-{code}"] = ChoiceField(
            _("Your word on “%(rule)s”", rule=reading.rule.name),
            choices=MET_OR_NOT[1:] if is_limit_reached(reading) else MET_OR_NOT,
            coerce=Outcome,
            inline=True,
            default=found if found in {Outcome.MET, Outcome.NOT_MET} else None,
        )
        fields[f"reason-{code}"] = TextField(
            _("Reason, if you decide otherwise than the rule (%(rule)s)", rule=reading.rule.name), max_length=500
        )
    made: CheckForm = type("CheckForm", (CheckForm,), fields)()
    return made


class AssignExpertForm(BaseForm):
    """Who, and for how long."""

    expert_id = NumberField(_("Expert"), missing=_("Choose an expert"), minimum=1, maximum=2_000_000_000)
    days = NumberField(
        _("Days to mark"), missing=_("Enter how many days the expert has"), minimum=1, maximum=120, default=14, width=3
    )
    beside = HiddenField()


class ExtendAssignmentForm(BaseForm):
    """Until when."""

    due_on = DateField(
        _("Last day for the marks"),
        hint=_("Marks are due at the end of this day, by the clock of the call."),
        missing=_("Enter the last day for the marks"),
    )


class SettleConflictForm(BaseForm):
    """Which finding, and why it stands or does not."""

    finding = ChoiceField(_("Which finding?"), missing=_("Choose a finding"))
    reason = LongTextField(
        _("Why does it stand, or not stand, against this expert?"),
        hint=_("This is kept with the voucher, with your name. Applicant and expert do not read it."),
        missing=_("Say why"),
        max_length=1000,
        rows=3,
    )


class RemoveExpertForm(BaseForm):
    """Why a task is taken back."""

    reason = LongTextField(
        _("Why do you take the task back?"),
        hint=_("The expert reads this."),
        missing=_("Say why you take the task back"),
        max_length=1000,
        rows=3,
    )


class DeclareNoConflictForm(BaseForm):
    """The declaration before anything is visible."""

    declared = DeclarationField(
        _(
            "I have no conflict of interest: neither I, nor my family, nor my employer works with, owns a part of or "
            "competes with the applicant or the partner, and I gain nothing from this decision. I keep to myself what "
            "I read, and I say so at once if this changes."
        ),
        missing=_("Tick the box if you have no conflict of interest"),
    )


class DeclareConflictForm(BaseForm):
    """What the conflict is."""

    reason = LongTextField(
        _("What is the conflict?"),
        hint=_("The office of the region reads this. One sentence is enough."),
        missing=_("Say in a sentence what the conflict is"),
        max_length=1000,
        rows=3,
    )


class RefuseAssignmentForm(BaseForm):
    """Why the task is not taken."""

    reason = LongTextField(
        _("Why can you not do it?"),
        hint=_("For example no time, or not your field. The office of the region reads this."),
        missing=_("Say in a sentence why you cannot do it"),
        max_length=1000,
        rows=3,
    )


class UnsubmitMarksForm(BaseForm):
    """Why submitted marks are taken back."""

    reason = LongTextField(
        _("Why do you take the marks back?"),
        hint=_("The office of the region reads this, and it is kept with the marks that you submitted."),
        missing=_("Say in a sentence why you take the marks back"),
        max_length=1000,
        rows=3,
    )


class OpenConsensusForm(BaseForm):
    """Who writes, and for how long."""

    rapporteur = ChoiceField(_("Who writes the consensus?"), missing=_("Choose who writes it"), coerce=int)
    days = NumberField(
        _("Days to agree"), missing=_("Enter how many days the experts have"), minimum=1, maximum=60, default=7, width=3
    )


class NameRapporteurForm(BaseForm):
    """Who writes from now on."""

    rapporteur = ChoiceField(_("Who writes the consensus?"), missing=_("Choose who writes it"), coerce=int)


class EndConsensusForm(BaseForm):
    """Why the single sheets count after all."""

    reason = LongTextField(_("Why can they not agree?"), missing=_("Say why"), max_length=1000, rows=3)


class ObjectConsensusForm(BaseForm):
    """What one expert asks for."""

    draft = HiddenField()
    reason = LongTextField(
        _("What should be changed?"),
        hint=_("The rapporteur reads this, without your name."),
        missing=_("Say what should be changed"),
        max_length=2000,
        rows=4,
    )


MOST_KEPT = 20_000
"""Characters of a comment that a draft may have, whatever the call takes when it is submitted."""


class CommentField(LongTextField):
    """A comment that may be too short or too long while it is a draft. `max_length` is what the page counts to."""

    def clean(self, posted: str) -> str:
        return clean_text(posted[: 2 * MOST_KEPT])

    def check(self) -> None:
        if len(self.raw) > MOST_KEPT:
            super().check()

    @property
    def length(self) -> int:
        """Characters so far, as they are counted when the sheet is submitted."""
        return len(self.raw.strip())


class AcceptDivergenceForm(BaseForm):
    """Why experts who lie far apart need no third opinion."""

    reason = LongTextField(
        _("Why can the difference stand?"),
        hint=_("It is kept with the application, and read when somebody challenges the decision."),
        missing=_("Say why the difference can stand"),
        max_length=1000,
        rows=3,
    )
    version = HiddenField()


class SheetForm(BaseForm):
    """A score sheet; made by `sheet_form`."""

    criteria: Sequence[Criterion] = ()
    least: int = 1
    """Characters of a comment on a criterion, to submit."""
    overall_comment: LongTextField
    version = HiddenField()

    def read_sheet(self, *, otherwise: Mapping[str, Any] | None = None) -> Sheet:
        """The sheet with every mark that reads as one; a wrong one gets its sentence and is not kept.

        Args:
            otherwise: the marks as they are saved, to stay where a new one cannot be read.
        """
        marks: dict[str, dict[str, str | None]] = {}
        for criterion in self.criteria:
            box, mark = self[f"mark-{criterion.code}"], None
            try:
                mark = _text_of(read_mark(box.raw)) if box.raw else None
            except RuleBroken:
                sentence = _("“%(criterion)s”: a mark is from 0 to 5 in half points, such as 3 or 3.5.",
                             criterion=criterion.name)  # fmt: skip
                box.errors = [*box.errors, sentence]
                mark = ((otherwise or {}).get(criterion.code) or {}).get("mark")
            marks[criterion.code] = {"mark": mark, "comment": self[f"comment-{criterion.code}"].data or ""}
        if "is_in_scope" not in self:
            return Sheet(marks, self.overall_comment.data or "")
        return Sheet(marks, self.overall_comment.data or "", self.is_in_scope.data, self.scope_comment.data or "")

    def tell_gaps(self, gaps: Iterable[RuleBroken]) -> None:
        """Beside what could not be read, say what else is missing; nothing twice of one box."""
        for gap in gaps:
            if gap.field is None or not self[gap.field].errors:
                self.refuse(gap)


def sheet_form(assignment: Any, marking: Marking, *, typed: Mapping[str, Any] | None = None) -> SheetForm:
    """The sheet with what was saved; with `typed`, what a script sent stands over it.

    Args:
        assignment: or a consensus, which is asked nothing on scope.
    """
    fields: dict[str, Any] = {"criteria": marking.criteria, "least": marking.comment_min}
    data: dict[str, Any] = {"overall_comment": assignment.overall_comment, "version": str(assignment.version)}
    if marking.scope_question is not None and hasattr(assignment, "is_in_scope"):
        fields |= {
            "is_in_scope": YesNoField(marking.scope_question.for_reader()),
            "scope_comment": LongTextField(_("If not: why?"), max_length=3000, rows=3),
        }
        data |= {"is_in_scope": assignment.is_in_scope, "scope_comment": assignment.scope_comment}
    for criterion in marking.criteria:
        fields |= _boxes(criterion, assignment.marks.get(criterion.code) or {}, marking)
    fields["overall_comment"] = LongTextField(
        _("Your comment on the whole"), hint=_("You need it to submit the marks."), max_length=3000, rows=4
    )
    kind: type[SheetForm] = type("SheetForm", (SheetForm,), fields)
    if typed is None:
        return kind(data=data)
    saved = {field.name: field.raw for field in kind(formdata=None, data=data) if hasattr(field, "raw")}
    return kind(formdata=formdata_from_json({**saved, **typed}))


def _boxes(criterion: Criterion, saved: Mapping[str, Any], marking: Marking) -> dict[str, Any]:
    """The mark and the comment of one criterion."""
    return {
        f"mark-{criterion.code}": TextField(
            _("Mark for “%(criterion)s”", criterion=criterion.name),
            hint=_("0 to 5 in half points, such as 3.5"),
            max_length=10,
            width=4,
            default=saved.get("mark") or "",
        ),
        f"comment-{criterion.code}": CommentField(
            _("Why? (%(criterion)s)", criterion=criterion.name),
            max_length=marking.comment_max,
            rows=4,
            default=saved.get("comment") or "",
        ),
    }


def _text_of(mark: Decimal) -> str:
    return format(mark.normalize() + 0, "f")
