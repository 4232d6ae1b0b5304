"""Numbers without gaps: one row per series, counted up under its lock inside the step that uses the number."""

from __future__ import annotations

from sqlalchemy import text

from vouchers.core.database import db, in_unit

_NEXT = text(
    "INSERT INTO counter (series, last) VALUES (:series, :many) "
    "ON CONFLICT (series) DO UPDATE SET last = counter.last + :many RETURNING last"
)
_SERIES_LOCK = 20_260_901
"""The first half of the keys by which PostgreSQL knows the locks of series."""
_HOLD = text("SELECT pg_advisory_xact_lock(:lock, hashtext(:prefix))")


def next_number(series: str) -> int:
    """The next number of a series, from 1. Rolled back with the step, so no number is ever missing."""
    return next_numbers(series, 1)[0]


def next_numbers(series: str, many: int) -> range:
    """The next `many` (at least 1) numbers of a series at once."""
    if not in_unit():
        raise RuntimeError("numbers are given out inside a step")
    last = int(db.session.execute(_NEXT, {"series": series, "many": many}).scalar_one())
    return range(last - many + 1, last + 1)


def numbered(prefix: str, year: int, *, digits: int = 4) -> str:
    """``numbered("IN2", 2026)`` -> ``IN2-2026-0031``."""
    series = f"{prefix}-{year}"
    return f"{series}-{next_number(series):0{digits}d}"


def hold_series(prefix: str) -> None:
    """Let nobody else come past here with this prefix before the step has ended, whatever the year.

    What the step reads from the clock after this is later than in every step that held it before. On SQLite the unit
    of work holds the office's only write turn from its beginning.
    """
    if not in_unit():
        raise RuntimeError("series are held inside a step")
    if db.engine.dialect.name == "postgresql":
        db.session.execute(_HOLD, {"lock": _SERIES_LOCK, "prefix": prefix})
