"""The call's question on scope: does the application belong in this call at all?

Each expert answers yes or no; a no says why. The answers change no mark and no ranking. Where more than half of the
submitted answers are no, the manager is told and decides, for only the office may refuse an application.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouchers.core.errors import RuleBroken, ensure_none
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class ScopeAnswers:
    """How many experts said yes, and how many no."""

    inside: int
    outside: int

    @property
    def is_outside(self) -> bool:
        """Whether more than half of the answers say no. One to one is no majority."""
        return self.outside > self.inside


def count_scope(answers: Sequence[bool | None]) -> ScopeAnswers:
    """Put the submitted answers together; a missing one counts on neither side."""
    return ScopeAnswers(sum(one is True for one in answers), sum(one is False for one in answers))


def ensure_scope_answered(is_in_scope: bool | None, comment: str) -> None:
    """Yes, or no with a reason.

    Raises:
        RuleBroken: field ``is_in_scope`` or ``scope_comment``.
    """
    ensure_none(list_scope_gaps(is_in_scope, comment))


def list_scope_gaps(is_in_scope: bool | None, comment: str) -> Iterator[RuleBroken]:
    """What the answer lacks: itself, or the reason of a no."""
    if is_in_scope is None:
        yield RuleBroken(_("Say whether the application is within the scope of the call"), field="is_in_scope")
    elif not is_in_scope and not comment.strip():
        yield RuleBroken(_("Say why it is not within the scope of the call"), field="scope_comment")
