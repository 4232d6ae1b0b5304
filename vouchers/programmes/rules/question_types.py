"""One answer to one question: read, put into its canonical form, shown again.

Canonical forms, all of them JSON values: a text (text, long_text, email, url, choice), a list of option codes in the
order of the form (choices), true or false (yes_no, declaration), a whole number or, with decimals, its exact text
(number), ``{"cents": 400000, "currency": "EUR"}`` (money), ``"2026-10-01"`` (date). None: not answered. Those of
several parts stand in `composite_answers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import UNCLEAR_AMOUNT, UNCLEAR_NUMBER, Money, UnclearAmount, is_unclear, parse_money
from vouchers.core.text import Sentence, say_count, write
from vouchers.core.text import say as _
from vouchers.programmes.rules import composite_answers as composite
from vouchers.programmes.rules import values
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.reserved import ELSEWHERE, ELSEWHERE_LABEL, PARTNER_REGION

Answer = str | int | bool | list[Any] | dict[str, Any] | None

LONGEST_TYPED = 200_000
YES = frozenset({"yes", "true", "on", "1", "y"})
NO = frozenset({"no", "false", "off", "0", "n"})


def read_answer(question: Question, raw: Any) -> Answer:
    """The canonical form of what was typed, chosen or stored; None when nothing was.

    Reading a canonical answer again gives the same answer. A required question may be left open here, since a draft
    may be incomplete: `missing_sentence` says what a submission needs.

    Raises:
        RuleBroken: with the question's code as field.
    """
    given = _tidy(question, raw)
    if _is_nothing(given):
        return None
    answer = READERS[question.type](question, given)
    return None if _is_nothing(answer) else answer


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def is_missing(question: Question, value: Answer) -> bool:
    """Whether a submission lacks this answer; a declaration counts only when it is made."""
    if not question.is_required:
        return False
    if question.type is QuestionType.DECLARATION:
        return value is not True
    return value is None or value in ("", [], {})


def missing_sentence(question: Question) -> Sentence:
    """What the check-your-answers page says beside a missing answer."""
    label = question.label
    if question.type is QuestionType.DECLARATION:
        return _('You have to confirm: "%(question)s".', question=label)
    if question.type in {QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.YES_NO}:
        return _('Choose an answer to "%(question)s".', question=label)
    if question.type is QuestionType.TABLE:
        return _('Fill in the table "%(question)s".', question=label)
    if question.type is QuestionType.FILE:
        return _('Attach a file to "%(question)s".', question=label)
    return _('Answer the question "%(question)s".', question=label)


def show_answer(question: Question, value: Answer) -> str:
    """The answer as a person reads it. An answer to an older version of the question is shown as it stands."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, dict):
        money = _stored_money(value)
        return composite.show_parts(value) if money is None else write(money)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        if "filename" in value[0]:
            return ", ".join(str(file.get("filename", "")) for file in value)
        return composite.show_table(question, composite.rows_of(value), show_answer, read_answer)
    if isinstance(value, list):
        return ", ".join(_label(question, str(code)) for code in value)
    if question.type is QuestionType.DATE:
        return _shown_day(str(value))
    return _label(question, str(value))


def _tidy(question: Question, raw: Any) -> Any:
    if isinstance(raw, str):
        if len(raw) > LONGEST_TYPED:
            raise _broken(question, _("This text is far too long."))
        return clean_text(raw, keep_lines=question.type is QuestionType.LONG_TEXT)
    return raw


def clean_text(raw: str, *, keep_lines: bool) -> str:
    """Composed letters (NFC), no control characters, no blanks at the ends; line ends as \\n, or as blanks."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not keep_lines:
        text = text.replace("\n", " ")
    text = text.replace("\t", " ")
    if not text.isprintable():  # seldom, and looking at every letter takes long
        text = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", text).strip()


def _broken(question: Question, sentence: Sentence) -> RuleBroken:
    return RuleBroken(sentence, field=question.code)


def _typed(question: Question, given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, (str, int, Decimal, date)):
        raise _broken(question, _("This answer cannot be read."))
    if isinstance(given, int) and abs(given) > 10**15:
        raise _broken(question, _("This number is too large."))
    return str(given)


# One reader per type


def _text(question: Question, given: Any) -> str:
    text = _typed(question, given)
    if len(text) > question.max_length:
        over = len(text) - question.max_length
        raise _broken(
            question,
            say_count(
                "Your answer has %(count)s character too many: at most %(most)s are allowed.",
                "Your answer has %(count)s characters too many: at most %(most)s are allowed.",
                over,
                most=question.max_length,
            ),
        )
    return text


def _number(question: Question, given: Any) -> int | str:
    text = _typed(question, given).replace(" ", "").replace("\u00a0", "").replace(",", ".")
    if is_unclear(text) and question.decimals < 3:
        raise _broken(question, UNCLEAR_NUMBER)
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text, re.ASCII):
        raise _broken(question, _("Enter a number, such as 12."))
    number = Decimal(text)
    if number != number.quantize(Decimal(1).scaleb(-question.decimals)):
        sentence = _("Enter a number with at most %(decimals)s decimals.", decimals=question.decimals)
        raise _broken(question, sentence if question.decimals else _("Enter a whole number."))
    low = question.minimum if isinstance(question.minimum, Decimal) else Decimal(0)
    if number < low:
        raise _broken(question, _("The number must be at least %(least)s.", least=low))
    if isinstance(question.maximum, Decimal) and number > question.maximum:
        raise _broken(question, _("The number must be at most %(most)s.", most=question.maximum))
    return format(number.normalize() + 0, "f") if question.decimals else int(number)


def _money(question: Question, given: Any) -> dict[str, Any]:
    currency = question.currency or "EUR"
    amount = _stored_money(given) if isinstance(given, Mapping) else _typed_money(question, _typed(question, given))
    if amount is None or amount.currency != currency or abs(amount.cents) > values.MOST_CENTS:
        raise _broken(question, _("Enter an amount in %(currency)s, such as 4000 or 4000.50.", currency=currency))
    if amount.cents < 0:
        raise _broken(question, _("The amount cannot be below zero."))
    if isinstance(question.minimum, Money) and amount.cents < question.minimum.cents:
        raise _broken(question, _("The amount must be at least %(least)s.", least=question.minimum))
    if isinstance(question.maximum, Money) and amount.cents > question.maximum.cents:
        raise _broken(question, _("The amount must be at most %(most)s.", most=question.maximum))
    return {"cents": amount.cents, "currency": currency}


def _typed_money(question: Question, text: str) -> Money | None:
    if not re.fullmatch(r"[A-Z€ \u00a0]{0,5}-?[\d.,' \u00a0]{1,30}€?", text, re.ASCII):
        return None
    try:
        return parse_money(text, question.currency or "EUR")
    except UnclearAmount:
        raise _broken(question, UNCLEAR_AMOUNT) from None
    except (ValueError, InvalidOperation):
        return None


def _stored_money(value: Mapping[str, Any]) -> Money | None:
    cents, currency = value.get("cents"), value.get("currency")
    is_money = isinstance(cents, int) and not isinstance(cents, bool) and isinstance(currency, str)
    return Money(cents, currency) if is_money and cents is not None and currency is not None else None


def _date(question: Question, given: Any) -> str:
    if isinstance(given, Mapping):
        parts = [_tidy(question, str(given.get(part) or "")) for part in ("day", "month", "year")]
        if not any(parts):
            raise _broken(question, _("Enter a date, such as 1 10 2026."))
        text = "/".join(str(part) for part in parts)
    else:
        text = _typed(question, given)
    day = _day(text)
    if day is None:
        raise _broken(question, _("Enter a date that exists, with day, month and year, such as 1 10 2026."))
    if isinstance(question.minimum, date) and day < question.minimum:
        raise _broken(question, _("The date must be %(least)s or later.", least=_shown_day(str(question.minimum))))
    if isinstance(question.maximum, date) and day > question.maximum:
        raise _broken(question, _("The date must be %(most)s or earlier.", most=_shown_day(str(question.maximum))))
    return day.isoformat()


def _day(text: str) -> date | None:
    """``2026-10-01``, or day, month, year divided by one kind of mark."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    european = re.fullmatch(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4})", text, re.ASCII)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(european[4]), int(european[3]), int(european[1])) if european else None
    except ValueError:
        return None


def _choice(question: Question, given: Any) -> str:
    code = _typed(question, given)
    is_elsewhere = question.code == PARTNER_REGION and code == ELSEWHERE
    if not is_elsewhere and code not in {option.code for option in question.options}:
        raise _broken(question, _("Choose one of the answers that are offered."))
    return code


def _choices(question: Question, given: Any) -> list[str] | None:
    items = given if isinstance(given, (list, tuple, set, frozenset)) else [given]
    chosen = {_choice(question, _tidy(question, item)) for item in items if item is not None and item != ""}
    picked = [option.code for option in question.options if option.code in chosen]
    if picked and len(picked) < question.least:
        raise _broken(question, _("Choose at least %(least)s of these.", least=question.least))
    if question.most and len(picked) > question.most:
        raise _broken(question, _("Choose at most %(most)s of these.", most=question.most))
    return picked or None


def _yes_no(question: Question, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    word = _typed(question, given).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise _broken(question, _("Choose yes or no."))


def _email(question: Question, given: Any) -> str:
    try:
        return values.read_email(_typed(question, given))
    except values.Misread:
        raise _broken(question, _("Enter an email address, such as name@example.org.")) from None


def _url(question: Question, given: Any) -> str:
    text = _typed(question, given)
    try:
        return values.read_url(text if "://" in text else f"https://{text}")
    except values.Misread:
        raise _broken(question, _("Enter a web address, such as https://example.org.")) from None


READERS: dict[QuestionType, Callable[[Question, Any], Answer]] = {
    QuestionType.TEXT: _text,
    QuestionType.LONG_TEXT: _text,
    QuestionType.NUMBER: _number,
    QuestionType.MONEY: _money,
    QuestionType.DATE: _date,
    QuestionType.CHOICE: _choice,
    QuestionType.CHOICES: _choices,
    QuestionType.YES_NO: _yes_no,
    QuestionType.DECLARATION: _yes_no,
    QuestionType.EMAIL: _email,
    QuestionType.URL: _url,
    QuestionType.TABLE: lambda question, given: composite.read_table(question, given, read_answer),
    QuestionType.FILE: composite.read_files,
    QuestionType.ORGANISATION: composite.read_organisation,
    QuestionType.PROVIDER: composite.read_entry,
    QuestionType.EXPERT: composite.read_entry,
}


def _label(question: Question, code: str) -> str:
    for option in question.options:
        if option.code == code:
            return option.label.for_reader()
    return str(ELSEWHERE_LABEL) if question.code == PARTNER_REGION and code == ELSEWHERE else code


def _shown_day(text: str) -> str:
    day = _day(text)
    return write(day) if day else text
