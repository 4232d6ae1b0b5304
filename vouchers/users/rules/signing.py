"""A typed name that stands for a signature is the name of the person who types it."""

from __future__ import annotations

import re
import unicodedata

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

_LETTERS = str.maketrans({"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
"""What no decomposition takes apart."""


def is_same_person(typed: str, name: str) -> bool:
    """Whether both are one name, whatever the case, accents, spaces, hyphens and the order of first and last name."""
    one, other = plain_words(typed), plain_words(name)
    turned = {"".join(other[n:] + other[:n]) for n in range(len(other))}
    return bool(one) and (sorted(one) == sorted(other) or "".join(one) in turned)


def ensure_own_name(typed: str, name: str, *, field: str) -> None:
    """Refuse to sign with another name than that of the account.

    Args:
        name: of the account.
    """
    if not is_same_person(typed, name):
        raise RuleBroken(
            _(
                "Sign with the name of your account: %(name)s. If this is not your name, change it first: "
                "“Your account”, “Your details”.",
                name=name,
            ),
            field=field,
        )


def plain_words(name: str) -> list[str]:
    """The words of a text, without case, accents and marks."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return re.findall(r"[^\W_]+", "".join(letter for letter in apart if not unicodedata.combining(letter)))
