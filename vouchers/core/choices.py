"""Fields for choosing: one or several of a list, yes or no, a declaration, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation, ValidationError

from vouchers.core.fields import OfficeField, Text
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line

Choice = tuple[Any, Text] | tuple[Any, Text, Text]
"""(value, label) or (value, label, hint)."""


@dataclass(frozen=True, slots=True)
class Option:
    """One radio, checkbox or entry of a list, as drawn."""

    id: str
    value: str
    label: Text
    hint: Text | None
    checked: bool


class ChoiceField(OfficeField):
    """One of a few, as radios. `choices` may be set after construction; `coerce` turns the posted text into `data`."""

    kind = "radios"
    takes_many = False

    def __init__(
        self,
        label: Text = "",
        *,
        choices: Iterable[Choice] = (),
        coerce: Callable[[str], Any] = str,
        inline: bool = False,
        **kwargs: Any,
    ):
        self.choices: Iterable[Choice] = choices
        self.coerce, self.inline = coerce, inline
        self.chosen: list[str] = []
        super().__init__(label, **kwargs)

    @property
    def options(self) -> list[Option]:
        """The choices as drawn; the first carries the field's own id, so that the error summary finds it."""
        chosen, drawn = set(self.chosen), []
        for number, (value, label, *hint) in enumerate(self.choices, 1):
            text = _value_text(value)
            name = self.id if number == 1 else f"{self.id}-{number}"
            drawn.append(Option(name, text, label, hint[0] if hint else None, text in chosen))
        return drawn

    def process_data(self, value: Any) -> None:
        self.data = value
        values = [] if value is None else list(value) if self.takes_many else [value]
        self.chosen = [_value_text(one) for one in values]
        self.raw = ", ".join(self.chosen)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        posted = [clean_line(value[:500]) for value in valuelist[:500] if isinstance(value, str)]
        posted = [value for value in dict.fromkeys(posted) if value]
        self.chosen = posted if self.takes_many else posted[:1]
        self.raw = ", ".join(self.chosen)
        self.data = [] if self.takes_many else None
        try:
            values = [self.coerce(value) for value in self.chosen]
        except (ValueError, LookupError, TypeError, ArithmeticError):
            raise ValueError(self.not_offered) from None
        if values:
            self.data = values if self.takes_many else values[0]

    def check(self) -> None:
        offered = {_value_text(choice[0]) for choice in self.choices}
        if not offered.issuperset(self.chosen):
            raise StopValidation(self.not_offered)

    @property
    def not_offered(self) -> Text:
        """Said when the answer is none of those on the page."""
        return self.missing or _("Select one of the answers on the page")


class SelectField(ChoiceField):
    """One of many, as a list to open, with a first line that asks to choose."""

    kind = "select"

    def __init__(self, label: Text = "", *, placeholder: Text | None = None, **kwargs: Any):
        super().__init__(label, **kwargs)
        self.placeholder = placeholder if placeholder is not None else _("Choose")


class ChoicesField(ChoiceField):
    """Any number out of a few, as checkboxes. `data` is a list."""

    kind = "checkboxes"
    takes_many = True


def only_one(choices: Sequence[tuple[Any, Any]]) -> Any:
    """What is chosen already where there is nothing else to choose; None where there is."""
    return choices[0][0] if len(choices) == 1 else None


class YesNoField(ChoiceField):
    """Yes or no, as two radios. `data` is True, False or None."""

    def __init__(self, label: Text = "", *, inline: bool = True, **kwargs: Any):
        choices = [("yes", _("Yes")), ("no", _("No"))]
        super().__init__(label, choices=choices, coerce=lambda value: value == "yes", inline=inline, **kwargs)

    def process_data(self, value: Any) -> None:
        super().process_data(None if value is None else "yes" if value else "no")
        self.data = value if value is None else bool(value)


class DeclarationField(OfficeField):
    """One box to tick; with `missing` it must be ticked. `data` is True or False."""

    kind = "declaration"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        first = next((value for value in valuelist if isinstance(value, str)), "")
        self.data = clean_line(first[:20]).lower() not in {"", "no", "false", "0", "off"}
        self.raw = "yes" if self.data else ""

    def process_data(self, value: Any) -> None:
        self.data = bool(value)
        self.raw = "yes" if value else ""


class FileField(OfficeField):
    """Files to send. `data` is a FileStorage or None; with `multiple`, a list. What is inside is checked elsewhere."""

    kind = "file"

    def __init__(self, label: Text = "", *, multiple: bool = False, accept: str = "", most: int = 20, **kwargs: Any):
        self.multiple, self.accept, self.most = multiple, accept, most
        super().__init__(label, **kwargs)

    def process_data(self, _value: Any) -> None:
        self.data = [] if self.multiple else None
        self.raw = ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        files = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]
        self.data = files if self.multiple else (files[0] if files else None)
        self.raw = "file" if files else ""

    def check(self) -> None:
        if self.multiple and len(self.data) > self.most:
            raise ValidationError(_("Choose at most %(most)s files", most=self.most))


def _value_text(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)
