"""The tables of people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, bindparam, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core import clock
from vouchers.core.database import Base, BigId, UtcMoment, state_column
from vouchers.users.states import GrantState, Role, SessionState, UserState


class User(Base):
    """A person with an account: applicant, expert or staff."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[UserState] = mapped_column(state_column(UserState))
    version: Mapped[int]
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case."""
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="Europe/Brussels")
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    """Encrypted with the office's field key."""
    totp_last_step: Mapped[int | None] = mapped_column(BigId)
    """The time step of the last code that was accepted; no code works twice."""
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
    """When a number took the place of the name and the address, as nothing of the person had to be kept any more."""
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """The oldest account of the same person, where a coordinator found that this is another one."""
    grants: Mapped[list[RoleGrant]] = relationship(
        primaryjoin=lambda: and_(RoleGrant.user_id == User.id, RoleGrant.state == GrantState.GRANTED, is_in_time()),
        viewonly=True,
    )
    """The roles that are held at this moment: one whose time is over is none, also before anybody ends it."""

    scope = "-/-"
    is_office = False

    def holds(self, roles: Collection[Role], scope: str | None = None) -> bool:
        """Whether one of the roles is held and covers the scope ``PROGRAMME/REGION`` (None: anywhere)."""
        return any(grant.role in roles and grant.covers(scope) for grant in self.grants)

    def holds_everywhere(self, role: Role) -> bool:
        """Whether the role is held for all programmes and regions."""
        return any(grant.role == role and not grant.programme_code and not grant.region_code for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether any staff role is held."""
        return any(grant.role != Role.EXPERT for grant in self.grants)

    @property
    def is_expert(self) -> bool:
        """Whether the person is in a pool of experts."""
        return self.holds({Role.EXPERT})

    @property
    def regions(self) -> set[str] | None:
        """Codes of the regions of this person's staff roles; None is all."""
        codes = {grant.region_code for grant in self.grants if grant.role != Role.EXPERT}
        return None if None in codes else {code for code in codes if code}

    # what Flask-Login asks
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.state == UserState.ACTIVE

    def get_id(self) -> str:
        """Flask-Login's key; sessions are found by their own token, see `users.sessions`."""
        return str(self.id)


class RoleGrant(Base):
    """A role of a person in a programme (None: all) and a region (None: all)."""

    __tablename__ = "role_grant"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[GrantState] = mapped_column(state_column(GrantState))
    version: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(state_column(Role))
    programme_code: Mapped[str | None]
    region_code: Mapped[str | None]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None]
    ends_at: Mapped[datetime | None]
    """From here on it is held no more; None: until it is taken back."""
    given_for: Mapped[str] = mapped_column(default="", server_default="")
    """What it came with, such as an auditor's mandate, and goes with; empty: it stands by itself."""
    user: Mapped[User] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code or '-'}/{self.region_code or '-'}"

    def covers(self, scope: str | None) -> bool:
        """Whether this grant reaches ``PROGRAMME/REGION``; ``-`` asks for no particular one."""
        if scope is None:
            return True
        programme, _, region = scope.partition("/")
        return (self.programme_code is None or programme in ("-", self.programme_code)) and (
            self.region_code is None or region == self.region_code
        )


def is_in_time() -> ColumnElement[bool]:
    """Whether a role has not come to its end. The moment is read when the question is asked, not when it is written."""
    return or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > bindparam(None, type_=UtcMoment(), callable_=clock.now))


class UserSession(Base):
    """One sign-in on one device. The cookie holds a random token, here is its hash; ending it ends it at once."""

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_user_state", "user_id", "state"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[SessionState] = mapped_column(state_column(SessionState))
    version: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str]
    started_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    user: Mapped[User] = relationship()

    scope = "-/-"


class OneTimeToken(Base):
    """A link by email: confirm an address, accept an invitation, reset a password. Works once, until it expires."""

    __tablename__ = "one_time_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class RecoveryCode(Base):
    """A code on paper for a lost second factor; works once."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]
