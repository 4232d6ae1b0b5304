"""The tables of panels, votes and interviews."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application
from vouchers.core.database import Base, BigId, state_column
from vouchers.panels.states import Choice, InterviewState, PanelState, VoteKind, VoteState
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.users.models import User


class Panel(Base):
    """A session of people over the ranking of a region in a call."""

    __tablename__ = "panel"
    __table_args__ = (CheckConstraint("quorum > 0", name="quorum_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PanelState] = mapped_column(state_column(PanelState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    """Where it meets: a room, or the address of a video meeting."""
    meets_at: Mapped[datetime]
    quorum: Mapped[int]
    agenda: Mapped[list[int]] = mapped_column(JSON, default=list)
    """The applications in their order by marks, as it was when the session was opened."""
    minutes: Mapped[str] = mapped_column(default="")
    approved_by_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Who has approved the minutes as they stand."""
    reminded_at: Mapped[datetime | None]
    """When its members were last reminded of the minutes."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()
    seats: Mapped[list[PanelSeat]] = relationship(back_populates="panel", order_by="PanelSeat.id")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    def seat_of(self, user_id: int | None) -> PanelSeat | None:
        """The seat of a person."""
        return next((seat for seat in self.seats if seat.user_id == user_id and not seat.is_empty), None)

    @property
    def sitting(self) -> list[PanelSeat]:
        """The seats that are taken."""
        return [seat for seat in self.seats if not seat.is_empty]

    @property
    def present(self) -> list[PanelSeat]:
        """Who is present."""
        return [seat for seat in self.sitting if seat.is_present]

    @property
    def chair_id(self) -> int | None:
        """Who leads it."""
        return next((seat.user_id for seat in self.sitting if seat.is_chair), None)


class PanelSeat(Base):
    """A member of a panel, and the applications from which that member is recused."""

    __tablename__ = "panel_seat"
    __table_args__ = (UniqueConstraint("panel_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    is_chair: Mapped[bool] = mapped_column(default=False)
    is_present: Mapped[bool] = mapped_column(default=True)
    is_empty: Mapped[bool] = mapped_column(default=False)
    """Taken back before the session."""
    recusals: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """``{application id: why}``: found by the office, or said by the member."""
    panel: Mapped[Panel] = relationship(back_populates="seats")
    user: Mapped[User] = relationship()
    found_ids = frozenset[int]()
    """What the office finds against this member at this moment, where somebody has looked; not stored."""

    @property
    def recused_ids(self) -> set[int]:
        """The applications that this member neither sees nor votes on."""
        return {int(key) for key in self.recusals} | self.found_ids


class PanelVote(Base):
    """A proposal about one application, and what became of it."""

    __tablename__ = "panel_vote"
    __table_args__ = (
        Index(
            "uq_panel_vote_open",
            "panel_id",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[VoteState] = mapped_column(state_column(VoteState))
    version: Mapped[int]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"))
    kind: Mapped[VoteKind] = mapped_column(state_column(VoteKind))
    place: Mapped[int | None]
    """The place to move to, from 1."""
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    panel: Mapped[Panel] = relationship()
    application: Mapped[Application] = relationship()
    proposed_by: Mapped[User] = relationship()
    ballots: Mapped[list[PanelBallot]] = relationship(
        back_populates="vote", order_by="PanelBallot.id", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.panel.scope


class PanelBallot(Base):
    """What one member says in one vote; changed until the vote is closed."""

    __tablename__ = "panel_ballot"
    __table_args__ = (UniqueConstraint("vote_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("panel_vote.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    choice: Mapped[Choice] = mapped_column(state_column(Choice))
    cast_at: Mapped[datetime]
    vote: Mapped[PanelVote] = relationship(back_populates="ballots")
    user: Mapped[User] = relationship()


class Interview(Base):
    """A talk of the panel with one applicant."""

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="has_length"),
        Index(
            "uq_interview_standing",
            "panel_id",
            "application_id",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
            sqlite_where=text("state <> 'cancelled'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[InterviewState] = mapped_column(state_column(InterviewState))
    version: Mapped[int]
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    application_id: Mapped[int] = mapped_column(BigId, ForeignKey("application.id"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    questions: Mapped[str] = mapped_column(default="")
    """What the applicant is asked to answer in writing beforehand."""
    wish: Mapped[str] = mapped_column(default="")
    """Why another time is asked for, and which."""
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    notes: Mapped[str] = mapped_column(default="")
    """For the panel alone."""
    panel: Mapped[Panel] = relationship()
    application: Mapped[Application] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.panel.scope
