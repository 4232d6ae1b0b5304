"""Which claim for money an incoming transfer answers, by the reference that the debtor wrote. Pure.

Debtors write a reference with other separators, in small letters or with a blank in it, and banks break it over lines;
but what stands around it is set apart from it, so ``R1`` is never found in ``R12``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PIECE = re.compile(r"[A-Z0-9]+")
_MOST_PIECES = 10
"""Into so many pieces at most a reference is broken."""


@dataclass(frozen=True, slots=True)
class KnownRecovery:
    """Money that is claimed back and owed, as matching sees it."""

    id: int
    number: str
    currency: str


class Expected:
    """The references that the office waits for."""

    def __init__(self, recoveries: Iterable[KnownRecovery]) -> None:
        self._by_key = {_key(recovery.number): recovery for recovery in recoveries}

    def find(self, *texts: str) -> KnownRecovery | None:
        """The one that these texts name; None where they name none, or more than one."""
        found = self.list_named(*texts)
        return found[0] if len(found) == 1 else None

    def list_named(self, *texts: str) -> list[KnownRecovery]:
        """All that these texts name, each once."""
        if not self._by_key:
            return []
        return list({recovery.id: recovery for text in texts for recovery in self._named_in(text)}.values())

    def _named_in(self, text: str) -> Iterable[KnownRecovery]:
        pieces = _PIECE.findall(text.upper())
        for first in range(len(pieces)):
            key = ""
            for piece in pieces[first : first + _MOST_PIECES]:
                key += piece
                if key in self._by_key:
                    yield self._by_key[key]


def _key(number: str) -> str:
    return "".join(_PIECE.findall(number.upper()))
