"""What a company of the demo spends abroad, and what an officer says of each cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from vouchers.claims.actions.checking import Finding
from vouchers.claims.models import Claim
from vouchers.claims.rules.costs import Cost
from vouchers.claims.states import CostError
from vouchers.core.clock import add_months
from vouchers.core.money import Money
from vouchers.demo.finance import texts
from vouchers.rates.actions import load_rate_import, read_rate_import
from vouchers.users.models import User

RATES = (("Denmark", "Danish krone", "DKK", "7.46"), ("United Kingdom", "Pound sterling", "GBP", "0.865"))
LABORATORY, SUPPLIER = "Glasgow Imaging Centre", "Lothian Reagents Ltd"


def costs_abroad(began: date) -> Iterator[Cost]:
    """Four invoices: one in pounds, one of which a part is cut, one that waits for its delivery note."""

    def cost(category: str, what: str, supplier: str, number: str, net: Money) -> Cost:
        vat = net.share(texts.VAT)
        return Cost(category, what, supplier, number, began, net, vat, is_vat_recoverable=True, activity_on=began)

    yield cost("services", "Imaging of two series of samples", LABORATORY, "GIC-2207", Money(1_850_00, "GBP"))
    yield cost("facility", "Microscope, four days", LABORATORY, "GIC-2208", Money(1_200_00))
    yield cost("material", "Antibodies for five samples", SUPPLIER, "LR/5518", Money(950_00))
    yield cost("material", "Sample holders", SUPPLIER, "LR/5531", Money(420_00))


def judge(claim: Claim) -> list[Finding]:
    """The third is cut, the fourth is parked, and the rest accepted."""
    first, second, third, fourth = claim.costs
    accepted = third.eligible - third.eligible.share(texts.TWO_FIFTHS)
    return [
        Finding(first.id, first.eligible),
        Finding(second.id, second.eligible),
        Finding(third.id, accepted, texts.OUTSIDE, CostError.INELIGIBLE),
        Finding(fourth.id, Money(0, fourth.claim_currency), texts.QUESTION_LATER, is_parked=True),
    ]


def load_rates(first: datetime, until: datetime, *, by: User) -> Iterator[datetime]:
    """On the first working days of each month a finance officer loads the official rates of it."""
    month = first.date().replace(day=1)
    at = first
    while at < until:
        yield at
        lines = [f"{country},{name},{code},{month:%m/%Y},{rate}" for country, name, code, rate in RATES]
        text = "\n".join(["Country,Currency,ISO code,Period,Amount", *lines, ""])
        kept = read_rate_import(text.encode(), f"inforeuro-{month:%Y-%m}.csv", by=by, at=at)
        load_rate_import(kept, by=by, at=at + timedelta(minutes=2))
        month = add_months(month, 1)
        at = first.replace(year=month.year, month=month.month, day=2)
