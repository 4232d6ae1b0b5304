"""Finding regions."""

from __future__ import annotations

from sqlalchemy import exists, select

from vouchers.core.database import Base, db
from vouchers.core.localised import Text, named_choices
from vouchers.regions.models import Region


def list_regions() -> list[Region]:
    """All regions by name."""
    return list(db.session.scalars(select(Region).order_by(Region.plain_name)))


def list_choices() -> list[tuple[str, str]]:
    """Code and name of all regions in the reader's language, by name, to choose from."""
    return named_choices((region.code, region.name) for region in list_regions())


def map_names() -> dict[str, Text]:
    """Region code -> name."""
    return {region.code: region.name for region in list_regions()}


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
