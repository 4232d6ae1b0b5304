"""What is typed into threads, public answers and requests for clarification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vouchers.applications.forms import SectionForm, accepted, section_form
from vouchers.applications.rules.asking import Asked, asked_sections
from vouchers.core.choices import ChoiceField, ChoicesField, DeclarationField, FileField, SelectField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.languages import LANGUAGES
from vouchers.core.measures import DateField
from vouchers.core.text import say as _
from vouchers.core.typed import fingerprint
from vouchers.enquiries.models import Clarification
from vouchers.programmes.rules.digest import content_digest
from vouchers.programmes.rules.form_plan import FileKind, Question


class AskEnquiryForm(BaseForm):
    """The first message of a thread."""

    title = TextField(_("What is it about?"), missing=_("Say in a few words what it is about"), max_length=120)
    text = LongTextField(_("Your question"), missing=_("Write your question"), max_length=4000, rows=8)


class BeginEnquiryForm(AskEnquiryForm):
    """The same, written by the region."""

    text = LongTextField(_("Your message"), missing=_("Write your message"), max_length=4000, rows=8)


class WriteForm(BaseForm):
    """One more message. `version` is that of the thread on the page."""

    version = HiddenField()
    text = LongTextField(_("Your message"), missing=_("Write your message"), max_length=4000, rows=6)


class PublishPublicAnswerForm(BaseForm):
    """The words for everybody."""

    question = LongTextField(
        _("The question, for everybody"),
        hint=_("In your words: nothing in it may tell who asked."),
        missing=_("Write the question"),
        max_length=1000,
        rows=4,
    )
    answer = LongTextField(_("The answer, for everybody"), missing=_("Write the answer"), max_length=4000, rows=8)
    language = SelectField(
        _("Language"), placeholder=None, choices=list(LANGUAGES.items()), missing=_("Choose a language")
    )
    seen = HiddenField()
    is_nobody = DeclarationField(
        _("I have read what will be public: nothing in it tells who asked."),
        missing=_("Tick the box once you have read what will be public"),
    )

    def mark(self) -> str:
        """What stands for these words, so that they are published only as they were shown."""
        return fingerprint("\0".join([self.question.data, self.answer.data, self.language.data]))


class RequestClarificationForm(BaseForm):
    """Which questions and files are opened, why, and until when."""

    sections = ChoicesField(_("Whole sections"), hint=_("All their questions are opened, and their files."))
    questions = ChoicesField(_("Which questions does the applicant answer again?"))
    documents = ChoicesField(_("Which files may the applicant send again?"))
    reason = LongTextField(
        _("What do you want to know?"),
        hint=_("The applicant reads this."),
        missing=_("Say what you want to know"),
        max_length=4000,
        rows=6,
    )
    due_on = DateField(
        _("Last day for the answer"),
        hint=_("The answer counts until the end of this day, by the clock of the call."),
        missing=_("Enter the last day for the answer"),
    )


class AttachClarificationForm(BaseForm):
    """A file, and which one it takes the place of."""

    file = FileField(_("File"), missing=_("Choose a file"), accept=accepted())
    replaces = ChoiceField(
        _("Which file does it replace?"), missing=_("Say whether it replaces a file"), coerce=lambda text: int(text)
    )

    @classmethod
    def of(cls, kinds: Sequence[FileKind], replaceable: Sequence[Any]) -> AttachClarificationForm:
        """The form for files of these kinds (none: of all), beside those that can be replaced."""
        form = cls()
        form.file.accept = accepted(kinds)
        form.replaces.choices = [
            *((one.id, one.filename) for one in replaceable),
            (0, _("None, it is one more")),
        ]
        if not replaceable:
            del form.replaces
        return form

    @property
    def replaced_id(self) -> int | None:
        """The file that was chosen."""
        return (self.replaces.data or None) if self.replaces else None


class ExtendClarificationForm(BaseForm):
    """Until when, and why."""

    due_on = DateField(
        _("Last day for the answer"),
        hint=_("The answer counts until the end of this day, by the clock of the call."),
        missing=_("Enter the last day for the answer"),
    )
    reason = LongTextField(
        _("Reason"), hint=_("The applicant reads this."), missing=_("Say why"), max_length=1000, rows=3
    )


def clarification_form(clarification: Clarification, questions: Sequence[Question], language: str) -> type[SectionForm]:
    """The form of the questions that a request opened."""
    application = clarification.application
    asked = opened_section(clarification, questions)
    return section_form(content_digest(list(questions)), application.instrument.plan, asked, language)


def opened_section(clarification: Clarification, questions: Sequence[Question]) -> Asked:
    """The opened questions as one section."""
    application = clarification.application
    some: Any = asked_sections(application.call.plan.form, application.instrument.code)[0].section
    code = "clarification " + " ".join(question.code for question in questions)
    return Asked(replace(some, code=code, questions=tuple(questions)), tuple(questions))
