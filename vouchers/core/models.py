"""The core's own tables: number series, words that were held for their writer, pages that were sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from vouchers.core.database import Base


class Counter(Base):
    """The last number given out in a series."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class HeldForm(Base):
    """What a person had typed when the session had ended, or when another language was chosen; erased after a day."""

    __tablename__ = "held_form"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    held_at: Mapped[datetime] = mapped_column(index=True)


class SpentPage(Base):
    """What a person asked for by sending a page was done: who asked for what, as a hash; erased after three days."""

    __tablename__ = "spent_page"
    request_hash: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str]
    spent_at: Mapped[datetime] = mapped_column(index=True)
