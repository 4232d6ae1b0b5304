"""Who may read what is published, and what is reported upwards. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.reports import policy as reports
from vouchers.users.mandate import READERS

is_reader = reports.is_reader


def may_read_list(actor: Any, programme: Any) -> Sentence | None:
    """Everybody where the programme publishes who receives a voucher; else its staff, for all of its regions."""
    if programme.plan.rules.publish_winners:
        return None
    if actor.id is not None and actor.holds(READERS, programme.scope):
        return None
    return _("This programme does not publish who receives a voucher.")
