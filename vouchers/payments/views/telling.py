"""What the applicant reads on the pages of the application of money that the bank sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.views.standing import tells_next
from vouchers.core.text import Sentence
from vouchers.payables.queries import list_sent_back


@tells_next
def tell_next(applications: Sequence[Application], _at: datetime) -> Mapping[int, Sentence]:
    """Of those whose payment came back, also where the voucher is completed: it goes before all else, because the
    company must do something."""
    ids = {one.reference: one.id for one in applications if one.reference}
    return {ids[one.voucher]: one.said for one in reversed(list_sent_back(ids))}
