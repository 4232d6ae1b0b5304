"""Fields for numbers, amounts of money and dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms.validators import StopValidation

from vouchers.core.fields import OfficeField, Text
from vouchers.core.formatting import currency_sign, typed_figures, typed_money
from vouchers.core.money import (
    MOST_CENTS,
    UNCLEAR_AMOUNT,
    UNCLEAR_NUMBER,
    Money,
    UnclearAmount,
    is_unclear,
    parse_money,
)
from vouchers.core.text import Sentence, say_of
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line

_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,9})?")
_AMOUNT = re.compile(r"-?[\d.,']{1,24}")


class NumberField(OfficeField):
    """A number: `data` is an int, or a Decimal when `places` is not zero. Spaces and a comma are understood."""

    inputmode = "numeric"
    spellcheck = False
    width = "5"

    def __init__(
        self,
        label: Text = "",
        *,
        places: int = 0,
        minimum: int | Decimal | None = None,
        maximum: int | Decimal | None = None,
        **kwargs: Any,
    ):
        super().__init__(label, **kwargs)
        self.places, self.minimum, self.maximum = places, minimum, maximum
        self.inputmode = "decimal" if places else "numeric"

    def read(self, raw: str) -> int | Decimal:
        plain = raw.replace(" ", "").replace("'", "").replace("−", "-")
        if self.places < 3 and is_unclear(plain):
            raise ValueError(_named(self, UNCLEAR_NUMBER))
        plain = plain.replace(",", "." if "." not in plain else "")
        if not plain.isascii() or not _NUMBER.fullmatch(plain):
            raise ValueError(_("Enter a number for “%(label)s”, like 12", label=self.label.text))
        number = Decimal(plain)
        if number != round(number, self.places):
            if not self.places:
                raise ValueError(_("Enter a whole number for “%(label)s”", label=self.label.text))
            sentence = _(
                "Enter a number with at most %(places)s decimals for “%(label)s”",
                label=self.label.text,
                places=self.places,
            )
            raise ValueError(sentence)
        return number if self.places else int(number)

    def as_text(self, value: Any) -> str:
        return typed_figures(f"{value:f}") if isinstance(value, Decimal) else super().as_text(value)

    def check(self) -> None:
        if self.minimum is not None and self.data < self.minimum:
            raise StopValidation(
                _("Enter %(least)s or more for “%(label)s”", label=self.label.text, least=self.minimum)
            )
        if self.maximum is not None and self.data > self.maximum:
            raise StopValidation(_("Enter %(most)s or less for “%(label)s”", label=self.label.text, most=self.maximum))


class MoneyField(OfficeField):
    """An amount: `data` is Money. Point, comma, spaces, currency sign are read; the raw text survives an error."""

    currency = "EUR"
    """Its form says which."""
    inputmode = "decimal"
    spellcheck = False
    width = "10"

    def __init__(
        self,
        label: Text = "",
        *,
        allow_negative: bool = False,
        allow_zero: bool = True,
        **kwargs: Any,
    ):
        super().__init__(label, prefix=currency_sign(self.currency), **kwargs)
        self.allow_negative, self.allow_zero = allow_negative, allow_zero

    def take_currency(self, code: str) -> None:
        """Read and show amounts in this currency from now on."""
        self.currency, self.prefix = code, currency_sign(code)

    def read(self, raw: str) -> Money:
        sentence = _("Enter an amount of money for “%(label)s”, like 1500 or 1500.50", label=self.label.text)
        plain = "".join(raw.split()).replace("−", "-")
        for sign in {self.currency, currency_sign(self.currency)}:
            plain = plain.removeprefix(sign).removesuffix(sign)
        if not plain.isascii() or not _AMOUNT.fullmatch(plain):
            raise ValueError(sentence)
        try:
            amount = parse_money(plain, self.currency)
        except UnclearAmount:
            raise ValueError(_named(self, UNCLEAR_AMOUNT)) from None
        except (ValueError, ArithmeticError):
            raise ValueError(sentence) from None
        if abs(amount.cents) > MOST_CENTS:
            raise ValueError(_("Enter a smaller amount for “%(label)s”", label=self.label.text))
        return amount

    def as_text(self, value: Any) -> str:
        if not isinstance(value, Money):
            return super().as_text(value)
        return typed_money(value)

    def check(self) -> None:
        is_below = self.data.cents < 0 and not self.allow_negative
        if is_below and self.allow_zero:
            raise StopValidation(_("Enter zero or more for “%(label)s”", label=self.label.text))
        if is_below or (self.data.cents == 0 and not self.allow_zero):
            raise StopValidation(_("Enter more than zero for “%(label)s”", label=self.label.text))


class DateField(OfficeField):
    """A day in three boxes, posted as ``name-day``, ``name-month``, ``name-year`` (or whole as ``name=2026-09-01``)."""

    kind = "date"
    DAY_PARTS = ("day", "month", "year")
    PARTS: tuple[str, ...] = DAY_PARTS
    """The boxes."""
    says: Text | None = None
    """What the page says of what was typed, below the boxes."""

    def __init__(self, label: Text = "", **kwargs: Any):
        self.parts: dict[str, str] = dict.fromkeys(self.PARTS, "")
        self.wrong_parts: tuple[str, ...] = ()
        super().__init__(label, **kwargs)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(None, *args, **kwargs)
        if formdata is None:
            return
        names = {part: f"{self.name}-{part}" for part in self.PARTS}
        if any(name in formdata for name in names.values()):
            posted = {part: _first_text(formdata, name) for part, name in names.items()}
        else:
            posted = self.parts_of(_first_text(formdata, self.name)) if self.name in formdata else {}
        self.parts = {part: clean_line(posted.get(part, "")[:40]) for part in self.PARTS}
        self.raw = self.as_raw()
        self.raw_data = [self.raw]
        self.data = None
        try:
            self.data = self.read(self.raw) if self.raw else None
        except ValueError as refused:
            self.process_errors.append(refused.args[0])

    def process_data(self, value: Any) -> None:
        self.data = value if isinstance(value, date) else None
        day = (str(self.data.day), str(self.data.month), f"{self.data.year:04d}") if self.data else ("", "", "")
        self.parts = dict(zip(self.PARTS, day, strict=True))
        self.raw = self.as_raw()

    def parts_of(self, whole: str) -> dict[str, str]:
        """The boxes of a day that was posted in one text."""
        parts = whole.split("-", 2)
        return dict(zip(reversed(self.DAY_PARTS), parts, strict=False)) if len(parts) == 3 else {"day": whole}

    def as_raw(self) -> str:
        return "/".join(self.parts.values()) if any(self.parts.values()) else ""

    def read(self, _raw: str) -> date:
        label = self.label.text
        self.wrong_parts = tuple(part for part in self.DAY_PARTS if not self.parts[part])
        if self.wrong_parts:
            raise ValueError(_MISSING_PARTS[self.wrong_parts](label))
        wrong = tuple(part for part in self.DAY_PARTS if not re.fullmatch(r"[0-9]{1,4}", self.parts[part]))
        if not wrong and len(self.parts["year"]) != 4:
            self.wrong_parts = ("year",)
            raise ValueError(_("Enter a year of four figures for “%(label)s”, like 2027", label=label))
        try:
            found = date(*(int(self.parts[part]) for part in reversed(self.DAY_PARTS) if not wrong))
        except (ValueError, TypeError):
            self.wrong_parts = wrong or self.DAY_PARTS
            raise ValueError(_("Enter a real date for “%(label)s”, like 27 3 2027", label=label)) from None
        if not 1900 <= found.year <= 2199:
            self.wrong_parts = ("year",)
            raise ValueError(_("Enter a year between 1900 and 2199 for “%(label)s”", label=label))
        return found

    @property
    def target_id(self) -> str:
        return f"{self.id}-{(self.wrong_parts or self.PARTS)[0]}"

    @property
    def boxes(self) -> list[tuple[str, Text, str, int, bool]]:
        """(part, label, text, width, whether it is wrong) of the three boxes."""
        wrong = self.wrong_parts or self.PARTS if self.errors else ()
        return [
            ("day", _("Day"), self.parts["day"], 2, "day" in wrong),
            ("month", _("Month"), self.parts["month"], 2, "month" in wrong),
            ("year", _("Year"), self.parts["year"], 4, "year" in wrong),
        ]


_MISSING_PARTS: dict[tuple[str, ...], Callable[[Text], Sentence]] = {
    ("day",): lambda label: _("Enter the day for “%(label)s”", label=label),
    ("month",): lambda label: _("Enter the month for “%(label)s”", label=label),
    ("year",): lambda label: _("Enter the year for “%(label)s”", label=label),
    ("day", "month"): lambda label: _("Enter the day and the month for “%(label)s”", label=label),
    ("day", "year"): lambda label: _("Enter the day and the year for “%(label)s”", label=label),
    ("month", "year"): lambda label: _("Enter the month and the year for “%(label)s”", label=label),
}


def _named(field: OfficeField, reason: Sentence) -> Sentence:
    return say_of(field.label.text, reason)


def _first_text(formdata: Any, name: str) -> str:
    return next((value for value in formdata.getlist(name) if isinstance(value, str)), "")
