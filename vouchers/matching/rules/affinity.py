"""How well every expert fits every application, in millionths, and the whole problem in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from vouchers.matching.rules.inputs import Inputs
from vouchers.matching.rules.problem import FORBIDDEN, UNIT, Chosen, Ints, Problem, chosen
from vouchers.matching.rules.reasons import (
    BIDS,
    SHOWN_WORDS,
    SPREAD,
    UNWILLING,
    match_fields,
    nearness,
    weights_of,
)
from vouchers.matching.rules.solving import Told, nobody_listens
from vouchers.matching.rules.texts import Likeness
from vouchers.matching.states import BidAnswer

ROWS = 500
"""Applications that are reckoned together."""


@dataclass(frozen=True)
class Matched:
    """The problem of a run, with what is needed to explain it.

    Args:
        before: the worth of the experts who stand already, by application.
        wanted: experts in all, by application.
    """

    inputs: Inputs
    problem: Problem
    likeness: Likeness
    before: Ints

    @cached_property
    def wanted(self) -> Ints:
        """How many experts each application asks for in all."""
        return np.array([case.wanted for case in self.inputs.cases], dtype=np.int64)

    @cached_property
    def pins(self) -> Chosen:
        """What managers have pinned and does not stand yet, by rows."""
        return self.rows_of(self.inputs.pins - self.inputs.given)

    def rows_of(self, pairs: Any) -> Chosen:
        """Pairs of ids by rows; those outside of the problem are passed over."""
        cases, people = self.inputs.case_rows, self.inputs.person_rows
        return chosen([(cases[one], people[other]) for one, other in pairs if one in cases and other in people])

    def reason_of(self, row: int, column: int, *, bonus: int = 0) -> dict[str, Any]:
        """Why this pair fits, as it is stored: see `reasons.say_reasons`. `bonus`: what it earned for the spread."""
        case, person = self.inputs.cases[row], self.inputs.people[column]
        bid = self.inputs.bids.get((case.id, person.id))
        fields = match_fields(case.fields, person.fields, self.inputs.within)
        return {
            "fields": [list(one) for one in fields],
            "of": len(case.fields),
            "words": self.likeness.shared(row, column, SHOWN_WORDS),
            "bid": bid.value if bid else None,
            **({"pinned": True} if (case.id, person.id) in self.inputs.pins else {}),
            **({"bonus": bonus} if bonus else {}),
        }


def match(inputs: Inputs, tell: Told = nobody_listens) -> Matched:
    """Reckon the worth of every pair, block by block, and forbid what must not be."""
    likeness = Likeness([case.text for case in inputs.cases], [person.text for person in inputs.people])
    worth = np.zeros((len(inputs.cases), len(inputs.people)), dtype=np.int32)
    codes, near = _nearness(inputs)
    has_fields = np.array([bool(case.fields) for case in inputs.cases])
    weights = np.array([weights_of(bool(one)) for one in has_fields], dtype=np.float32).reshape(-1, 3)
    for start in range(0, len(inputs.cases), ROWS):
        part = slice(start, min(start + ROWS, len(inputs.cases)))
        tell("weigh", start // ROWS + 1)
        fits = weights[part, :1] * _fields(inputs, part, codes, near) + weights[part, 1:2] * likeness.between(part)
        worth[part] = np.rint((fits + weights[part, 2:] * np.float32(BIDS[None])) * UNIT)
    _add_bids(inputs, worth, weights)
    given = [(inputs.case_rows[one], inputs.person_rows[two]) for one, two in inputs.given
             if one in inputs.case_rows and two in inputs.person_rows]  # fmt: skip
    before = np.zeros(len(inputs.cases), dtype=np.int64)
    for row, column in given:
        before[row] += int(worth[row, column])
    _forbid(inputs, worth)
    kinds, numbers = _kinds(inputs)
    need = [max(0, case.wanted - inputs.given_to(case.id)) for case in inputs.cases]
    room = [max(0, person.room) for person in inputs.people]
    problem = Problem(
        worth,
        np.array(need, dtype=np.int64),
        np.array(room, dtype=np.int64),
        kinds,
        round(SPREAD * UNIT) if numbers > 1 else 0,
        tuple(sorted({(row, int(kinds[column])) for row, column in given})),
    )
    return Matched(inputs, problem, likeness, before)


def _nearness(inputs: Inputs) -> tuple[dict[str, int], Ints]:
    """The fields that applications name, and how near each is to every expert, shape (fields, experts)."""
    wanted = sorted({code for case in inputs.cases for code in case.fields})
    own = sorted({code for person in inputs.people for code in person.fields})
    near = np.array([[nearness(one, other, inputs.within) for other in own] for one in wanted], dtype=np.float32)
    found = np.zeros((len(wanted), len(inputs.people)), dtype=np.float32)
    places = {code: place for place, code in enumerate(own)}
    for column, person in enumerate(inputs.people):
        if person.fields and len(wanted):
            found[:, column] = near[:, [places[code] for code in person.fields]].max(axis=1)
    return {code: place for place, code in enumerate(wanted)}, found


def _fields(inputs: Inputs, part: slice, codes: dict[str, int], near: Ints) -> Any:
    cases = inputs.cases[part]
    if not codes:
        return np.zeros((len(cases), len(inputs.people)), dtype=np.float32)
    rows = [row for row, case in enumerate(cases) for _code in case.fields]
    columns = [codes[code] for case in cases for code in case.fields]
    shares = np.array([1 / len(case.fields) for case in cases for _code in case.fields], dtype=np.float32)
    return csr_array((shares, (rows, columns)), shape=(len(cases), len(codes))) @ near


def _add_bids(inputs: Inputs, worth: Ints, weights: Ints) -> None:
    for (case_id, expert_id), answer in inputs.bids.items():
        row, column = inputs.case_rows.get(case_id), inputs.person_rows.get(expert_id)
        if row is None or column is None or answer is BidAnswer.CONFLICT:
            continue
        more = float(weights[row, 2]) * (BIDS[answer] - BIDS[None]) * UNIT
        found = max(0, round(int(worth[row, column]) + more))
        worth[row, column] = round(found * UNWILLING) if answer is BidAnswer.NO else found


def _forbid(inputs: Inputs, worth: Ints) -> None:
    for language in sorted({case.language for case in inputs.cases if case.language}):
        rows = [row for row, case in enumerate(inputs.cases) if case.language == language]
        columns = [column for column, person in enumerate(inputs.people) if language not in person.languages]
        worth[np.ix_(rows, columns)] = FORBIDDEN
    conflicts = {pair for pair, answer in inputs.bids.items() if answer is BidAnswer.CONFLICT}
    for pair in inputs.forbidden | inputs.exclusions | inputs.given | conflicts:
        row, column = inputs.case_rows.get(pair[0]), inputs.person_rows.get(pair[1])
        if row is not None and column is not None:
            worth[row, column] = FORBIDDEN


def _kinds(inputs: Inputs) -> tuple[Ints, int]:
    """The number of each expert's kind, and how many kinds there are."""
    kinds = sorted({(person.region, person.is_seasoned) for person in inputs.people})
    number = {kind: place for place, kind in enumerate(kinds)}
    found = [number[person.region, person.is_seasoned] for person in inputs.people]
    return np.array(found, dtype=np.int64), len(kinds)
