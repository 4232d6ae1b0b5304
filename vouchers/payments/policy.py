"""Who may do what with a payment batch and its payments. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation import policy as evaluation
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.payables import policy as payables
from vouchers.payments.rules.releasing import is_above, limit_of, say_above
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_person
from vouchers.users.states import Role

is_reader = evaluation.is_reader
may_oversee = users.may_oversee
is_the_office = users.is_the_office


def is_officer(actor: Any, batch: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, who gains by no payment and has stepped back from none."""
    if reason := users.is_officer(actor, batch):
        return reason
    reasons = (_is_neutral(actor, payment) for payment in batch.payments)
    return next((reason for reason in reasons if reason), None)


def settles_batch(actor: Any, batch: Any) -> Sentence | None:
    """The office, as a consequence of what the bank sent; or an officer, by hand."""
    return None if actor.is_office else is_officer(actor, batch)


def settles(actor: Any, payment: Any) -> Sentence | None:
    """The office, as a consequence of what the bank sent; or an officer of the batch, by hand."""
    return settles_batch(actor, payment.batch)


def is_payer(actor: Any, payable: Any, application: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, not paid by it under any account, nor recused from its
    application, if any."""
    if reason := payables.is_officer(actor, payable):
        return reason
    return None if application is None else applications.is_not_recused(actor, application)


def makes_batches(actor: Any, subject: Any = None) -> Sentence | None:
    """An officer of some region; for what is paid, each payable says."""
    if actor.id is not None and actor.holds({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER}):
        return None
    return _("Only cluster managers and finance officers make payments.")


def is_second_officer(actor: Any, batch: Any) -> Sentence | None:
    """An officer of the region whose limit covers the sum, and who is another person than its maker, and than whoever
    acts for an organisation that is paid (two persons, not two roles). Who only looks like one of them says why not."""
    if reason := is_officer(actor, batch):
        return reason
    if is_one_person(actor, batch.made_by):
        return _("You made this batch; someone else must authorise it.")
    return is_within_limit(actor, batch)


def is_within_limit(actor: Any, batch: Any) -> Sentence | None:
    """Whoever may release the sum of the batch at once, by the limits of the programme."""
    limits = batch.programme.plan.payment_limits
    limit = limit_of(actor, batch.scope, limits)
    return say_above(batch.total, limit, limits) if limit is not None and is_above(batch.total, limit) else None


def others_of(batch: Any) -> list[Other]:
    """Those who must be other persons than whoever authorises a batch: its maker, and who acts for those it pays."""
    payees = [one for payment in batch.payments for one in payables.others_of(payment.payable)]
    return [Other(batch.made_by, Part.FIRST), *payees]


def _is_neutral(actor: Any, payment: Any) -> Sentence | None:
    if reason := payables.gains_nothing(actor, payment.payable):
        return reason
    return None if payment.application is None else applications.is_not_recused(actor, payment.application)
