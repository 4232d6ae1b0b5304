"""Finding regions."""

from __future__ import annotations

from sqlalchemy import select

from vouchers.core.database import db
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
