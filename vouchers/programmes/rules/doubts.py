"""What to think about before a draw is published: how much chance there is in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.chance import LITTLE, bits_given, largest_pool, read_expected
from vouchers.programmes.rules.selection_plan import Draw


def list_doubts(draw: Draw) -> Iterator[Sentence]:
    """What its coordinator should look at once more; none for a source with enough chance and a secret beside it."""
    bits = bits_given(read_expected(str(draw.numbers)))
    if bits is None:
        yield _(
            "The text does not say in figures, like 6 of 45, which numbers the source gives, so nobody can tell how "
            "much chance is in them (RFC 3797, section 3.3)."
        )
        return
    if bits < LITTLE:
        yield _(
            "The source gives only %(bits)s bits of chance: so few outcomes can all be tried out beforehand. Choose "
            "one with more numbers.",
            bits=bits,
        )
    if not draw.has_secret:
        yield _(
            "No secret of the office counts in this draw. The %(bits)s bits of chance of the source let every choice "
            "come out among at most %(pool)s applications (RFC 3797, section 3.3); among more, some choices cannot.",
            bits=bits,
            pool=largest_pool(bits),
        )
