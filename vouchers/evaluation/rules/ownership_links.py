"""Which firms belong together, read from several statements of ownership at once.

Two statements that name the same holding make one group of both companies, whichever of them stated it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vouchers.eligibility.rules.likeness import bare_name
from vouchers.evaluation.rules.conflict_facts import Body, Link


@dataclass(frozen=True, slots=True)
class Stated:
    """What one company stated: the firms linked with it, and its partner enterprises."""

    by: str
    linked: tuple[str, ...]
    partners: tuple[str, ...]


def read_stated(by: str, result: Mapping[str, Any]) -> Stated:
    """The firms of the newest year of a stored result (see `eligibility.rules.papers.write_result`).

    A firm without a name is left out: the code that stands for it may be another firm's in the next statement.
    """
    years = result.get("years") or []
    lines = [
        line
        for line in (years[-1]["lines"] if years else [])
        if bare_name(line["name"]) and line["name"] != line["code"]
    ]
    names = {why: tuple(line["name"] for line in lines if line["why"] == why) for why in ("linked", "partner")}
    return Stated(by, names["linked"], names["partner"])


class Ownership:
    """Groups of linked firms, and the partner enterprises of each."""

    def __init__(self, statements: Iterable[Stated]):
        self._parent: dict[str, str] = {}
        self._named: dict[str, tuple[str, str]] = {}
        partners: list[tuple[str, str, str]] = []
        for stated in statements:
            for name in stated.linked:
                self._join(self._know(stated.by, stated.by), self._know(name, stated.by))
            partners += [
                (self._know(stated.by, stated.by), self._know(name, stated.by), stated.by) for name in stated.partners
            ]
        self._groups: dict[str, list[str]] = defaultdict(list)
        for bare in self._parent:
            self._groups[self._root(bare)].append(bare)
        self._partners: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for one, other, stated_by in partners:
            self._partners[self._root(one)].append((other, stated_by))
            self._partners[self._root(other)].append((one, stated_by))

    def list_links(self, body: Body) -> list[Link]:
        """The other firms of the body's group, and the partner enterprises of that group with their own groups."""
        if body.bare not in self._parent:
            return []
        root = self._root(body.bare)
        linked = [self._link(one, body, True, self._named[one][1]) for one in self._groups[root] if one != body.bare]
        partners = [
            self._link(member, body, False, stated_by)
            for one, stated_by in self._partners[root]
            if self._root(one) != root
            for member in self._groups[self._root(one)]
        ]
        return [*linked, *partners]

    def _link(self, bare: str, to: Body, is_linked: bool, stated_by: str) -> Link:
        return Link(Body(self._named[bare][0]), to.name, is_linked, stated_by)

    def _know(self, name: str, stated_by: str) -> str:
        bare = bare_name(name)
        self._parent.setdefault(bare, bare)
        self._named.setdefault(bare, (name, stated_by))
        return bare

    def _join(self, one: str, other: str) -> None:
        self._parent[self._root(other)] = self._root(one)

    def _root(self, bare: str) -> str:
        while self._parent[bare] != bare:
            self._parent[bare] = bare = self._parent[self._parent[bare]]
        return bare
