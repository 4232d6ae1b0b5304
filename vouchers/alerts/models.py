"""The tables of alerts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.alerts.states import AlertState, Occasion
from vouchers.core.database import Base, BigId, state_column


class Alert(Base):
    """Somebody wants a letter when there is a new call. An ended one keeps nothing of the person."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("subscriber_email", "region_code", "instrument_code"),
        Index("ix_alert_state", "state", "asked_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[AlertState] = mapped_column(state_column(AlertState))
    version: Mapped[int]
    subscriber_email: Mapped[str | None]
    """Lower case; None once it has ended. Never enters the record."""
    region_code: Mapped[str] = mapped_column(default="")
    """Only calls in which this region takes part; empty: any."""
    instrument_code: Mapped[str] = mapped_column(default="")
    """Only calls that offer this kind of voucher; empty: any."""
    language: Mapped[str] = mapped_column(default="en")
    token_hash: Mapped[str] = mapped_column(unique=True)
    sealed_token: Mapped[str | None]
    """The token of the links in its letters, encrypted with the office's field key; None once it has ended."""
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime]
    """When the last letter about the alert itself was written."""
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    scope = "-/-"


class AlertNotice(Base):
    """That a letter about a call was written, once for each occasion."""

    __tablename__ = "alert_notice"
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"), primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    occasion: Mapped[Occasion] = mapped_column(state_column(Occasion), primary_key=True)
    told_at: Mapped[datetime]
