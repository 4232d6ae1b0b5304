"""Who may do what with programmes, calls and their money. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.states import Role

is_anyone = users.is_anyone
is_finance_officer = users.is_finance_officer
is_the_office = users.is_the_office
may_oversee = users.may_oversee


def may_load(actor: Any, subject: Any) -> Sentence | None:
    """A command on the server, or a coordinator of the programme."""
    if actor.is_office or actor.holds({Role.COORDINATOR}, subject.scope):
        return None
    return _("Only a coordinator of the programme may change it.")


READERS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR})


def may_read_budgets(actor: Any, subject: Any = None) -> Sentence | None:
    """Staff who answer for money, for cases or for the audit; the list shows what their mandates cover."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("The budgets are for the staff of the regions and the programme.")


MAY_MOVE_MONEY = frozenset({Role.CLUSTER_MANAGER, Role.COORDINATOR})
"""Who proposes and decides transfers between the envelopes that their mandates cover."""
