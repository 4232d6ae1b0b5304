"""What a programme file says of the selection beyond marks and money: levels, fees, panels, draws, appeals. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from vouchers.core.localised import Text
from vouchers.core.money import Money


class FairMarks(StrEnum):
    """What marks that are corrected for harsh and mild experts are used for."""

    SHOWN = "shown"
    """Beside the raw ones, as a flag for those who decide."""
    RANKING = "ranking"
    """They order the ranking; thresholds are compared with the raw ones."""


class FeeUnit(StrEnum):
    """What an expert's fee is paid for."""

    SHEET = "sheet"
    DAY = "day"


class DrawHash(StrEnum):
    """The hash function of a draw: RFC 3797 names MD5; SHA-256 is the same procedure with a function of today."""

    SHA256 = "sha256"
    MD5 = "md5"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of expertise and of services; `within` is the code of a wider one."""

    code: str
    name: Text
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What one mark of a criterion means."""

    mark: Decimal
    text: Text


@dataclass(frozen=True, slots=True)
class Fee:
    """What an expert is paid, for each submitted sheet or for each day."""

    per: FeeUnit
    amount: Money


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel meets over the ranking; `quorum` is how many members must be present for a vote."""

    quorum: int
    has_interviews: bool = False


@dataclass(frozen=True, slots=True)
class Draw:
    """Where the chance of a draw comes from. `held_at` is the first instant at which the source's numbers are known."""

    source: Text
    source_url: str
    numbers: Text
    """Which numbers of the source, in which order of sources."""
    held_at: datetime
    hash: DrawHash = DrawHash.SHA256
    has_secret: bool = True
    """Whether a secret, committed to when the pool is frozen, is drawn in with the source's numbers."""


class Pool(StrEnum):
    """Whose admission counts where a call's vouchers are spent with a pool."""

    PROVIDERS = "providers"
    EXPERTS = "experts"


@dataclass(frozen=True, slots=True)
class SpentWith:
    """The pool with which the vouchers of a call are spent, and with nobody else; `programme` None: the call's own."""

    pool: Pool
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Appeals:
    """How a decision may be appealed in this call. `is_suspensive`: agreements wait while an appeal is open."""

    within_days: int
    is_suspensive: bool = False
