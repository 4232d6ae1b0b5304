"""What a finding may be about, and by when it is answered. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

USUAL_DAYS = 30
"""How long a region has for its answer, where the auditor says nothing else."""
LONGEST = timedelta(days=366)


def ensure_reply_by(reply_by: date, *, today: date) -> None:
    """The day for the answer is still to come, within a year. Raises `RuleBroken`, field ``reply_by``."""
    if not today < reply_by <= today + LONGEST:
        raise RuleBroken(_("Choose a day for the answer that is still to come, within a year."), field="reply_by")


def ensure_within(mandate: Any, application: Any, region: Any) -> None:
    """A voucher lies in the mandate, and belongs to the region that is to answer.

    Raises:
        RuleBroken: field ``voucher``.
    """
    is_inside = application.call.programme_id == mandate.programme_id and mandate.covers(application.region.code)
    if not is_inside or not application.was_submitted:
        raise RuleBroken(
            _("The voucher %(reference)s is outside of your mandate.", reference=application.reference),
            field="voucher",
        )
    if application.region_id != region.id:
        raise RuleBroken(
            _(
                "The voucher %(reference)s belongs to %(region)s.",
                reference=application.reference,
                region=application.region.name,
            ),
            field="voucher",
        )
