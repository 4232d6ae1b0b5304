"""Everything that can happen to a region."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.regions import queries
from vouchers.regions.lifecycle import REGION
from vouchers.regions.models import Region
from vouchers.workflow.transition import creation, transition


def add_region(values: dict[str, Any], *, by: Any, at: datetime) -> Region:
    """Take a partner region into the register. `values` are the columns of `Region`."""
    region = Region(**values)
    with creation(region, REGION.add, by=by, at=at):
        return region


def change_region(region: Region, values: dict[str, Any], *, by: Any, at: datetime) -> None:
    """Change what the register says of a region."""
    with transition(region, REGION.change, by=by, at=at):
        for column, value in values.items():
            setattr(region, column, value)


def remove_region(region: Region, *, by: Any, at: datetime) -> None:
    """Take a region out of the register; the record keeps what it was.

    Raises:
        RuleBroken: a row of the register, of the process or of the money stands on it.
    """
    with unit_of_work():
        with transition(region, REGION.remove, by=by, at=at, why=region.code):
            if queries.is_referred_to(region):
                raise RuleBroken(_("%(region)s is in use, so it stays.", region=region.name))
        db.session.delete(region)
