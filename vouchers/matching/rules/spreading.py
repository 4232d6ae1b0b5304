"""How a choice is spread over the experts: by region, by new and seasoned, and which pairs earned the bonus for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from vouchers.matching.rules.inputs import Person
from vouchers.matching.rules.problem import Chosen, Problem


def find_earners(problem: Problem, pairs: Chosen) -> dict[tuple[int, int], int]:
    """The pairs that earned the bonus for the first expert of a kind: ``(application, expert)`` -> millionths.

    Of experts of one kind at the same application the most fitting one counts as the first, so that all that is
    found here sums up to `problem.bonuses_of`.
    """
    firsts: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in sorted(pairs.pairs(), key=lambda pair: (-int(problem.worth[pair]), pair)):
        firsts.setdefault((row, int(problem.kind[column])), (row, column))
    return {pair: int(problem.firsts[group]) for group, pair in firsts.items() if problem.firsts[group]}


def spread_of(people: Sequence[Person], pairs: Chosen) -> dict[str, Any]:
    """How many of the pool were chosen, and for how many places, as it is stored.

    Returns:
        ``kinds``: ``[region, whether seasoned, in the pool, chosen, places]`` by region, new before seasoned;
        ``most`` and ``fewest``: places of one chosen expert, 0 without any.
    """
    places = Counter(pairs.experts.tolist())
    kinds: dict[tuple[str, bool], list[int]] = {}
    for column, person in enumerate(people):
        counts = kinds.setdefault((person.region, person.is_seasoned), [0, 0, 0])
        counts[0] += 1
        counts[1] += column in places
        counts[2] += places[column]
    return {
        "kinds": [[*kind, *counts] for kind, counts in sorted(kinds.items())],
        "most": max(places.values(), default=0),
        "fewest": min(places.values(), default=0),
    }
