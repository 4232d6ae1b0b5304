"""Whether two accounts look as if they belonged to one person. Pure.

It is a sign and no proof: what rests on it asks a third person, and accuses nobody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any


def looks_like(person: Any, others: Iterable[Any]) -> Any | None:
    """Whoever of these bears the same name, or the same first part of an email address, under another account."""
    own = _signs_of(person.name, person.email)
    return next((other for other in others if other.id != person.id and own & _signs_of(other.name, other.email)), None)


@lru_cache(maxsize=4096)
def _signs_of(name: str, email: str) -> frozenset[tuple[str, ...]]:
    """By what somebody is known again: ``("name", "eva", "muller")``, ``("email", "eva", "muller")``.

    Only an address with a dot in it names a person: ``office@`` stands in every house.
    """
    words = sorted(_plain(name).split())
    signs = {("name", *words)} if words else set()
    first_part = email.partition("@")[0].partition("+")[0]
    if "." in first_part.strip("."):
        signs.add(("email", *sorted(_plain(first_part).split())))
    return frozenset(signs)


def _plain(text: str) -> str:
    """Without accents, marks and case: ``Müller-Lüdenscheidt`` is ``muller ludenscheidt``."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return "".join(one if one.isalnum() else " " for one in bare)
