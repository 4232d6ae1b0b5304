"""The tables of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, state_column
from vouchers.organisations.states import BankAccountState, MemberRole, MembershipState, OrganisationState
from vouchers.regions.models import Region
from vouchers.users.models import User

if TYPE_CHECKING:
    from vouchers.experts.models import Expert
    from vouchers.providers.models import Provider


class Organisation(Base):
    """An SME (or another body) that applies, with the partner region that it belongs to."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index(
            "uq_organisation_vat_number",
            "vat_number",
            unique=True,
            postgresql_where=text("vat_number <> ''"),
            sqlite_where=text("vat_number <> ''"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[OrganisationState] = mapped_column(state_column(OrganisationState))
    version: Mapped[int]
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    country: Mapped[str]
    vat_number: Mapped[str] = mapped_column(default="")
    register_number: Mapped[str] = mapped_column(default="")
    is_person: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A natural person who trades in their own name: nothing of whom is published but the region."""
    street: Mapped[str]
    building: Mapped[str]
    post_code: Mapped[str]
    town: Mapped[str]
    website: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    region: Mapped[Region] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation", order_by="Membership.id")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"-/{self.region.code}"

    def role_of(self, user_id: int | None) -> MemberRole | None:
        """The role of an active member, None for others."""
        for membership in self.memberships:
            if (
                membership.user_id is not None
                and membership.user_id == user_id
                and membership.state == MembershipState.ACTIVE
            ):
                return membership.role
        return None

    def is_signatory(self, user_id: int | None) -> bool:
        """Whether this person is an active member who may sign for the organisation."""
        return any(
            membership.is_signatory
            for membership in self.memberships
            if membership.user_id is not None
            and membership.user_id == user_id
            and membership.state == MembershipState.ACTIVE
        )


class Membership(Base):
    """A person who acts for an organisation, or was invited to."""

    __tablename__ = "membership"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[MembershipState] = mapped_column(state_column(MembershipState))
    version: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[MemberRole] = mapped_column(state_column(MemberRole))
    invited_at: Mapped[datetime]
    is_signatory: Mapped[bool] = mapped_column(default=False)
    """Whether the member may sign for the organisation."""
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    user: Mapped[User | None] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.organisation.scope


def _one_confirmed(column: str) -> Index:
    is_confirmed = text("state = 'confirmed'")
    return Index(
        f"uq_bank_account_confirmed_{column}",
        column,
        unique=True,
        postgresql_where=is_confirmed,
        sqlite_where=is_confirmed,
    )


class BankAccount(Base):
    """An account of an organisation, of a provider outside the office, or of an expert.

    Paid to only once a second person has confirmed it. The other two registers stand on floors above this one, so their
    tables are known by name.
    """

    __tablename__ = "bank_account"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN provider_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN expert_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
        _one_confirmed("organisation_id"),
        _one_confirmed("provider_id"),
        _one_confirmed("expert_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[BankAccountState] = mapped_column(state_column(BankAccountState))
    version: Mapped[int]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id"), index=True)
    holder: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[User] = relationship(foreign_keys=proposed_by_id)
    organisation: Mapped[Organisation | None] = relationship()
    provider: Mapped[Provider | None] = relationship("Provider")
    expert: Mapped[Expert | None] = relationship("Expert")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        owner = self.organisation or self.provider or self.expert
        assert owner is not None  # the database sees to it
        return owner.scope

    @property
    def owner_name(self) -> str:
        """Whose account it is."""
        if self.organisation is not None:
            return self.organisation.name
        if self.provider is not None:
            return self.provider.name
        assert self.expert is not None
        return self.expert.user.name
