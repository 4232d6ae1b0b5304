"""Lifecycles as data: which verb leads from which states to which, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_UNLABELLED = Sentence("", {})


class State(StrEnum):
    """A state or another closed word: the value that is stored, the label that people read, the colour of its tag."""

    label: Sentence
    colour: str

    def __new__(cls, value: str, label: Sentence = _UNLABELLED, colour: str = "grey") -> State:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.colour = colour
        return member


Policy = Callable[[Any, Any], Sentence | None]
"""(actor, subject) -> None when allowed, else the reason why not, in a sentence for the actor."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: a verb, the states it may start from, the state it ends in (None: an edit), and who may."""

    kind: str
    verb: str
    sources: frozenset[StrEnum]
    target: StrEnum | None
    allowed: Policy
    label: Sentence

    @property
    def tag(self) -> str:
        """``claim.approve``: the name on the audit event and its journals."""
        return f"{self.kind}.{self.verb}"

    @property
    def is_creation(self) -> bool:
        """Whether the row brings a subject into being."""
        return not self.sources

    @property
    def is_reminder(self) -> bool:
        """Whether the row only writes a letter: what somebody has read of the subject still holds."""
        return self.verb == "remind"

    def is_left_behind_by(self, subject: Any) -> bool:
        """Whether the subject stands where this row cannot start. False for what lives by another table."""
        state = getattr(subject, "state", None)
        return state not in self.sources and any(type(source) is type(state) for source in self.sources)

    def is_still_to_come(self, subject: Any) -> bool:
        """Whether the subject stands before every state from which this row starts, in the order in which the states
        are written down, and steps lead from there to one of them."""
        state: StrEnum = subject.state
        order: list[StrEnum] = list(type(state))
        if not all(source in order and order.index(state) < order.index(source) for source in self.sources):
            return False
        return bool(self.sources & ALL_LIFECYCLES[self.kind].reachable_from(state))


def not_yet(subject: Any) -> Sentence:
    """What somebody reads who comes to a step too early."""
    return _("This step cannot be done yet: it is now “%(state)s”.", state=subject.state.label)


Row = tuple[Iterable[StrEnum], StrEnum | None, Policy, Sentence]

ALL_LIFECYCLES: dict[str, Lifecycle] = {}
"""Every lifecycle of the program by kind, filled as the packages are imported; docs and architecture tests read it."""


def kind_of(subject: Any) -> str | None:
    """The kind of subject that the record and the lifecycles know it by; None for what has no lifecycle."""
    state = type(getattr(subject, "state", None))
    for kind, lifecycle in ALL_LIFECYCLES.items():
        if any(type(row.target) is state for row in lifecycle.transitions.values() if row.target is not None):
            return kind
    return None


def list_confidential() -> list[str]:
    """The kinds of subjects that no list of the record shows."""
    return sorted(kind for kind, lifecycle in ALL_LIFECYCLES.items() if lifecycle.is_confidential)


class Lifecycle:
    """The table of one kind of subject; its rows are read as attributes: ``CLAIM.approve``."""

    def __init__(self, kind: str, table: dict[str, Row], *, is_confidential: bool = False):
        """`is_confidential`: few people know of its subjects; lists of the record leave its events out."""
        self.kind = kind
        self.is_confidential = is_confidential
        self.transitions = {
            verb: Transition(kind, verb, frozenset(sources), target, allowed, label)
            for verb, (sources, target, allowed, label) in table.items()
        }
        ALL_LIFECYCLES[kind] = self

    def __getattr__(self, verb: str) -> Transition:
        try:
            transitions: dict[str, Transition] = self.__dict__["transitions"]
            return transitions[verb]
        except KeyError:
            raise AttributeError(f"{self.__dict__.get('kind')} has no transition {verb!r}") from None

    def reachable_from(self, state: StrEnum) -> set[StrEnum]:
        """The states to which steps lead from one, itself included."""
        found, before = {state}, set[StrEnum]()
        while found != before:
            before = set(found)
            found |= {row.target for row in self.transitions.values() if row.target and row.sources & before}
        return found

    def open_to(self, actor: Any, subject: Any) -> list[Transition]:
        """The rows that this person may use on this subject now; pages draw their buttons from it."""
        return [
            row
            for row in self.transitions.values()
            if subject.state in row.sources and row.allowed(actor, subject) is None
        ]

    def is_open_to(self, actor: Any, subject: Any, verb: str) -> bool:
        """Whether this person may use this verb on this subject now."""
        row = self.transitions[verb]
        return subject.state in row.sources and row.allowed(actor, subject) is None
