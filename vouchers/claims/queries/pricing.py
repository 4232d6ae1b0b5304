"""What costs in other currencies come to: the rates of the month in which they are submitted."""

from __future__ import annotations

from datetime import date
from typing import Any

from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.files import sums_of_costs
from vouchers.claims.rules.grants import Sums, eligible_amount
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.rates import queries as rates
from vouchers.rates.rules.converting import Quote


def list_currencies(claim: Claim, on: date) -> list[str]:
    """In which an invoice may be claimed: the claim's own, and each that can be converted on this day."""
    known = rates.map_quotes(rates.list_currencies(), claim.currency, on=on)
    return [claim.currency, *sorted(known.keys() - {claim.currency})]


def find_quote(currency: str, to: str, on: date) -> Quote | None:
    """How an amount is converted on a day; None where no rate is known."""
    return rates.map_quotes([currency], to, on=on).get(currency)


def map_quotes(claim: Claim, on: date) -> dict[int, Quote]:
    """The rates of the costs that are not frozen yet, by cost: of the month of their submission, else of this day."""
    waiting = [line for line in claim.costs if line.awaits_rate]
    found: dict[int, Quote] = {}
    for day in {_day_of_rate(line, on) for line in waiting}:
        of_day = [line for line in waiting if _day_of_rate(line, on) == day]
        quotes = rates.map_quotes({line.currency for line in of_day}, claim.currency, on=day)
        found |= {line.id: quotes[line.currency] for line in of_day if line.currency in quotes}
    return found


def _day_of_rate(line: CostLine, on: date) -> date:
    return line.submitted_on or on


def lacks_rate(claim: Claim, on: date) -> bool:
    """Whether the rate of a month in which a cost was handed in is not known, so that nothing can be verified yet."""
    quotes = map_quotes(claim, on)
    return any(line.awaits_rate and not (line.id in quotes and quotes[line.id].is_final) for line in claim.costs)


def price_costs(claim: Claim, on: date) -> dict[int, Money]:
    """What the costs whose rate is not frozen yet come to on this day."""
    quotes = map_quotes(claim, on)
    return {
        line.id: quotes[line.id].convert(line.declared, claim.currency) for line in claim.costs if line.id in quotes
    }


def sums_with(claim: Claim, cost: Any, *, line_id: int | None, on: date) -> Sums:
    """What the claim would come to with this cost as it is typed, in the place of the one with this id.

    Raises:
        RuleBroken: field ``invoice_currency``; no rate is known.
    """
    pays_vat = claim.agreement.application.grant.pays_vat
    is_recoverable = cost.is_vat_recoverable or not pays_vat
    amount = eligible_amount(cost.net, cost.vat, is_vat_recoverable=is_recoverable)
    if amount.currency != claim.currency:
        quote = find_quote(amount.currency, claim.currency, on)
        if quote is None:
            raise RuleBroken(
                _("No monthly rate of %(currency)s is known, so it cannot be claimed in it.", currency=amount.currency),
                field="invoice_currency",
            )
        amount = quote.convert(amount, claim.currency)
    prices = price_costs(claim, on)
    others = [(line.category, prices.get(line.id, line.eligible)) for line in claim.costs if line.id != line_id]
    return sums_of_costs(claim, [*others, (cost.category, amount)])
