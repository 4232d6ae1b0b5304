"""Forms: what a person may type, read without ever failing, and said back in plain words when it does not fit.

The fields stand in `fields` (text), `measures` (numbers, money, dates) and `choices` (lists, yes or no, files).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms.csrf.core import CSRFTokenField

from vouchers.core.choices import ChoiceField, FileField
from vouchers.core.errors import Refused, RuleBroken
from vouchers.core.fields import Text
from vouchers.core.measures import MoneyField
from vouchers.core.text import say as _
from vouchers.core.web import held_fields


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: where it leads (None: to no field) and what it says."""

    target: str | None
    sentence: Text


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form of this office: reads only form posts, in any shape, and lists its problems in order.

    Args:
        currency: of its boxes for money.
    """

    form_errors: list[Text]

    def __init__(self, *args: Any, currency: str = "EUR", **kwargs: Any):
        self.currency = currency
        super().__init__(*args, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Fill the boxes; those for money are read and shown in the currency of the form."""
        for field in self._fields.values():
            if isinstance(field, MoneyField):
                field.take_currency(self.currency)
        super().process(*args, **kwargs)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            if formdata is not _Auto:
                return formdata
            if request and request.method in {"POST", "PUT", "PATCH", "DELETE"}:
                g.posted_form = _form  # where it comes too late, its words are shown back
                return CombinedMultiDict([request.form, request.files])
            held = held_fields() if request and "held" in request.args else None
            if held is not None and not any({name, name.partition("-")[0]} & set(_form._fields) for name in held):
                return None  # the words of another form
            if held is not None:
                g.holds_words = True  # the page says so, and saves them as if they were just typed
            return held

        def get_translations(self, _form: Any) -> None:
            return None

    def refuse(self, refused: Refused) -> None:
        """Show a refusal of a rule, and what was refused with it, beside their fields or at the top of the form."""
        for one in (refused, *refused.besides):
            field = self._fields.get(one.field) if one.field else None
            if field is None:
                self.form_errors = [*self.form_errors, one.sentence]
            else:
                field.errors = [*field.errors, one.sentence]

    @property
    def problems(self) -> list[Problem]:
        """Every error: those of the whole form first, then field by field in the order of the page."""
        found = [Problem(None, sentence) for sentence in self.form_errors]
        for field in self._fields.values():
            if isinstance(field, CSRFTokenField):
                found.extend(Problem(None, STALE_PAGE) for error in field.errors[:1])
            else:
                target = getattr(field, "target_id", field.id) if getattr(field, "kind", "") != "hidden" else None
                found.extend(Problem(target, sentence) for sentence in field.errors)
        return found

    @property
    def has_secrets(self) -> bool:
        """Whether it asks for a password."""
        return any(getattr(field, "kind", "") == "password" for field in self._fields.values())

    @property
    def has_files(self) -> bool:
        """Whether the form must be posted as multipart."""
        return any(isinstance(field, FileField) for field in self._fields.values())


def is_sound(form: BaseForm, *rules: Callable[[], Any]) -> bool:
    """Whether a form was posted and fits: the faults of its boxes and those that the rules find are said at once.

    Args:
        rules: called without arguments, each raises `RuleBroken`. Of a box that is wrong already nothing more is said.
    """
    if not form.is_submitted():
        return False
    form.validate()
    for rule in rules:
        try:
            rule()
        except RuleBroken as refused:
            if refused.field is None or refused.field not in form.errors:
                form.refuse(refused)
    return not form.problems


def typed_words() -> list[tuple[Text, str]]:
    """What a person typed into the form that was posted: (label, words), to be copied where it could not be taken."""
    form = g.get("posted_form")
    if form is None:
        return []
    return [(field.label.text, _words_of(field)) for field in form if _words_of(field)]


def _words_of(field: Any) -> str:
    if getattr(field, "kind", "hidden") not in _TYPED:
        return ""
    if isinstance(field, ChoiceField):
        return ", ".join(str(option.label) for option in field.options if option.checked)
    return str(field.raw)


_TYPED = frozenset({"text", "textarea", "date", "radios", "select", "checkboxes"})
"""Kinds of fields that hold words; never passwords, files or ticks of a declaration."""
STALE_PAGE = _("This page was open in another session. Nothing was saved. Please press the button again.")
