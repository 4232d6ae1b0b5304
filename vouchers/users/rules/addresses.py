"""Email addresses and names as we keep them."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def ensure_email(text: str) -> str:
    """The address in lower case. Whether it exists only a letter can tell. Raises `RuleBroken`."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise RuleBroken(_bad_address(), field="email") from None
    if "." not in found.domain or len(found.normalized) > 254 or len(found.local_part) > 64:
        raise RuleBroken(_bad_address(), field="email")
    return found.normalized.lower()


def _bad_address() -> Sentence:
    return _("Enter an email address in the correct format, like name@example.com")
