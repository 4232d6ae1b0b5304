"""The tables of calls for a pool."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Base, BigId, state_column
from vouchers.organisations.models import Organisation
from vouchers.pools.rules.terms import PoolTerms, read_terms
from vouchers.pools.states import EnrolmentState, PoolCallState, PoolImportState, PoolKind
from vouchers.users.models import User

_OPEN = "state IN ('draft', 'submitted')"


class PoolCall(Base):
    """A call by which a programme looks for experts or for providers."""

    __tablename__ = "pool_call"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_first"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PoolCallState] = mapped_column(state_column(PoolCallState))
    version: Mapped[int]
    programme_code: Mapped[str] = mapped_column(index=True)
    kind: Mapped[PoolKind] = mapped_column(state_column(PoolKind))
    title: Mapped[str]
    summary: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The last instant that counts."""
    time_zone: Mapped[str]
    months: Mapped[int]
    """For how long those who are admitted are."""
    asks: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Criteria, further questions and files; read by `terms`."""
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/-"

    @property
    def terms(self) -> PoolTerms:
        """What is asked, and by what it is judged."""
        return read_terms(self.asks)

    def is_open(self, at: datetime) -> bool:
        """Whether an enrolment can be begun and submitted; the closing second counts."""
        return (
            self.state == PoolCallState.PUBLISHED
            and self.opens_at <= at
            and at.replace(microsecond=0) <= self.closes_at
        )


class Enrolment(Base):
    """Somebody applies to stand in a pool: a person as an expert, an organisation as a provider."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_one_open",
            "pool_call_id",
            "applicant_key",
            unique=True,
            postgresql_where=text(_OPEN),
            sqlite_where=text(_OPEN),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[EnrolmentState] = mapped_column(state_column(EnrolmentState))
    version: Mapped[int]
    pool_call_id: Mapped[int] = mapped_column(ForeignKey("pool_call.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Who began it."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    applicant_key: Mapped[str]
    """``user:5`` or ``organisation:7``: one of each may be open in a call."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime]
    number: Mapped[str | None] = mapped_column(unique=True)
    """Of the receipt."""
    submitted_at: Mapped[datetime | None]
    submitted_name: Mapped[str] = mapped_column(default="")
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """``{criterion: {"mark": "3.5", "comment": text}}``."""
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    marked_at: Mapped[datetime | None]
    score_hundredths: Mapped[int | None]
    """The weighted mean of the marks, floored to hundredths, for lists."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    admitted_until: Mapped[date | None]
    reasons: Mapped[str] = mapped_column(default="")
    call: Mapped[PoolCall] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.call.scope

    @property
    def programme_code(self) -> str:
        """Whose pool it is."""
        return self.call.programme_code

    @property
    def name(self) -> str:
        """Who enrols."""
        return self.organisation.name if self.organisation is not None else self.user.name


class PoolImport(Base):
    """A file with a pool that exists elsewhere: read, shown line by line, and written once it is confirmed."""

    __tablename__ = "pool_import"
    RECORDED = frozenset({
        "id", "state", "programme_code", "kind", "filename", "encoding", "lines", "lines_done", "outcome", "read_at",
        "read_by_id", "confirmed_by_id",
    })  # fmt: skip
    """All but the file's own words, which tell of many persons: each line that is written has a step of its own."""
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PoolImportState] = mapped_column(state_column(PoolImportState))
    version: Mapped[int]
    programme_code: Mapped[str]
    kind: Mapped[PoolKind] = mapped_column(state_column(PoolKind))
    filename: Mapped[str]
    encoding: Mapped[str]
    """In which the file was read."""
    text: Mapped[str]
    """The file as it was read; empty once it is written or discarded."""
    lines: Mapped[int]
    lines_done: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How many lines came to what (``new``, ``changed``, ``same``, ``refused``), and ``faults``: [[line, why], ...]."""
    read_at: Mapped[datetime]
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme_code}/-"
