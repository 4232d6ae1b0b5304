"""How a draw is kept, and read again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from vouchers.audits.rules.drawing import StratumDraw


def stratum_as_json(drawn: StratumDraw) -> dict[str, Any]:
    """A stratum in plain values; the interval and the start as exact fractions."""
    return {
        "code": drawn.code,
        "size": drawn.size,
        "count": drawn.count,
        "cents": drawn.cents,
        "certain_count": drawn.certain_count,
        "certain_cents": drawn.certain_cents,
        "draws": drawn.draws,
        "interval": None if drawn.interval is None else str(drawn.interval),
        "start": None if drawn.start is None else str(drawn.start),
    }


def stratum_from_json(plain: Mapping[str, Any]) -> StratumDraw:
    """What `stratum_as_json` has written."""
    return StratumDraw(
        plain["code"],
        plain["size"],
        plain["count"],
        plain["cents"],
        plain["certain_count"],
        plain["certain_cents"],
        plain["draws"],
        None if plain["interval"] is None else Fraction(plain["interval"]),
        None if plain["start"] is None else Fraction(plain["start"]),
    )
