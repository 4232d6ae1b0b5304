"""The region register."""

from __future__ import annotations

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base, state_column
from vouchers.core.localised import Text
from vouchers.regions.states import RegionState


class Region(Base):
    """A partner region: it grants from its own money, paid from its own account."""

    __tablename__ = "region"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RegionState] = mapped_column(state_column(RegionState))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    """``BE-WAL``."""
    plain_name: Mapped[str] = mapped_column("name")
    """In the first language of its programme: for the books and for files, which read the same for everybody."""
    names: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """``[[language, name], ...]``, the first language first; a name in one language is said in all."""
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
    def name(self) -> Text:
        """What people call it."""
        return Text.of(self.names)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"-/{self.code}"
