"""Finding regions."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select

from vouchers.core.database import Base, db
from vouchers.core.localised import Text, named_choices
from vouchers.regions.models import Region


def list_regions() -> list[Region]:
    """All regions by name."""
    return list(db.session.scalars(select(Region).order_by(Region.plain_name)))


def list_regions_of(programmes: Iterable[str | None] | None, *, and_code: str = "") -> list[Region]:
    """The regions of these programmes by name; all of them for None, or where one of them names none.

    Programmes stand on a floor above this one, so their table is asked for by its name.

    Args:
        and_code: one that stays, such as the region that an entry has already.
    """
    every, programme = list_regions(), Base.metadata.tables["programme"]
    if programmes is None:
        return every
    wanted = set(programmes)
    found = select(programme.c.code, programme.c.source["regions"]).where(programme.c.code.in_(wanted))
    named = {code: {one["code"] for one in regions or ()} for code, regions in db.session.execute(found)}
    if not named or not all(named.values()):
        return every
    codes = set().union(*named.values(), {and_code})
    return [region for region in every if region.code in codes]


def list_choices(programmes: Iterable[str | None] | None = None, *, and_code: str = "") -> list[tuple[str, str]]:
    """Code and name of the regions of these programmes (None: all) in the reader's language, by name."""
    regions = list_regions_of(programmes, and_code=and_code)
    return named_choices((region.code, region.name) for region in regions)


def map_names() -> dict[str, Text]:
    """Region code -> name."""
    return {region.code: region.name for region in list_regions()}


def is_own_account(iban: str) -> bool:
    """Whether a region of this office pays from this account. Both are kept without blanks and in capitals."""
    return bool(db.session.scalar(select(exists().where(Region.iban == iban))))


def find_region(code: str) -> Region | None:
    """A region by its code."""
    return db.session.scalars(select(Region).where(Region.code == code)).first()


def is_referred_to(region: Region) -> bool:
    """Whether any row stands on a region: a seat of an organisation, an application, money, a payment, whatever."""
    columns = (
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column is Region.__table__.c.id for key in column.foreign_keys)
    )
    return any(db.session.scalar(select(exists().where(column == region.id))) for column in columns)
