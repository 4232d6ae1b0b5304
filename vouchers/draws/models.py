"""The table of draws by lot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vouchers.applications.models import Application, Recusal
from vouchers.applications.states import RecusalState
from vouchers.core.database import Base, db, state_column
from vouchers.core.localised import Text
from vouchers.draws.rules.lots import Selection, draw, place_among
from vouchers.draws.rules.pool import pool_text
from vouchers.draws.states import DrawState
from vouchers.organisations.models import Membership
from vouchers.organisations.states import MembershipState
from vouchers.programmes.models import Call
from vouchers.programmes.rules.chance import Expected
from vouchers.programmes.rules.selection_plan import DrawHash
from vouchers.regions.models import Region


class Draw(Base):
    """A draw by lot: its frozen pool, its public source, the numbers as typed, and its result.

    Everything in it but `sealed_secret` is public, on its own page.
    """

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("call_id", "region_id", "instruments", "round"),
        CheckConstraint("state <> 'drawn' OR keystring IS NOT NULL", name="drawn_has_key"),
        Index("ix_draw_state_held", "state", "held_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DrawState] = mapped_column(state_column(DrawState))
    version: Mapped[int]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    instruments: Mapped[str]
    """The codes of the list's instruments, joined by ``+``."""
    round: Mapped[int]
    """The round of a continuous call; 0 in a call without rounds."""
    references: Mapped[list[str]] = mapped_column(JSON)
    """Who is drawn among, in the order of the alphabet."""
    places: Mapped[int]
    """How many are drawn, in order; as many as are in the pool puts all of them in order."""
    sha256: Mapped[str]
    """Of `rules.pool.pool_text`."""
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_held_elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the pool comes from before draws were held here; its awards then name their draw in words."""
    source: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """The public source in several languages (`core.localised.Text`); empty before it is named."""
    source_url: Mapped[str] = mapped_column(default="", server_default="")
    numbers: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    """Which of its numbers count, in several languages."""
    expected: Mapped[list[list[int]]] = mapped_column(JSON, default=list, server_default="[]")
    """``[[6, 45]]`` where they are six of 45; empty where nobody said."""
    held_at: Mapped[datetime | None]
    """When the source draws its numbers."""
    hash: Mapped[DrawHash] = mapped_column(
        state_column(DrawHash), default=DrawHash.SHA256, server_default=DrawHash.SHA256
    )
    announced_at: Mapped[datetime | None]
    commitment: Mapped[str | None]
    """SHA-256 of the secret, in hex, published when the source was named; None without a secret."""
    sealed_secret: Mapped[str | None]
    """The secret encrypted with the office's field key until the draw is run. Never enters the record."""
    secret: Mapped[str | None]
    """The secret once it is revealed: 64 capital hexadecimal digits."""
    typed: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    """The numbers as they were typed, of each source."""
    typed_at: Mapped[datetime | None]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    corrected: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    correction_reason: Mapped[str] = mapped_column(default="", server_default="")
    corrected_at: Mapped[datetime | None]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    keystring: Mapped[str | None]
    result: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The references that were drawn, in order."""
    run_at: Mapped[datetime | None]
    run_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    first_keystring: Mapped[str | None]
    """The key of a first run that was set aside, made from the numbers as they were typed."""
    first_result: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    first_run_at: Mapped[datetime | None]
    first_run_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    set_aside_at: Mapped[datetime | None]
    set_aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    call: Mapped[Call] = relationship()
    region: Mapped[Region] = relationship()

    @property
    def scope(self) -> str:
        """Whose mandate covers it."""
        return f"{self.call.programme.code}/{self.region.code}"

    def find_tie(self, user_id: int) -> tuple[str, bool] | None:
        """The first application of the pool from which a person has to keep away, and whether by an own word (or else
        as a member of the applicant)."""
        recused = select(Recusal.application_id).where(
            Recusal.user_id == user_id, Recusal.state == RecusalState.RECUSED
        )
        member = select(Membership.organisation_id).where(
            Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE
        )
        has_stepped_back = Application.id.in_(recused)
        found = select(Application.reference, has_stepped_back).where(
            Application.call_id == self.call.id,
            Application.region_id == self.region.id,
            or_(has_stepped_back, Application.organisation_id.in_(member)),
        )
        pool = set(self.references)
        rows = db.session.execute(found.order_by(Application.reference))
        return next(((reference, bool(own)) for reference, own in rows if reference in pool), None)

    @property
    def pool_text(self) -> str:
        """The bytes, as text, of which `sha256` is the hash."""
        return pool_text(self.references)

    @property
    def source_text(self) -> Text:
        """The public source."""
        return Text.of(self.source)

    @property
    def numbers_text(self) -> Text:
        """Which of its numbers count."""
        return Text.of(self.numbers)

    @property
    def instrument_names(self) -> list[Text]:
        """Its instruments by name."""
        codes = set(self.instruments.split("+"))
        return [one.plan.name for one in self.call.programme.instruments if one.code in codes]

    @property
    def expects(self) -> tuple[Expected, ...]:
        """What the source gives, as far as it is known."""
        return tuple(Expected(count, highest) for count, highest in self.expected)

    @property
    def used(self) -> list[list[str]]:
        """The numbers that count: the corrected ones where there are some, once they are more than proposed."""
        return (None if self.is_disputed else self.corrected) or self.typed or []

    @property
    def counted_by_id(self) -> int | None:
        """Who typed them."""
        return self.corrected_by_id if self.corrected and not self.is_disputed else self.typed_by_id

    @property
    def is_disputed(self) -> bool:
        """Whether it was run, and somebody has proposed other numbers."""
        return self.state is DrawState.DISPUTED

    @property
    def steps(self) -> list[Selection]:
        """The draw step by step; empty before it is run."""
        return self._steps_of(self.keystring)

    @property
    def first_steps(self) -> list[Selection]:
        """Those of a first run that was set aside; else empty."""
        return self._steps_of(self.first_keystring)

    def _steps_of(self, key: str | None) -> list[Selection]:
        return [] if key is None else draw(self.references, key, self.places, self.hash)

    @property
    def places_drawn(self) -> dict[str, int]:
        """Reference -> the place at which it was drawn, from 1; empty before the draw is run."""
        return {reference: number for number, reference in enumerate(self.result or [], start=1)}

    def place_of_late(self, reference: str) -> int | None:
        """Where one that came to a drawn list later stands (`rules.lots.place_among`); None while it is not drawn here,
        and for who is in its pool."""
        if self.keystring is None or self.result is None or reference in self.references:
            return None
        return place_among(self.references, reference, self.keystring, self.hash)
