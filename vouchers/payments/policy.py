"""Who may do what with a payment batch. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation import policy as evaluation
from vouchers.users import policy as users
from vouchers.users.states import Role

is_reader = evaluation.is_reader
may_oversee = users.may_oversee


def is_officer(actor: Any, batch: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region who has stepped back from no application that is paid."""
    if reason := users.is_officer(actor, batch):
        return reason
    reasons = (is_payer(actor, payment.claim) for payment in batch.payments)
    return next((reason for reason in reasons if reason), None)


def is_payer(actor: Any, claim: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region who has not stepped back from the application."""
    return users.is_officer(actor, claim) or applications.is_not_recused(actor, claim.agreement.application)


def makes_batches(actor: Any, subject: Any = None) -> Sentence | None:
    """An officer of some region; for which claims, each claim says."""
    if actor.id is not None and actor.holds({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER}):
        return None
    return _("Only cluster managers and finance officers make payments.")


def is_second_officer(actor: Any, batch: Any) -> Sentence | None:
    """An officer of the region other than the one who made the batch (two persons, not two roles)."""
    if reason := is_officer(actor, batch):
        return reason
    if actor.id == batch.made_by_id:
        return _("You made this batch; someone else must authorise it.")
    return None
