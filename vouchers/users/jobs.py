"""What happens by itself: words that were held for a day are erased, and so are the marks of pages."""

from __future__ import annotations

from datetime import datetime

from vouchers.core import holding
from vouchers.core.sending import forget_spent_pages
from vouchers.jobs.registry import job


@job("users.forget_held_forms", every=3600)
def forget_held_forms(*, at: datetime) -> None:
    """Erase what people had typed and did not come back for, and which pages they had sent."""
    holding.forget_held_forms(at=at)
    forget_spent_pages(at=at)
