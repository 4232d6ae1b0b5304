"""When each step of a draw may be taken. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Instant
from vouchers.core.text import say as _


def ensure_in_future(held_at: datetime, at: datetime, zone: str) -> None:
    """A source is named before anybody can know its numbers."""
    if held_at <= at:
        raise RuleBroken(
            _(
                "The numbers of %(moment)s may be known already. Name a drawing that is still to come.",
                moment=Instant(held_at, zone),
            ),
            field="held_at",
        )


def ensure_held(held_at: datetime, at: datetime, zone: str) -> None:
    """Numbers are typed once the source has drawn them."""
    if at < held_at:
        raise RuleBroken(
            _("The source draws on %(moment)s. Enter its numbers after that.", moment=Instant(held_at, zone)),
            field="numbers",
        )


def ensure_others(typed: Sequence[Sequence[str]], numbers: Sequence[Sequence[str]]) -> None:
    """Numbers are corrected to other ones."""
    if typed == numbers:
        raise RuleBroken(_("These are the same numbers as before."), field="numbers")


def ensure_nobody_decided(decided: int) -> None:
    """What has come out of a draw is not drawn again."""
    if decided:
        raise RuleBroken(_("Somebody of this pool is decided already, so its draw is not changed any more."))
