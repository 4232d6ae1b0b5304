"""By what two accounts look as if they belonged to one person. Pure.

It is a sign and no proof: who bears a colleague's name may go on, and says why they are two persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.likenesses.states import Part, Sign
from vouchers.users.rules.signing import plain_words

FIELD = "two_persons"
"""The box for the reason, on every form of a second person."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who must be another person than whoever takes a step."""

    user: Any
    part: Part


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who looks like the person who takes a step, under another account."""

    user: Any
    part: Part
    signs: tuple[Sign, ...]

    @property
    def evidence(self) -> Sentence:
        """Who it is, what the step has to do with them, and by what the accounts are alike."""
        return _(
            "%(name)s (%(email)s) %(part)s: %(signs)s.",
            name=self.user.name,
            email=self.user.email,
            part=self.part.label,
            signs=say_signs(self.signs),
        )


def signs_between(one: Any, other: Any) -> set[Sign]:
    """By what the name and the address of two accounts are alike; nothing for one and the same account."""
    if one.id == other.id:
        return set()
    return {sign for sign, _words in _marks_of(one.name, one.email) & _marks_of(other.name, other.email)}


def once_each(others: Iterable[Other]) -> list[Other]:
    """Each account once; whoever took the first step stands for that, also where the same person is paid. A step that
    nobody has taken yet stands for nobody."""
    found: dict[int, Other] = {}
    for one in sorted(others, key=lambda other: other.part is not Part.FIRST):
        if one.user is not None:
            found.setdefault(one.user.id, one)
    return list(found.values())


def ensure_reason(found: Sequence[Found], reason: str) -> None:
    """Refuse a step of somebody who looks like another person of it and does not say why they are two."""
    if found and not reason.strip():
        raise RuleBroken(_("Say why you are two persons. %(evidence)s", evidence=found[0].evidence), field=FIELD)


def say_signs(signs: Sequence[Sign]) -> Sentence:
    """By what two accounts are alike, in one line."""
    return reduce(lambda one, more: _("%(one)s, %(more)s", one=one, more=more), [sign.label for sign in signs])


def say_all(found: Sequence[Found]) -> Sentence:
    """All that speaks against a person, in one paragraph."""
    return reduce(lambda one, more: _("%(one)s %(more)s", one=one, more=more), [one.evidence for one in found])


def join_signs(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """In one order, whatever was found first."""
    return tuple(sign for sign in Sign if sign in set(signs))


@lru_cache(maxsize=4096)
def _marks_of(name: str, email: str) -> frozenset[tuple[Sign, tuple[str, ...]]]:
    """By what somebody is known again: ``(NAME, ("eva", "muller"))``, ``(ADDRESS, ("eva", "muller"))``.

    Of two different houses only an address with a dot in it names a person: ``office@`` stands in every house. What
    follows a plus sign is one's own label, and leads to the same box.
    """
    words = _words(name)
    marks = {(Sign.NAME, words)} if words else set()
    first_part, _at, house = email.casefold().partition("@")
    first_part = first_part.partition("+")[0]
    if "." in first_part.strip("."):
        marks.add((Sign.ADDRESS, _words(first_part)))
    if first_part and house:
        marks.add((Sign.ADDRESS, (first_part.replace(".", ""), "@", house)))
    return frozenset(marks)


def _words(text: str) -> tuple[str, ...]:
    """Without accents, marks, case and order, ``ue`` for ``ü`` or not: ``("eva", "muller")`` of ``Mueller, Eva``."""
    return tuple(sorted(re.sub("(?<=[aou])e", "", word) for word in plain_words(text)))
