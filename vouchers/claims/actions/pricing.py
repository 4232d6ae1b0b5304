"""What a cost comes to in the currency of its claim, and when its rate is frozen. Inside the steps of others."""

from __future__ import annotations

from datetime import date

from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries import pricing
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.rates.rules.converting import Quote


def price_line(line: CostLine, *, on: date) -> None:
    """Reckon a cost that was typed. A rate that is frozen stays, unless the invoice is in another currency now.

    Raises:
        RuleBroken: field ``invoice_currency``; no rate is known.
    """
    if not line.is_foreign:
        line.rate_month = line.rate_units = line.rate_to_units = None
        line.is_rate_final, line.eligible = False, line.declared
        return
    quote = line.quote if line.is_rate_final else pricing.find_quote(line.currency, line.claim_currency, on)
    if quote is None:
        sentence = _("No monthly rate of %(currency)s is known, so it cannot be claimed in it.", currency=line.currency)
        raise RuleBroken(sentence, field="invoice_currency")
    _take(line, quote, is_final=line.is_rate_final)


def freeze_rates(claim: Claim, *, on: date) -> None:
    """As the claim is handed in: each cost has its month now, and the month's rate for good where it is known already.

    Where the office has not loaded it yet, the last one stands in for it until the verification.
    """
    for line in claim.costs:
        line.submitted_on = line.submitted_on or on
    quotes = pricing.map_quotes(claim, on)
    for line in claim.costs:
        if line.id in quotes:
            _take(line, quotes[line.id], is_final=quotes[line.id].is_final)


def settle_rates(claim: Claim, *, on: date) -> None:
    """Before costs are accepted: every rate is the one of its month.

    Raises:
        RuleBroken: the rate of a month is not loaded yet.
    """
    freeze_rates(claim, on=on)
    for line in claim.costs:
        if line.awaits_rate:
            raise RuleBroken(
                _(
                    "The rate of %(currency)s for the month of %(day)s is not loaded yet. Load it, then verify.",
                    currency=line.currency,
                    day=line.submitted_on,
                )
            )


def _take(line: CostLine, quote: Quote, *, is_final: bool) -> None:
    line.rate_month, line.is_rate_final = quote.month, is_final
    line.rate_units, line.rate_to_units = f"{quote.from_units:f}", f"{quote.to_units:f}"
    line.eligible = quote.convert(line.declared, line.claim_currency)
