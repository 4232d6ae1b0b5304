"""The tables of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, column, false, select, table, text, union
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

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
        CheckConstraint(
            "(asked_name IS NULL) = (asked_at IS NULL) AND (asked_name IS NULL) = (asked_by_id IS NULL)",
            name="asked_whole",
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
    asked_name: Mapped[str | None]
    """Another name, asked for while money is live: papers and payments keep the present one until it is confirmed."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime | None]
    name_refusal: Mapped[str] = mapped_column(default="", server_default="")
    """Why the last name that was asked for was refused, until another one is asked for."""
    region: Mapped[Region] = relationship()
    asked_by: Mapped[User | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation", order_by="Membership.id")
    dealings: Mapped[list[Dealing]] = relationship(
        primaryjoin=lambda: Organisation.id == foreign(Dealing.organisation_id),
        order_by=lambda: (Dealing.programme, Dealing.region),
        viewonly=True,
    )

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"-/{self.region.code}"

    @property
    def scopes(self) -> list[str]:
        """Where it has to do with the office; and its own region's staff, where they are over all programmes."""
        return [*(f"{one.programme}/{one.region}" for one in self.dealings), f"/{self.region.code}"]

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


def _dealings() -> Any:
    """All of it stands on floors above this one, so the tables are known by name."""
    organisation = table("organisation", column("id"), column("region_id"))
    region = table("region", column("id"), column("code"))
    programme = table("programme", column("id"), column("code"))
    call = table("call", column("id"), column("programme_id"))
    places = ("organisation_id", "region_id")
    application = table("application", *map(column, (*places, "call_id", "submitted_at")))
    payable = table("payable", *map(column, (*places, "programme_id", "provider_id")))
    provider = table("provider", *map(column, ("id", "organisation_id", "programme_code")))
    enrolment = table("enrolment", *map(column, ("organisation_id", "pool_call_id", "submitted_at")))
    pool_call = table("pool_call", column("id"), column("programme_code"))

    def dealing(owner: Any, programme_code: Any, joined: Any) -> Any:
        found = select(owner.label("organisation_id"), programme_code.label("programme"), region.c.code.label("region"))
        return found.select_from(joined).where(owner.is_not(None))

    applied = application.join(call, call.c.id == application.c.call_id)
    applied = applied.join(programme, programme.c.id == call.c.programme_id)
    owed = payable.join(programme, programme.c.id == payable.c.programme_id)
    in_region = region.c.id == payable.c.region_id
    seated = organisation.join(region, region.c.id == organisation.c.region_id)
    enrolled = enrolment.join(pool_call, pool_call.c.id == enrolment.c.pool_call_id)
    return union(
        dealing(
            application.c.organisation_id,
            programme.c.code,
            applied.join(region, region.c.id == application.c.region_id),
        ).where(application.c.submitted_at.is_not(None)),
        dealing(payable.c.organisation_id, programme.c.code, owed.join(region, in_region)),
        dealing(
            provider.c.organisation_id,
            programme.c.code,
            owed.join(region, in_region).join(provider, provider.c.id == payable.c.provider_id),
        ),
        dealing(
            provider.c.organisation_id,
            provider.c.programme_code,
            provider.join(seated, organisation.c.id == provider.c.organisation_id),
        ),
        dealing(
            enrolment.c.organisation_id,
            pool_call.c.programme_code,
            enrolled.join(seated, organisation.c.id == enrolment.c.organisation_id),
        ).where(enrolment.c.submitted_at.is_not(None)),
    ).subquery("dealing")


class Dealing(Base):
    """A programme and region in which an organisation applied, enrolled, provides or is paid. Read only."""

    __table__ = _dealings()
    __mapper_args__ = {"primary_key": [__table__.c.organisation_id, __table__.c.programme, __table__.c.region]}
    if TYPE_CHECKING:
        organisation_id: Mapped[int]
        programme: Mapped[str]
        region: Mapped[str]


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

    @property
    def scopes(self) -> list[str]:
        """What a role must cover one of."""
        return self.organisation.scopes


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
    def scopes(self) -> list[str]:
        """What a role must cover one of."""
        return self.organisation.scopes if self.organisation is not None else [self.scope]

    @property
    def owner_name(self) -> str:
        """Whose account it is."""
        if self.organisation is not None:
            return self.organisation.name
        if self.provider is not None:
            return self.provider.name
        assert self.expert is not None
        return self.expert.user.name
