"""The tables of programmes: what a file says, as it was read; columns repeat what is asked for often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.core.database import Amount, Base, BigId, state_column
from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.ledger.models import Fund
from vouchers.programmes.rules import form_plan, instrument_plan, plan
from vouchers.programmes.rules.restoring import restore
from vouchers.programmes.states import CallState, CorrigendumState, EnvelopeState, ProgrammeState
from vouchers.regions.models import Region

_plans: dict[tuple[str, str], Any] = {}
_ROWS_OF_THEIR_OWN: dict[str, Any] = {"regions": [], "instruments": [], "calls": []}


def _plan_of(kind: Any, digest: str, config: Callable[[], dict[str, Any]]) -> Any:
    """The dataclass for a stored plan; built once per content and process, so that a page need not load `config`."""
    key = (kind.__name__, digest)
    if key not in _plans:
        _plans[key] = restore(kind, config())
    return _plans[key]


class Programme(Base):
    """A programme: whose rules hold, who funds it."""

    __tablename__ = "programme"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ProgrammeState] = mapped_column(state_column(ProgrammeState))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The programme's part of the file (without calls, regions and instruments)."""
    source: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    """The whole file as plain values (`rules.plain`): what a draft in the browser starts from."""
    loaded_at: Mapped[datetime]
    calls: Mapped[list[Call]] = relationship(back_populates="programme")
    instruments: Mapped[list[Instrument]] = relationship(back_populates="programme", order_by="Instrument.id")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.code}/-"

    @property
    def plan(self) -> plan.ProgrammePlan:
        """What the programme file says of it: name, funder, contact, rules; its parts are rows of their own."""
        found: plan.ProgrammePlan = _plan_of(plan.ProgrammePlan, self.digest, lambda: self.config | _ROWS_OF_THEIR_OWN)
        return found


class Instrument(Base):
    """One kind of voucher of a programme."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("programme_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    code: Mapped[str]
    digest: Mapped[str]
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    programme: Mapped[Programme] = relationship(back_populates="instruments")

    @property
    def plan(self) -> instrument_plan.Instrument:
        """What the programme file says of it."""
        found: instrument_plan.Instrument = _plan_of(instrument_plan.Instrument, self.digest, lambda: self.config)
        return found


class Call(Base):
    """A call: when, for which regions and instruments, with which form and criteria."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("opens_at < closes_at", name="opens_first"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[CallState] = mapped_column(state_column(CallState))
    version: Mapped[int]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    code: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The last instant that counts: a submission at this second is in time, one second later is not."""
    time_zone: Mapped[str]
    digest: Mapped[str]
    """Of all that an applicant relies on: the call, its instruments, the rules (`plan.call_terms_digest`)."""
    config: Mapped[dict[str, Any]] = mapped_column(JSON)
    programme: Mapped[Programme] = relationship(back_populates="calls")

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.programme.code}/-"

    @property
    def plan(self) -> plan.Call:
        """What the programme file says of it."""
        found: plan.Call = _plan_of(plan.Call, self.digest, lambda: self.config)
        return found


class FormVersion(Base):
    """A form as it once stood in a call: what was submitted to it is read with its words. Never changed."""

    __tablename__ = "form_version"
    digest: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of `config` in canonical JSON; every submission names it."""
    config: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def plan(self) -> form_plan.Form:
        """The form."""
        found: form_plan.Form = _plan_of(form_plan.Form, self.digest, lambda: self.config)
        return found


class Envelope(Base):
    """A region's money in a call, for one instrument or (None) all; one ledger fund for each fund line."""

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        UniqueConstraint("call_id", "region_id", "instrument_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[EnvelopeState] = mapped_column(state_column(EnvelopeState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    instrument_code: Mapped[str] = mapped_column(default="*")
    """``*``: all instruments of the call."""
    amount_cents: Mapped[int] = mapped_column(BigId)
    """What was voted, as the file says; transfers are beside it, so that the same file loaded again changes nothing."""
    transferred_cents: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    """What came from other envelopes of the call, less what went to them."""
    currency: Mapped[str] = mapped_column(default="EUR")
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()
    funds: Mapped[list[EnvelopeFund]] = relationship(order_by="EnvelopeFund.fund_id")

    amount = Amount("amount_cents")
    transferred = Amount("transferred_cents")

    @property
    def quota(self) -> int | None:
        """The most vouchers that it carries, as the file says."""
        code = None if self.instrument_code == "*" else self.instrument_code
        found = (one for one in self.call.plan.envelopes if (one.region, one.instrument) == (self.region.code, code))
        return next((one.quota for one in found), None)

    @property
    def instrument_name(self) -> Text | None:
        """How the instrument that it is for is called; None: all of the call."""
        offered = self.call.programme.instruments
        return next((one.plan.name for one in offered if one.code == self.instrument_code), None)

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    @property
    def code(self) -> str:
        """``2026-1/BE-WAL/*``: its name in commands and in the books."""
        return "/".join((self.call.code, self.region.code, self.instrument_code))


class EnvelopeFund(Base):
    """Which ledger fund carries which line of an envelope."""

    __tablename__ = "envelope_fund"
    envelope_id: Mapped[int] = mapped_column(ForeignKey("envelope.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    amount_cents: Mapped[int] = mapped_column(BigId)
    transferred_cents: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    fund: Mapped[Fund] = relationship()

    @property
    def amount(self) -> Money:
        """This line's part of what was voted."""
        return Money(self.amount_cents, self.fund.currency)

    @property
    def transferred(self) -> Money:
        """What came to this line from other envelopes, less what went to them."""
        return Money(self.transferred_cents, self.fund.currency)


class Corrigendum(Base):
    """A dated correction of a published call: what changed, and why, in words for its applicants."""

    __tablename__ = "corrigendum"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[CorrigendumState] = mapped_column(state_column(CorrigendumState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    summary: Mapped[str]
    differences: Mapped[list[list[Any]]] = mapped_column(JSON)
    """``[[place, before, after], ...]`` as a plan stores them; `rules.telling` says them to people."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    told_through_id: Mapped[int] = mapped_column(BigId, default=0)
    """The last application whose people were told; they are told in the order of their ids."""
    is_told: Mapped[bool] = mapped_column(default=False)
    call: Mapped[Call] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return self.call.scope
