"""The table of transfers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.programmes.models import Envelope
from vouchers.transfers.states import TransferState
from vouchers.users.models import User


class EnvelopeTransfer(Base):
    """Money that is to move, or has moved, from one envelope of a call to another."""

    __tablename__ = "envelope_transfer"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("source_id <> target_id", name="two_envelopes"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two_persons"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[TransferState] = mapped_column(state_column(TransferState))
    version: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("envelope.id"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("envelope.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(default="EUR")
    reason: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who approved or refused it; None when it waits or was taken back."""
    answer: Mapped[str] = mapped_column(default="")
    """Why it was refused or taken back."""
    source: Mapped[Envelope] = relationship(foreign_keys=source_id)
    target: Mapped[Envelope] = relationship(foreign_keys=target_id)
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    amount = Amount("amount_cents")

    @property
    def scope(self) -> str:
        """Whose mandate covers it: the region that gives; the one that receives reads it too (`policy.may_read`)."""
        return self.source.scope

    @property
    def reference(self) -> str:
        """``T-17``: its name in the books."""
        return f"T-{self.id}"
