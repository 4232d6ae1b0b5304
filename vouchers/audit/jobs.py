"""What the record does by itself."""

from __future__ import annotations

from datetime import datetime

from vouchers.audit.actions import seal_events
from vouchers.jobs.registry import job


@job("audit.seal", every=60)
def seal(*, at: datetime) -> None:
    """Seal what is new, once a minute."""
    seal_events(at=at)
