"""What a reader chose to look at, always within the reader's mandate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted
from vouchers.core.tables import left_out
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate


@dataclass(frozen=True, slots=True)
class Choice:
    """One programme and what of it; "" stands for all that the mandate covers. The lists are what can be chosen."""

    programme: str
    region: str
    call: str
    instrument: str
    """``*``: what is not set aside for one kind."""
    first: date | None
    last: date | None
    programmes: dict[str, str]
    """Code and name of each that the mandate reaches."""
    regions: list[Region]
    """Those of the mandate that take part in a call of the programme; all of the mandate before its first call."""
    calls: list[Call]
    instruments: list[Instrument]
    covers_all_regions: bool
    currency: str
    """Of the programme's money."""
    problem: Sentence | None
    """What of the address was not understood, so that nothing is narrowed by it."""

    @property
    def programme_name(self) -> str:
        """How people call the programme."""
        return self.programmes.get(self.programme, "")

    @property
    def region_codes(self) -> list[str] | None:
        """The regions to narrow to; None when the mandate covers all and none was chosen."""
        if self.region:
            return [self.region]
        return None if self.covers_all_regions else [region.code for region in self.regions]

    @property
    def parameters(self) -> dict[str, str]:
        """The address parameters that read back as this choice."""
        named = {
            "programme": self.programme,
            "region": self.region,
            "call": self.call,
            "instrument": self.instrument,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {name: value for name, value in named.items() if value}

    @property
    def call_id(self) -> int | None:
        """The chosen call's id, as the worklist of applications wants it."""
        return next((call.id for call in self.calls if call.code == self.call), None)

    def of_funds(self, *, with_instrument: bool = True) -> dict[str, Any]:
        """As `ledger.queries.within` wants it."""
        narrowed: dict[str, Any] = {"programme": self.programme, "regions": self.region_codes}
        if self.call:
            narrowed["call"] = self.call
        if self.instrument and with_instrument:
            narrowed["instrument"] = self.instrument
        return narrowed

    def of_applications(self, statement: Any) -> Any:
        """Narrow a statement that has `Application` in it, by ids alone: no table is joined."""
        calls = [call.id for call in self.calls if self.call in ("", call.code)]
        statement = statement.where(Application.call_id.in_(calls), Application.submitted_at.is_not(None))
        if self.region_codes is not None:
            wanted = [region.id for region in self.regions if region.code in self.region_codes]
            statement = statement.where(Application.region_id.in_(wanted))
        if self.instrument and self.instrument != "*":
            ids = [instrument.id for instrument in self.instruments if instrument.code == self.instrument]
            statement = statement.where(Application.instrument_id.in_(ids))
        return statement


def choose(args: Mapping[str, str], mandate: Mandate) -> Choice:
    """Read the address; unknown values fall back to all. Four small queries.

    Raises:
        NotPermitted: a region or programme outside the mandate is asked for.
    """
    known = {one.code: one.plan for one in db.session.scalars(select(Programme).order_by(Programme.id.desc()))}
    programmes = {code: plan.name.for_reader() for code, plan in known.items() if mandate.covers_programme(code)}
    asked = args.get("programme", "")
    if asked in known and asked not in programmes:
        raise NotPermitted(OUTSIDE)
    programme = asked if asked in programmes else next(iter(programmes), "")
    covered = mandate.regions_in(programme)
    all_regions = list(db.session.scalars(select(Region).order_by(Region.plain_name)))
    regions = [region for region in all_regions if covered is None or region.code in covered]
    region = args.get("region", "")
    if region in {other.code for other in all_regions} - {own.code for own in regions}:
        raise NotPermitted(OUTSIDE)
    of_programme = select(Programme.id).where(Programme.code == programme).scalar_subquery()
    calls = list(db.session.scalars(select(Call).where(Call.programme_id == of_programme).order_by(Call.opens_at)))
    taking_part = {code for call in calls for code in call.plan.regions}
    regions = [own for own in regions if own.code in taking_part] if calls else regions
    instruments = list(
        db.session.scalars(select(Instrument).where(Instrument.programme_id == of_programme).order_by(Instrument.id))
    )
    chosen = {
        "programme": _one_of(asked, [*programmes]),
        "region": _one_of(region, [own.code for own in regions]),
        "call": _one_of(args.get("call", ""), [call.code for call in calls]),
        "instrument": _one_of(args.get("instrument", ""), [*(one.code for one in instruments), "*"]),
    }
    days = {name: _day(args.get(name, "")) for name in ("from", "to")}
    return Choice(
        programme=programme,
        region=chosen["region"],
        call=chosen["call"],
        instrument=chosen["instrument"],
        first=days["from"],
        last=days["to"],
        programmes=programmes,
        regions=regions,
        calls=calls,
        instruments=instruments,
        covers_all_regions=covered is None,
        currency=known[programme].currency if programme else "EUR",
        problem=_problem(args, chosen | days),
    )


OUTSIDE = _("This belongs to another region or programme, so you may not see it.")


def _problem(args: Mapping[str, str], read: Mapping[str, Any]) -> Sentence | None:
    first, last = read["from"], read["to"]
    if first and last and first > last:
        return _("The first day is after the last, so nothing lies between them.")
    return left_out([clean_line(args[name][:200]) for name, found in read.items() if args.get(name) and not found])


def _one_of(value: str, values: list[str]) -> str:
    return value if value in values else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
