"""The registry of rules: each reads the facts and answers its outcome with the evidence, or None where it is silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.states import Outcome

MET, NOT_MET, UNCLEAR, NEEDS_PERSON = Outcome.MET, Outcome.NOT_MET, Outcome.UNCLEAR, Outcome.NEEDS_PERSON

Answer = tuple[Outcome, Sentence]
Reader = Callable[[Facts], Answer | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code in the findings, its name, where it comes from, and how it reads the facts."""

    code: str
    name: Sentence
    source: Sentence
    read: Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule says of one application."""

    rule: Rule
    outcome: Outcome
    evidence: Sentence


RULES: dict[str, Rule] = {}
"""By code; `formal` says in which order they are shown."""


def rule(code: str, name: Sentence, source: Sentence) -> Callable[[Reader], Reader]:
    """Enter a function into the registry."""

    def register(read: Reader) -> Reader:
        RULES[code] = Rule(code, name, source, read)
        return read

    return register
