"""Votes: who was counted, whether enough took part, and what came out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.panels.states import Choice


@dataclass(frozen=True, slots=True)
class Count:
    """What the members said."""

    yes: int = 0
    no: int = 0
    abstain: int = 0

    @property
    def cast(self) -> int:
        """How many took part; whoever abstains takes part."""
        return self.yes + self.no + self.abstain

    @property
    def is_carried(self) -> bool:
        """More yes than no; an equal count is not carried."""
        return self.yes > self.no


def count_votes(choices: Iterable[Choice]) -> Count:
    """Add them up."""
    said = list(choices)
    return Count(said.count(Choice.YES), said.count(Choice.NO), said.count(Choice.ABSTAIN))


def ensure_quorum(count: Count, quorum: int) -> None:
    """Enough members took part in this vote.

    Raises:
        RuleBroken: with how many there are and how many are needed.
    """
    if count.cast < quorum:
        raise RuleBroken(
            _(
                "%(cast)s members have voted, and %(quorum)s are needed. Wait for the others or withdraw the proposal.",
                cast=count.cast,
                quorum=quorum,
            )
        )


def ensure_enough_present(present: int, quorum: int) -> None:
    """A session needs as many members as its quorum.

    Raises:
        RuleBroken: fewer are there.
    """
    if present < quorum:
        raise RuleBroken(
            _("%(present)s members are present, and %(quorum)s are needed.", present=present, quorum=quorum)
        )


def is_approved(approver_ids: Iterable[int], chair_id: int) -> bool:
    """The minutes stand once the chair and one more member have approved them."""
    approvers = set(approver_ids)
    return chair_id in approvers and len(approvers) > 1


REMIND_AFTER, REMIND_AGAIN = timedelta(days=3), timedelta(days=7)


def is_reminder_due(met_at: datetime, reminded_at: datetime | None, at: datetime) -> bool:
    """Whether the minutes wait too long for their approval: three days after the session, then every week."""
    return at >= (met_at + REMIND_AFTER if reminded_at is None else reminded_at + REMIND_AGAIN)
