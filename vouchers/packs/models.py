"""The table of audit packs; the file itself is a document of the pack."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate
from vouchers.core.database import Base, BigId, state_column
from vouchers.packs.states import PackState
from vouchers.users.models import User


class Pack(Base):
    """What was taken away: by whom, of what, up to which seal."""

    __tablename__ = "audit_pack"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PackState] = mapped_column(state_column(PackState))
    version: Mapped[int]
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("audit_mandate.id"), index=True)
    """Under which it was asked for; None: a command on the server."""
    programme: Mapped[str | None]
    """Code; None: the whole office."""
    region_codes: Mapped[list[str]] = mapped_column(JSON)
    """None of them: all regions of the programme."""
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    """The accounting days that it covers; None: whatever is in the books."""
    language: Mapped[str]
    """Of the page in it that people read."""
    since_id: Mapped[int | None] = mapped_column(ForeignKey("audit_seal.id"))
    """The seal that it continues from; None: from the beginning."""
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("audit_seal.id"))
    """The seal that it reaches, once it is built."""
    done: Mapped[int] = mapped_column(default=0)
    """Percent."""
    failure: Mapped[str] = mapped_column(default="")
    """Why it could not be built."""
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int | None] = mapped_column(BigId)
    """Of the file, in bytes."""
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    built_at: Mapped[datetime | None]
    mandate: Mapped[Mandate | None] = relationship()
    since: Mapped[AuditSeal | None] = relationship(foreign_keys=since_id)
    seal: Mapped[AuditSeal | None] = relationship(foreign_keys=seal_id)
    asked_by: Mapped[User | None] = relationship(foreign_keys=asked_by_id)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        region = self.region_codes[0] if len(self.region_codes) == 1 else "-"
        return f"{self.programme or '-'}/{region}"
