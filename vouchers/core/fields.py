"""Fields for text. What every field shares: label, hint, width, the raw text, and the sentence for an empty answer.

Each field reads the posted text itself, keeps it as `raw` for the page, and offers a Python value as `data`. A field
with `missing` must be filled in and says that sentence when it is not; without it the field may stay empty. Absent,
repeated, overlong or strange posts end as an error beside the field. `templates/components/form.html` draws them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line, clean_text

Text = Sentence | str

_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]{1,64}@[^@\s<>()\[\],;:\\\"]+\.[^@\s<>()\[\],;:\\\"]{2,63}")


class OfficeField(Field):  # type: ignore[misc]
    """What the fields share: label, hint, width, the raw text, and the sentence for an empty answer."""

    kind = "text"
    """Which markup the template draws."""
    input_type = "text"
    inputmode: str | None = None
    spellcheck: bool | None = None
    width: str | None = None
    raw: str = ""

    def __init__(
        self,
        label: Text = "",
        *,
        hint: Text | None = None,
        missing: Text | None = None,
        width: str | int | None = None,
        autocomplete: str | None = None,
        prefix: Text | None = None,
        suffix: Text | None = None,
        readonly: bool = False,
        validators: Sequence[Callable[..., Any]] = (),
        **kwargs: Any,
    ):
        super().__init__(label, validators=list(validators), **kwargs)
        self.hint, self.missing, self.autocomplete = hint, missing, autocomplete
        self.prefix, self.suffix, self.readonly = prefix, suffix, readonly
        if width is not None:
            self.width = str(width)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.raw

    @property
    def target_id(self) -> str:
        """The id of the box that takes the focus."""
        return str(self.id)

    def process_data(self, value: Any) -> None:
        self.data = value
        self.raw = self.as_text(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first text that was posted; an absent field is an empty one."""
        posted = next((value for value in valuelist if isinstance(value, str)), "")
        self.data = None
        self.raw = self.clean(posted)
        if self.raw:
            self.data = self.read(self.raw)
        else:
            self.data = self.empty_value()

    def pre_validate(self, _form: Any) -> None:
        if self.errors:
            raise StopValidation()
        if self.is_empty:
            raise StopValidation(self.missing)
        self.check()

    # What a kind of field says of itself -------------------------------------------------------------------------

    def clean(self, posted: str) -> str:
        """The posted text as it is kept and shown again."""
        return clean_line(posted[:10_000])

    def empty_value(self) -> Any:
        """The data of an empty answer."""
        return None

    def read(self, raw: str) -> Any:
        """The data of a text that is not empty.

        Raises:
            ValueError: with a sentence for the person who typed it.
        """
        return raw

    def as_text(self, value: Any) -> str:
        """How a value from the program stands in the box."""
        return "" if value is None else str(value)

    def check(self) -> None:
        """Refuse data that was read but does not fit.

        Raises:
            ValidationError, StopValidation
        """


class TextField(OfficeField):
    """One line. `data` is text, empty when nothing was typed. `width`: 2, 3, 4, 5, 10, 20, 30 or ``"one-half"``."""

    def __init__(self, label: Text = "", *, max_length: int = 200, spellcheck: bool | None = None, **kwargs: Any):
        super().__init__(label, **kwargs)
        self.max_length, self.spellcheck = max_length, spellcheck

    def empty_value(self) -> str:
        return ""

    def check(self) -> None:
        if len(self.raw) > self.max_length:
            sentence = _(
                "Enter at most %(most)s characters for “%(label)s”", label=self.label.text, most=self.max_length
            )
            raise StopValidation(sentence)


class LongTextField(TextField):
    """Several lines with a count of the characters left. `rows` is the height of the box."""

    kind = "textarea"

    def __init__(self, label: Text = "", *, max_length: int = 2000, rows: int = 6, **kwargs: Any):
        super().__init__(label, max_length=max_length, **kwargs)
        self.rows = rows

    def clean(self, posted: str) -> str:
        return clean_text(posted[: self.max_length * 2 + 10_000])


class EmailField(TextField):
    """An email address, lower case in its domain. Whether it exists only a letter can tell."""

    input_type = "email"
    spellcheck = False

    def __init__(self, label: Text = "", *, autocomplete: str | None = "email", **kwargs: Any):
        super().__init__(label, max_length=254, autocomplete=autocomplete, spellcheck=False, **kwargs)

    def read(self, raw: str) -> str:
        if not _EMAIL.fullmatch(raw):
            raise ValueError(_("Enter an email address in the correct format, like name@example.com"))
        local, domain = raw.rsplit("@", 1)
        return f"{local}@{domain.lower()}"


class PasswordField(OfficeField):
    """A password, taken as typed and never shown again; a button shows and hides it."""

    kind = "password"
    input_type = "password"

    def __init__(self, label: Text = "", *, autocomplete: str = "current-password", **kwargs: Any):
        super().__init__(label, autocomplete=autocomplete, **kwargs)

    def clean(self, posted: str) -> str:
        return posted[:1024].replace("\0", "")

    def empty_value(self) -> str:
        return ""


class HiddenField(OfficeField):
    """A value that travels with the form unseen. `data` is text."""

    kind = "hidden"
    input_type = "hidden"

    def empty_value(self) -> str:
        return ""
