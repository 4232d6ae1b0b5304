"""Many at once, each by itself: what is refused for one leaves the others as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vouchers.core.errors import Refused
from vouchers.core.text import Sentence


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one of many."""

    reference: str
    who: str
    is_done: bool
    sentence: Sentence | str


def tell(reference: str, who: str, act: Callable[[], object], done: Sentence) -> Told:
    """Do one of many, and say what came of it."""
    try:
        act()
    except Refused as refused:
        return Told(reference, who, is_done=False, sentence=refused.sentence)
    return Told(reference, who, is_done=True, sentence=done)
