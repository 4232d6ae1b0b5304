"""A draw by lot that a stranger can repeat: RFC 3797 (Publicly Verifiable Nominations Committee Random Selection).

Section 4 of the RFC: the numbers of each source, sorted ascending, each ended by a full stop and each source by a
slash, are put together as the key. The hash of the key between two copies of a counter of two bytes, read as one
large number and divided by how many are still in the pool, leaves a remainder: the place of the next one who is drawn,
counted from zero in the list as it was published, without those drawn before. The RFC hashes with MD5, and so does
`MD5` here, to the bit; `SHA256` is the same with SHA-256. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.selection_plan import DrawHash

MOST = 65_535
"""The counter of the RFC has two bytes."""

Groups = Sequence[Sequence[Decimal]]
"""The numbers of each source."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One step of the draw, as the table in section 6 of the RFC shows it.

    Attributes:
        number: from 1. The counter that is hashed is one less.
        digest: the hash in capital hexadecimal digits.
        divisor: how many were in the pool.
        remainder: the place of the one who is drawn among those still in the pool, from zero.
        selected: the place in the pool as it was published, from one.
        name: who was drawn.
    """

    number: int
    digest: str
    divisor: int
    remainder: int
    selected: int
    name: str


def canonical(value: Decimal) -> str:
    """A number as the RFC writes it: without leading zeros and plus sign, ended by a full stop, or with a fraction that
    has no zeros at its end (``12.``, ``0.5``)."""
    whole, _dot, fraction = format(abs(value), "f").partition(".")
    return f"{whole.lstrip('0') or '0'}.{fraction.rstrip('0')}"


def keystring(groups: Groups, secret: str = "") -> str:
    """The key: each source's numbers ascending, then, where there is one, the secret as a source of letters and digits.

    The RFC advises against letters and says how they are written if they must be: capitals and digits only, ended by
    ``./``. A secret of ours is 64 capital hexadecimal digits, so it stands there as it is.
    """
    sources = ["".join(canonical(value) for value in sorted(group)) for group in groups]
    return "".join(f"{source}/" for source in [*sources, *([f"{secret}."] if secret else [])])


def draw(pool: Sequence[str], key: str, places: int | None = None, kind: DrawHash = DrawHash.SHA256) -> list[Selection]:
    """Who is drawn, in order.

    Args:
        pool: the list as it was published.
        places: how many are drawn; None: all, which puts the whole pool in order.

    Raises:
        RuleBroken: the pool is longer than the counter of the RFC counts.
    """
    ensure_drawable(len(pool))
    wanted = len(pool) if places is None else min(places, len(pool))
    return list(_select(list(enumerate(pool, start=1)), key.encode("ascii"), wanted, kind))


def _select(left: list[tuple[int, str]], key: bytes, wanted: int, kind: DrawHash) -> Iterator[Selection]:
    for index in range(wanted):
        counter = index.to_bytes(2, "big")
        digest = hashlib.new(kind.value, counter + key + counter, usedforsecurity=False).hexdigest().upper()
        divisor = len(left)
        remainder = int(digest, 16) % divisor
        selected, name = left.pop(remainder)
        yield Selection(index + 1, digest, divisor, remainder, selected, name)


def place_among(pool: Sequence[str], late: str, key: str, kind: DrawHash = DrawHash.SHA256) -> int:
    """At which place one who was left out of a pool by mistake would have been drawn, from 1.

    The same draw with the same key, once more: from the pool and this one reference, in the order of the alphabet. The
    numbers were known to nobody when the pool was made, so the chance is the one that everybody in it had.
    """
    whole = sorted([*pool, late])
    steps = _select(list(enumerate(whole, start=1)), key.encode("ascii"), min(len(whole), MOST), kind)
    return next((step.number for step in steps if step.name == late), len(whole))


def ensure_drawable(count: int) -> None:
    """The counter of the RFC reaches everybody in the pool."""
    if count > MOST:
        raise RuleBroken(
            _(
                "There are %(count)s in the pool. The procedure of RFC 3797 counts to %(most)s: draw in parts, each "
                "from a pool of its own.",
                count=count,
                most=MOST,
            )
        )
