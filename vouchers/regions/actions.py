"""Everything that can happen to a region."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
