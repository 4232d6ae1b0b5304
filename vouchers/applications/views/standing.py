"""Where an application stands for the applicant, with what only the packages above know of it: each registers a teller.

A teller of the next step takes applications whose state the applicant may know, and says of which it knows better; a
teller of the past gives the moments and titles of what happened beside the application's own steps; a teller of what
is asked says what waits for the applicant's answer, and where it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.rules.next_steps import what_happens_next
from vouchers.core.text import Sentence
from vouchers.programmes.rules.instrument_plan import Evaluator

NextTeller = Callable[[Sequence[Application], datetime], Mapping[int, Sentence]]
PastTeller = Callable[[Application], Sequence[tuple[datetime, Sentence]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something on which the applicant is asked or heard."""

    said: Sentence
    link: Sentence
    href: str


AskTeller = Callable[[Sequence[Application], datetime], Mapping[int, Sequence[Asked]]]

_NEXT: list[NextTeller] = []
_PAST: list[PastTeller] = []
_ASKED: list[AskTeller] = []


def tells_next(teller: NextTeller) -> NextTeller:
    """Register a teller of the next step; of two that speak of one application, the later registered is heard."""
    _NEXT.append(teller)
    return teller


def tells_past(teller: PastTeller) -> PastTeller:
    """Register a teller of what happened."""
    _PAST.append(teller)
    return teller


def tells_asked(teller: AskTeller) -> AskTeller:
    """Register a teller of what the applicant is asked."""
    _ASKED.append(teller)
    return teller


def map_asked(applications: Sequence[Application], at: datetime) -> dict[int, list[Asked]]:
    """Application id -> what waits for the applicant's answer, or concerns what was agreed."""
    found: dict[int, list[Asked]] = {one.id: [] for one in applications}
    for teller in _ASKED:
        for key, asked in teller(applications, at).items():
            found[key].extend(asked)
    return found


def map_next_steps(applications: Sequence[Application], at: datetime) -> dict[int, Sentence]:
    """Application id -> what happens next, one sentence for the applicant."""
    told = [one for one in applications if one.is_told]
    better = {key: sentence for teller in _NEXT for key, sentence in teller(told, at).items()}
    return {
        one.id: better.get(one.id)
        or what_happens_next(one.told_state, is_marked=one.instrument.plan.evaluation is Evaluator.EXPERTS)
        for one in applications
    }


def list_besides(application: Application) -> list[tuple[datetime, Sentence]]:
    """What happened beside the application's own steps: when, and what."""
    return [line for teller in _PAST for line in teller(application)]
