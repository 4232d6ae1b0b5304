"""Whether what the region can give ends before a place: only then may a letter say that it does. Pure."""

from __future__ import annotations

from enum import StrEnum

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.rules.ranking import Place, Standing


class Shortage(StrEnum):
    """What ends before a place."""

    MONEY = "money"
    VOUCHERS = "vouchers"


SAID: dict[Shortage | None, Sentence] = {
    Shortage.MONEY: _("The money of the region does not reach it."),
    Shortage.VOUCHERS: _("The region has given as many vouchers as it may before its place."),
}
"""What the letter says of it."""


def shortage_of(place: Place | None, slots: int | None) -> Shortage | None:
    """What ends before this place; None where its standing does not say that anything does.

    Args:
        slots: how many vouchers the quota leaves once those above it have theirs; None without a quota.
    """
    if place is None or place.standing is not Standing.BEYOND:
        return None
    return Shortage.VOUCHERS if slots == 0 else Shortage.MONEY


def ensure_said(shortage: Shortage | None, reason: str) -> None:
    """Whoever puts a place on the reserve list that is not beyond the money says why: the letter has nothing else.

    Raises:
        RuleBroken: there is no reason; field ``reason``.
    """
    if shortage is None and not reason.strip():
        raise RuleBroken(
            _("The money does not end before its place: say why it goes to the reserve list. The applicant reads it."),
            field="reason",
        )
