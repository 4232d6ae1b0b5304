"""The bank's codes and words for why it refused a payment or gave it back, as people read them."""

from __future__ import annotations

import re

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.rules.reason_codes import REASONS, say_reason

_LIKE_A_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}[0-9]{2})(?![A-Za-z0-9])")


def find_code(words: str) -> str:
    """The code that a bank wrote into its text, as banks of older formats do; empty where there is none."""
    return next((code for code in _LIKE_A_CODE.findall(words) if code in REASONS), "")


def is_known(code: str) -> bool:
    """Whether it is a code that the office can put into words."""
    return code.upper() in REASONS


def in_words(code: str, words: str = "") -> Sentence:
    """``AC04: The account is closed. (what the bank wrote)``."""
    if code and words:
        return _("%(code)s: %(meaning)s (%(words)s)", code=code, meaning=say_reason(code), words=words)
    if code:
        return _("%(code)s: %(meaning)s", code=code, meaning=say_reason(code))
    return _("%(meaning)s (%(words)s)", meaning=say_reason(""), words=words) if words else say_reason("")
