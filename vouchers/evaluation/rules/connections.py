"""Which marks can be compared: experts and applications as a graph whose links are the marks.

A harsh expert and a weak application look the same unless somebody else has marked one of the two. So marks compare two
applications only where a chain of common experts leads from one to the other. The pieces between which no chain leads
are called islands here. They are found by union-find with path halving (Tarjan and van Leeuwen, J. ACM 31, 1984).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

NAMED = 5
"""How many of a group are named before the rest are counted."""


@dataclass(frozen=True, slots=True)
class Island:
    """Experts and applications that marks connect with one another, each in the order in which they first appear."""

    experts: tuple[Hashable, ...]
    applications: tuple[Hashable, ...]


class Unconnected(RuleBroken):
    """The marks fall into islands, so the model has no single solution."""

    def __init__(self, islands: Sequence[Island], names: Mapping[Any, str] | None = None):
        super().__init__(say_unconnected(islands, names or {}))
        self.islands = tuple(islands)


def find_islands(pairs: Iterable[tuple[Hashable, Hashable]]) -> list[Island]:
    """The islands of (expert, application) pairs, the largest first; equals by their first appearance."""
    above: dict[tuple[bool, Hashable], tuple[bool, Hashable]] = {}

    def top(node: tuple[bool, Hashable]) -> tuple[bool, Hashable]:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for expert, application in pairs:
        one, other = top((True, expert)), top((False, application))
        if one != other:
            above[other] = one
    groups: dict[tuple[bool, Hashable], tuple[list[Hashable], list[Hashable]]] = {}
    for node in above:
        experts, applications = groups.setdefault(top(node), ([], []))
        (experts if node[0] else applications).append(node[1])
    found = [Island(tuple(experts), tuple(applications)) for experts, applications in groups.values()]
    return sorted(found, key=lambda island: -len(island.applications))


def ensure_connected(islands: Sequence[Island], names: Mapping[Any, str] | None = None) -> None:
    """All marks hang together.

    Args:
        names: how an expert (``("expert", key)``) or an application (``("application", key)``) is called.

    Raises:
        Unconnected: they do not; the sentence names the groups and says what would connect them.
    """
    if len(islands) > 1:
        raise Unconnected(islands, names)


def say_unconnected(islands: Sequence[Island], names: Mapping[Any, str]) -> Sentence:
    """Why the marks cannot be compared, which groups stand apart, and what would connect them."""
    first, second, rest = islands[0], islands[1], len(islands) - 2
    said: dict[str, Any] = {
        "experts": _named("expert", first.experts, names),
        "applications": _named("application", first.applications, names),
        "others": _named("expert", second.experts, names),
        "other_applications": _named("application", second.applications, names),
    }
    if rest:
        return _(
            "Harsh and mild experts cannot be told apart, because the marks fall into %(count)s groups that no expert "
            "connects. In one, %(experts)s marked %(applications)s; in another, %(others)s marked "
            "%(other_applications)s. One expert of each group who also marks an application of another group would "
            "connect them.",
            count=len(islands),
            **said,
        )
    return _(
        "Harsh and mild experts cannot be told apart, because the marks fall into two groups that no expert connects: "
        "%(experts)s marked %(applications)s, and %(others)s marked %(other_applications)s. One expert of either group "
        "who also marks an application of the other would connect them.",
        **said,
    )


def _named(kind: str, keys: Sequence[Hashable], names: Mapping[Any, str]) -> Sentence | str:
    told = [names.get((kind, key), str(key)) for key in keys[:NAMED]]
    if len(keys) > NAMED:
        return _("%(names)s and %(count)s more", names=", ".join(told), count=len(keys) - NAMED)
    return ", ".join(told)
