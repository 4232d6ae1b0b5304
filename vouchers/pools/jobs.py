"""What is written of an imported pool, outside the page."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.core.errors import WrongState
from vouchers.jobs.registry import job
from vouchers.pools.actions.importing import discard_pool_import, write_pool_import
from vouchers.pools.queries import get_import, list_imports_left
from vouchers.pools.states import PoolImportState
from vouchers.workflow.transition import OFFICE

LEFT_FOR = timedelta(days=30)
"""How long a file that was read waits for somebody to confirm it."""


@job("pools.import")
def write_import(import_id: int, *, at: datetime) -> None:
    """Write the next lines of a confirmed file; does nothing once all are written."""
    kept = get_import(import_id)
    if kept.state == PoolImportState.RUNNING:
        write_pool_import(kept, by=OFFICE, at=at)


@job("pools.forget", every=3_600)
def forget_imports(*, at: datetime) -> None:
    """Discard each file that nobody has confirmed for long: it tells of many persons."""
    for import_id in list_imports_left(read_before=at - LEFT_FOR):
        try:
            discard_pool_import(get_import(import_id), by=OFFICE, at=at)
        except WrongState:  # confirmed or discarded in the last second
            continue
