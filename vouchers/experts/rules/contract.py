"""The text of a contract with an expert, for its page and its file, in English, the binding language. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from vouchers.audit.canonical import canonical_json
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Section:
    """A part under one heading: running text, then facts (label, value), then points."""

    heading: str
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What differs from one contract to another."""

    number: str
    programme: str
    office: str
    office_email: str
    expert: str
    expert_email: str
    employer: str
    daily_rate: Money | None
    from_on: date
    until_on: date


def write_terms(facts: ContractFacts) -> dict[str, Any]:
    """The whole text in plain values; `read_sections` gives its parts."""
    sections = (_parties(facts), _work(), _pay(facts), _duties(), _ending(facts))
    return {
        "title": f"Contract with an expert of {facts.programme}",
        "number": facts.number,
        "office": {"name": facts.office, "email": facts.office_email},
        "expert": facts.expert,
        "sections": [
            {"heading": one.heading, "texts": list(one.texts), "facts": [list(pair) for pair in one.facts],
             "points": list(one.points)}
            for one in sections
        ],
    }  # fmt: skip


def _parties(facts: ContractFacts) -> Section:
    known = (
        ("Contract", facts.number),
        ("Office", facts.office),
        ("Expert", facts.expert),
        ("Email address", facts.expert_email),
        ("Employer", facts.employer),
        ("From", _day(facts.from_on)),
        ("Until", _day(facts.until_on)),
    )
    return Section("1. Parties and term", facts=known)


def _work() -> Section:
    return Section(
        "2. Work",
        (
            "The office asks the expert for each application separately. The expert may refuse any of them.",
            "The expert marks what was accepted by the criteria of the call, in person, by the day that was agreed.",
        ),
    )


def _pay(facts: ContractFacts) -> Section:
    if facts.daily_rate is None:
        return Section("3. Pay", ("The text of each call says what is paid for its marks. Nothing else is paid.",))
    return Section(
        "3. Pay",
        ("Where the text of a call says nothing else, work is paid by the day.",),
        (("Daily rate", str(facts.daily_rate)),),
    )


def _duties() -> Section:
    return Section(
        "4. Duties",
        points=(
            "The expert declares before reading an application whether there is a conflict of interest, and says so at "
            "once where one appears later.",
            "The expert declares all interests once a year.",
            "What the expert learns of applications stays secret, also after this contract has ended.",
            "The expert is not a provider in a call for which the expert marks, and does not work for one.",
        ),
    )


def _ending(facts: ContractFacts) -> Section:
    return Section(
        "5. End",
        (
            f"The contract ends on {_day(facts.until_on)}. Either side may end it earlier, in writing, with a reason. "
            "Work that was accepted before is finished and paid.",
        ),
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def read_sections(terms: dict[str, Any]) -> list[Section]:
    """The parts of a stored text, in their order."""
    return [
        Section(
            one["heading"],
            tuple(one["texts"]),
            tuple((str(label), str(value)) for label, value in one["facts"]),
            tuple(one["points"]),
        )
        for one in terms["sections"]
    ]


def fingerprint_of(terms: dict[str, Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of the text."""
    return hashlib.sha256(canonical_json(terms)).hexdigest()


def ensure_same_text(posted: str, sha256: str) -> None:
    """What is accepted is what was shown. Raises `RuleBroken`."""
    if posted != sha256:
        raise RuleBroken(
            _("The contract on your screen is not the one that is offered. Open the page again and read it.")
        )
