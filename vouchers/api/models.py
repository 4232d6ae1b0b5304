"""The tables of the interface for finance systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.api.states import Right, TokenState
from vouchers.core.database import Base, BigId, state_column
from vouchers.regions.models import Region
from vouchers.users.models import User


class ApiToken(Base):
    """The key of one finance system to one region. It is shown once; here is its hash."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[TokenState] = mapped_column(state_column(TokenState))
    version: Mapped[int]
    name: Mapped[str]
    """Which system uses it."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    beginning: Mapped[str]
    """Its first letters, so that people tell one from another."""
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    programme_code: Mapped[str | None]
    """None: every programme of the region."""
    rights_json: Mapped[list[str]] = mapped_column("rights", JSON)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    expires_at: Mapped[datetime]
    """From this moment on it opens nothing."""
    used_at: Mapped[datetime | None]
    """About when it was used last: noted every few minutes at the most."""
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    region: Mapped[Region] = relationship()
    issued_by: Mapped[User] = relationship(foreign_keys=[issued_by_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code or '-'}/{self.region.code}"

    @property
    def rights(self) -> frozenset[Right]:
        """What it opens."""
        return frozenset(Right(word) for word in self.rights_json)


class ApiReceipt(Base):
    """What a request that changed something was answered; the same request is answered so again. Never changed."""

    __tablename__ = "api_receipt"
    __table_args__ = (UniqueConstraint("token_id", "key"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key: Mapped[str]
    """The idempotency key that the finance system chose."""
    fingerprint: Mapped[str]
    """SHA-256 over the address and the body in canonical JSON."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    step_id: Mapped[str]
    """The step of the record in which it happened."""
    answered_at: Mapped[datetime]
