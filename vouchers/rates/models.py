"""The tables of rates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, BigId, state_column
from vouchers.rates.states import RateImportState


class RateImport(Base):
    """A file of the Commission: read, shown line by line, and loaded once it is confirmed."""

    __tablename__ = "rate_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RateImportState] = mapped_column(state_column(RateImportState))
    version: Mapped[int]
    filename: Mapped[str]
    sha256: Mapped[str]
    text: Mapped[str]
    """The file as it was read."""
    month: Mapped[date | None]
    """Of a file that does not name it."""
    lines: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    """Why rates that were loaded before are other ones now."""
    read_at: Mapped[datetime]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """None: a command on the server."""
    loaded_at: Mapped[datetime | None]
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    scope = "-/-"
    """The rates are the same for every programme."""


class Rate(Base):
    """How many units of a currency one euro is worth in a month. What was corrected stays, marked."""

    __tablename__ = "rate"
    __table_args__ = (
        CheckConstraint("is_current = (replaced_at IS NULL)", name="replaced_once"),
        Index(
            "uq_rate_current", "currency", "month", unique=True,
            postgresql_where=text("is_current"), sqlite_where=text("is_current"),
        ),
        Index("ix_rate_month", "month"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("rate_import.id"), index=True)
    currency: Mapped[str]
    month: Mapped[date]
    """Its first day."""
    units_text: Mapped[str]
    """As the Commission wrote it, with a point: exact, where a database's numbers are not."""
    is_current: Mapped[bool] = mapped_column(default=True)
    replaced_at: Mapped[datetime | None]
    rate_import: Mapped[RateImport] = relationship()

    @property
    def units(self) -> Decimal:
        """Units for one euro."""
        return Decimal(self.units_text)
