"""What is written of an imported pool, outside the page."""

from __future__ import annotations

from datetime import datetime

from vouchers.jobs.registry import job
from vouchers.pools.actions.importing import write_pool_import
from vouchers.pools.queries import get_import
from vouchers.pools.states import PoolImportState
from vouchers.workflow.transition import OFFICE


@job("pools.import")
def write_import(import_id: int, *, at: datetime) -> None:
    """Write the next lines of a confirmed file; does nothing once all are written."""
    kept = get_import(import_id)
    if kept.state == PoolImportState.RUNNING:
        write_pool_import(kept, by=OFFICE, at=at)
