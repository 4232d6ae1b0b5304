"""What the pages of payments say beside the payments: who may pay and authorise, and what stands against it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from vouchers.applications.models import Application
from vouchers.core import clock
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.web import actor
from vouchers.likenesses.queries import map_found
from vouchers.organisations.rules.holder import say_other_holder
from vouchers.payables.queries.above import map_endings, map_refusals
from vouchers.payables.rules.debts import registered_name
from vouchers.payables.rules.readiness import IS_ENDING, Standing
from vouchers.payables.rules.refusals import find_refusal_since, say_refused
from vouchers.payments import policy
from vouchers.payments.actions.releasing import map_releasers
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.proposing import sums_by_line
from vouchers.payments.rules.releasing import Releaser
from vouchers.payments.states import BatchState, PaymentState


class Group:
    """What one region owes in one programme, and whether this person may pay it."""

    def __init__(self, standings: list[Standing], person: Any, applications: dict[str, Application]):
        payable = standings[0].payable
        self.standings = standings
        self.region, self.programme = payable.region, payable.programme
        self.may_pay = any(
            policy.is_payer(person, one.payable, applications.get(one.payable.voucher)) is None for one in standings
        )
        self.ready = [one for one in standings if not one.obstacle]
        self.total = total([one.payable.open_amount for one in self.ready], payable.currency)
        self.lines = sums_by_line(one.payable for one in self.ready)


def by_payer(standings: list[Standing]) -> list[list[Standing]]:
    """What each region owes in each programme and currency."""

    def payer(one: Standing) -> tuple[str, str]:
        return one.payable.scope, one.payable.currency

    return [list(rows) for _payer, rows in groupby(sorted(standings, key=payer), key=payer)]


def failed(batch: Batch, state: PaymentState) -> tuple[int, Money]:
    """How many of its payments came back, or were refused, and what they come to."""
    found = [one.amount for one in batch.payments if one.state == state]
    return len(found), total(found, batch.currency)


def obstacle_of(batch: Batch) -> Any:
    """Why the reader, an officer of the region, may not authorise it; the maker is told that elsewhere."""
    if batch.made_by_id == actor().id or policy.is_officer(actor(), batch) is not None:
        return None
    return policy.is_second_officer(actor(), batch)


def officers_of(batch: Batch) -> tuple[list[Releaser], list[str]]:
    """Who of the region may authorise a batch now, or may not; who must say why they are not its maker or a payee."""
    found = map_releasers([batch], at=clock.now())[batch.id]
    able = [one.user for one in found if one.reason is None]
    alike = map_found(able, policy.others_of(batch))
    return found, [one.name for one in able if one.id in alike]


def unpaid_of(batch: Batch) -> list[Payment]:
    """What of a batch the bank has not paid yet, and may still pay."""
    return batch.under_way if batch.state in (BatchState.MADE, BatchState.AUTHORISED) else []


def stops_of(batch: Batch) -> list[tuple[Payment, Sentence, int | None]]:
    """The payments of a batch against which something has come up since it was made: what, and the proposal to end the
    agreement if it is that."""
    unpaid = unpaid_of(batch)
    endings = map_endings([one.payable for one in unpaid])
    refusals = map_refusals([one.iban for one in unpaid])
    stops: list[tuple[Payment, Sentence, int | None]] = []
    for one in unpaid:
        if ending := endings.get(one.payable_id):
            stops.append((one, IS_ENDING, ending))
        if refusal := find_refusal_since(batch.made_at, refusals.get(one.iban, [])):
            stops.append((one, say_refused(refusal), None))
    return stops


def other_holders_of(batch: Batch) -> dict[int, Sentence]:
    """Payment -> that it goes to an account in another name than the payee's."""
    said = {one.id: say_other_holder(one.creditor_name, registered_name(one.payable)) for one in unpaid_of(batch)}
    return {payment_id: sentence for payment_id, sentence in said.items() if sentence is not None}
