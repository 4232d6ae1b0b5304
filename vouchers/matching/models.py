"""The tables of matching."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.experts.models import Expert
from vouchers.matching.states import BidAnswer, BidState, PairState, RunState, WishState
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.users.models import User

_BUSY = "state IN ('asked', 'running', 'giving')"


class MatchingRun(Base):
    """Who marks what, asked for once for a region of a call or for all of them, reckoned by a job."""

    __tablename__ = "matching_run"
    __table_args__ = (
        Index(
            "uq_matching_run_busy",
            "call_id",
            "place",
            unique=True,
            postgresql_where=text(_BUSY),
            sqlite_where=text(_BUSY),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(state_column(RunState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    """None: all regions of the call."""
    place: Mapped[str]
    """The region's code, ``-`` for all."""
    each: Mapped[int | None]
    """Experts for each application; None: as its instrument says."""
    most: Mapped[int | None]
    """Applications of the call for each expert at most, beside what the expert takes; None: no more than that."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    attempt: Mapped[int] = mapped_column(default=0)
    """How often the reckoning was begun; only the last one may report."""
    stage: Mapped[str] = mapped_column(default="")
    step: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    fingerprint: Mapped[str] = mapped_column(default="")
    """SHA-256 of all that the result depends on."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Totals in millionths: see `rules.proposing.Proposal`."""
    lacks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Why it cannot be done, as `rules.explaining.Lack`."""
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_at: Mapped[datetime | None]
    """By when the experts are to hand in their marks."""
    call: Mapped[Call] = relationship()
    region: Mapped[Region | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=asked_by_id)
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=confirmed_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.place}"


class MatchingPair(Base):
    """One proposed pair, why it fits, and what became of it. Written and changed in the steps of its run."""

    __tablename__ = "matching_pair"
    __table_args__ = (UniqueConstraint("run_id", "application_id", "expert_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("matching_run.id"))
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    state: Mapped[PairState] = mapped_column(state_column(PairState))
    worth: Mapped[int]
    """In millionths."""
    reason: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As `rules.reasons.say_reasons` reads it."""
    refusal: Mapped[str] = mapped_column(default="")
    """Why it was not assigned."""
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()


class Wish(Base):
    """A manager wants a pair in every proposal, or in none."""

    __tablename__ = "wish"
    __table_args__ = (
        Index(
            "uq_wish_open",
            "application_id",
            "expert_id",
            unique=True,
            postgresql_where=text("state <> 'dropped'"),
            sqlite_where=text("state <> 'dropped'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[WishState] = mapped_column(state_column(WishState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope


class Bid(Base):
    """How gladly an expert would mark an application, in the expert's own word."""

    __tablename__ = "bid"
    __table_args__ = (UniqueConstraint("application_id", "expert_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[BidState] = mapped_column(state_column(BidState))
    version: Mapped[int]
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    answer: Mapped[BidAnswer] = mapped_column(state_column(BidAnswer))
    answered_at: Mapped[datetime]
    application: Mapped[Application] = relationship()
    expert: Mapped[Expert] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.application.scope
