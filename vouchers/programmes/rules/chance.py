"""How much chance is in a draw by lot: what its public source gives, and what a pool needs. Pure.

RFC 3797 (Publicly Verifiable Nominations Committee Random Selection), section 3.3: a source should have as many bits of
chance as it takes for every choice out of the pool to come out, the binary logarithm of the number of choices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import comb, factorial, prod

LITTLE = 20
"""Bits. With fewer there are less than a million outcomes: whoever makes the pool or the secret can try them all."""
_OF = re.compile(r"\b(\d{1,3}) +(?:out of|of|van|uit|von|aus|sur|parmi|af|ud af|/) +(\d{1,4})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expected:
    """So many different numbers from 1 to the highest one: ``6 of 45``."""

    count: int
    highest: int


def read_expected(text: str) -> tuple[Expected, ...]:
    """What a text says that a source gives: ``6 of 45 + 1 of 10``. Empty where it does not say it in this way."""
    found = (Expected(int(number), int(highest)) for number, highest in _OF.findall(text))
    return tuple(one for one in found if 0 < one.count <= one.highest)


def bits_given(expected: Sequence[Expected]) -> int | None:
    """The bits of chance in a source, rounded down; None where it is not known."""
    return prod(comb(one.highest, one.count) for one in expected).bit_length() - 1 if expected else None


def bits_needed(pool: int, places: int) -> int:
    """How many bits of chance a source must have so that every choice of `places` out of `pool` can come out."""
    return (comb(pool, places) - 1).bit_length()


def bits_needed_for_order(pool: int) -> int:
    """The same for every order of the whole pool, down to the end of the reserve list."""
    return (factorial(pool) - 1).bit_length()


def largest_pool(bits: int) -> int:
    """The largest pool of which every choice can come out, however many are chosen: half of it is the worst case."""
    return next(pool for pool in count(1) if bits_needed(pool + 1, (pool + 1) // 2) > bits)
