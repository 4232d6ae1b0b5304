"""The table of audit packs; the file itself is a document of the pack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.audit.models import AuditSeal
from vouchers.core.database import Base, state_column
from vouchers.packs.states import PackState
from vouchers.users.models import User


class Pack(Base):
    """What was taken away: by whom, of which programme and region, up to which seal."""

    __tablename__ = "audit_pack"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PackState] = mapped_column(state_column(PackState))
    version: Mapped[int]
    programme: Mapped[str | None]
    """Code; None: all."""
    region: Mapped[str | None]
    """Code; None: all of the programme."""
    since_id: Mapped[int | None] = mapped_column(ForeignKey("audit_seal.id"))
    """The seal that it continues from; None: from the beginning."""
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("audit_seal.id"))
    """The seal that it reaches, once it is built."""
    done: Mapped[int] = mapped_column(default=0)
    """Of `STEPS`."""
    failure: Mapped[str] = mapped_column(default="")
    """Why it could not be built."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """None: a command on the server."""
    since: Mapped[AuditSeal | None] = relationship(foreign_keys=since_id)
    seal: Mapped[AuditSeal | None] = relationship(foreign_keys=seal_id)
    asked_by: Mapped[User | None] = relationship(foreign_keys=asked_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme or '-'}/{self.region or '-'}"
