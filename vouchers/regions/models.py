"""The region register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, column, select, table, union
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

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

    programmes: Mapped[list[PaidProgramme]] = relationship(
        primaryjoin=lambda: Region.id == foreign(PaidProgramme.region_id),
        order_by=lambda: PaidProgramme.programme,
        viewonly=True,
    )
    """Those that its account pays for."""

    @property
    def name(self) -> Text:
        """What people call it."""
        return Text.of(self.names)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"-/{self.code}"

    @property
    def scopes(self) -> list[str]:
        """What its account pays for: whoever is over one of these sees it; without any, whoever is over all."""
        return [f"{one.programme}/{self.code}" for one in self.programmes] or [f"/{self.code}"]


def _paid_programmes() -> Any:
    """The programmes stand on a floor above this one, so their tables are known by name."""
    programme = table("programme", column("id"), column("code"))
    call = table("call", column("id"), column("programme_id"))
    envelope = table("envelope", column("call_id"), column("region_id"))
    batch = table("payment_batch", column("programme_id"), column("region_id"))
    granted = select(envelope.c.region_id.label("region_id"), programme.c.code.label("programme")).select_from(
        envelope.join(call, call.c.id == envelope.c.call_id).join(programme, programme.c.id == call.c.programme_id)
    )
    paid = select(batch.c.region_id, programme.c.code).select_from(
        batch.join(programme, programme.c.id == batch.c.programme_id)
    )
    return union(granted, paid).subquery("paid_programme")


class PaidProgramme(Base):
    """A programme that a region's account pays for: it has money in it, or was paid from there. Read only."""

    __table__ = _paid_programmes()
    __mapper_args__ = {"primary_key": [__table__.c.region_id, __table__.c.programme]}
    if TYPE_CHECKING:
        region_id: Mapped[int]
        programme: Mapped[str]
