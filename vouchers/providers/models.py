"""The table of service providers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, state_column
from vouchers.organisations.models import Organisation
from vouchers.providers.rules.offers import Service, read_stored
from vouchers.providers.states import ProviderState


class Provider(Base):
    """An organisation that does the work that vouchers of a programme pay."""

    __tablename__ = "provider"
    __table_args__ = (
        Index(
            "uq_provider_name",
            "programme_code",
            "name",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
            sqlite_where=text("state <> 'ended'"),
        ),
        Index(
            "uq_provider_vat_number",
            "programme_code",
            "vat_number",
            unique=True,
            postgresql_where=text("state <> 'ended' AND vat_number <> ''"),
            sqlite_where=text("state <> 'ended' AND vat_number <> ''"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ProviderState] = mapped_column(state_column(ProviderState))
    version: Mapped[int]
    programme_code: Mapped[str]
    name: Mapped[str]
    country: Mapped[str]
    region_code: Mapped[str] = mapped_column(default="")
    """The partner region it sits in, if one."""
    vat_number: Mapped[str] = mapped_column(default="")
    register_number: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    """For the office; the public page does not show it."""
    fields: Mapped[list[Any]] = mapped_column(JSON)
    """Codes of the programme's taxonomy."""
    services: Mapped[list[Any]] = mapped_column(JSON)
    """What it offers at which price; read by `offers`."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation of this office that it is, where it is one; its members are the provider's people."""
    accredited_until: Mapped[date | None]
    """The last day of the accreditation; None while accredited: without an end."""
    reminded_days: Mapped[int | None]
    """How many days before the end the last reminder was due."""
    suspended_because: Mapped[str] = mapped_column(default="")
    registered_at: Mapped[datetime]
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/-"

    @property
    def offers(self) -> tuple[Service, ...]:
        """What it offers."""
        return read_stored(self.services)
