"""The region register."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base, state_column
from vouchers.regions.states import RegionState


class Region(Base):
    """A partner region: it grants from its own money, paid from its own account."""

    __tablename__ = "region"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RegionState] = mapped_column(state_column(RegionState))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    """``BE-WAL``."""
    name: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    office_name: Mapped[str]
    street: Mapped[str]
    building: Mapped[str]
    post_code: Mapped[str]
    town: Mapped[str]
    email: Mapped[str]
    account_holder: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"-/{self.code}"
