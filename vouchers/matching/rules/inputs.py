"""What a run looks at: the applications, the pool, and what is known of their pairs. Free of numbers and of the web."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vouchers.matching.states import BidAnswer

Pair = tuple[int, int]
"""An application and an expert, by their ids."""


@dataclass(frozen=True)
class Case:
    """An application that needs experts. `fields` are codes of the taxonomy; `language` is a code, empty: any."""

    id: int
    reference: str
    wanted: int
    """Experts in all."""
    language: str = ""
    fields: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Person:
    """An expert who may be asked. `room`: how many more applications of the call the expert takes."""

    id: int
    name: str
    room: int
    languages: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    text: str = ""
    region: str = ""
    is_seasoned: bool = False
    """Whether the expert has handed in marks in another call."""


@dataclass(frozen=True)
class Inputs:
    """Everything that the result depends on.

    Args:
        within: the taxonomy, field -> the wider one.
        given: pairs that stand already.
        forbidden: pairs that must never be, from conflicts and earlier answers.
        pins, exclusions: what managers wish.
    """

    cases: tuple[Case, ...]
    people: tuple[Person, ...]
    within: Mapping[str, str | None] = field(default_factory=dict)
    given: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    pins: frozenset[Pair] = frozenset()
    exclusions: frozenset[Pair] = frozenset()
    bids: Mapping[Pair, BidAnswer] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all of it: two runs with the same one give the same result."""
        told = {
            "cases": [[c.id, c.wanted, c.language, c.fields, c.text] for c in self.cases],
            "people": [
                [p.id, p.room, sorted(p.languages), p.fields, p.text, p.region, p.is_seasoned] for p in self.people
            ],
            "within": sorted(self.within.items()),
            "pairs": [sorted(pairs) for pairs in (self.given, self.forbidden, self.pins, self.exclusions)],
            "bids": sorted((pair, answer.value) for pair, answer in self.bids.items()),
        }
        return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()

    @cached_property
    def case_rows(self) -> dict[int, int]:
        """Application id -> its row."""
        return {case.id: row for row, case in enumerate(self.cases)}

    @cached_property
    def person_rows(self) -> dict[int, int]:
        """Expert id -> the expert's row."""
        return {person.id: row for row, person in enumerate(self.people)}

    def given_to(self, case_id: int) -> int:
        """How many experts stand already."""
        return self._counts.get(case_id, 0)

    @cached_property
    def _counts(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for case_id, _expert in self.given:
            counts[case_id] = counts.get(case_id, 0) + 1
        return counts

    def is_allowed(self, case: Case, person: Person) -> bool:
        """Whether the pair may be, time aside."""
        pair = case.id, person.id
        return self.reads(case, person) and not self.is_barred(pair)

    def is_barred(self, pair: Pair) -> bool:
        """Whether a conflict, an earlier answer, a bid or an exclusion forbids it, or it stands already."""
        return (
            pair in self.forbidden
            or pair in self.exclusions
            or pair in self.given
            or self.bids.get(pair) is BidAnswer.CONFLICT
        )

    @staticmethod
    def reads(case: Case, person: Person) -> bool:
        """Whether the expert reads the application's language."""
        return not case.language or case.language in person.languages
