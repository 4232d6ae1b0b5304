"""What corrections do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.jobs.registry import job
from vouchers.programmes.queries import get_corrigendum
from vouchers.schemes.actions import tell_next_applicants


@job("schemes.tell_applicants")
def tell_applicants(corrigendum_id: int, *, at: datetime) -> None:
    """Write to the next applicants of a correction, unless all were told; may run twice."""
    corrigendum = get_corrigendum(corrigendum_id)
    if not corrigendum.is_told:
        tell_next_applicants(corrigendum, at=at)
