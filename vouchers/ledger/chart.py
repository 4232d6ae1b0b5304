"""The chart of accounts. One journal, two books: accounts that begin with B are the budget book. Pure."""

from __future__ import annotations

from enum import StrEnum

from vouchers.core.text import Sentence
from vouchers.core.text import say as _


class Account(StrEnum):
    """An account's number, as it stands in every export."""

    APPROPRIATION = "B100"
    AVAILABLE = "B110"
    PRE_COMMITTED = "B120"
    COMMITTED = "B130"
    ACCEPTED = "B140"
    PAID = "B150"
    BANK = "1000"
    IN_EXECUTION = "1010"
    OWN_ACCOUNTS = "1020"
    RECEIVABLE_ERDF = "1100"
    RECEIVABLE_REGION = "1110"
    RECOVERIES = "1200"
    UNDUE_PAYMENTS = "1210"
    ADVANCES_PAID = "1300"
    PAYABLE_SME = "2000"
    PAYABLE_PROVIDER = "2010"
    PAYABLE_EXPERT = "2020"
    ADVANCES_RECEIVED = "2100"
    RETURNED_PAYMENTS = "2200"
    SUSPENSE = "2300"
    INCOME_ERDF = "4000"
    INCOME_REGION = "4010"
    INTEREST = "4900"
    BANK_INTEREST = "4910"
    GRANTS = "5000"
    EXPERT_FEES = "5100"
    BANK_CHARGES = "5200"
    INTEREST_PAID = "5210"
    WRITE_OFFS = "5900"

    @property
    def book(self) -> str:
        """``budget`` or ``general``; every journal balances in each."""
        return "budget" if self.startswith("B") else "general"


STAGES = (Account.AVAILABLE, Account.PRE_COMMITTED, Account.COMMITTED, Account.ACCEPTED, Account.PAID)
"""The stages of a budget, which always add up to the appropriation and are never negative."""

NAMES: dict[Account, Sentence] = {
    Account.APPROPRIATION: _("Budget appropriation"),
    Account.AVAILABLE: _("Available"),
    Account.PRE_COMMITTED: _("Pre-committed (awarded)"),
    Account.COMMITTED: _("Committed (agreement accepted)"),
    Account.ACCEPTED: _("Accepted claim, not yet paid"),
    Account.PAID: _("Paid"),
    Account.BANK: _("Bank"),
    Account.IN_EXECUTION: _("Payments in execution"),
    Account.OWN_ACCOUNTS: _("Other accounts of the region"),
    Account.RECEIVABLE_ERDF: _("Receivable from ERDF"),
    Account.RECEIVABLE_REGION: _("Receivable from regional co-funder"),
    Account.RECOVERIES: _("Recoveries receivable"),
    Account.UNDUE_PAYMENTS: _("Undue payments, to come back"),
    Account.ADVANCES_PAID: _("Advances paid to SMEs"),
    Account.PAYABLE_SME: _("Grants payable to SMEs"),
    Account.PAYABLE_PROVIDER: _("Payable to service providers"),
    Account.PAYABLE_EXPERT: _("Payable to experts"),
    Account.ADVANCES_RECEIVED: _("Advances received from funders"),
    Account.RETURNED_PAYMENTS: _("Returned payments, to be cleared"),
    Account.SUSPENSE: _("Money of somebody not known yet (suspense)"),
    Account.INCOME_ERDF: _("Income from ERDF"),
    Account.INCOME_REGION: _("Income from regional co-funder"),
    Account.INTEREST: _("Interest on recoveries (income)"),
    Account.BANK_INTEREST: _("Interest of the bank (income)"),
    Account.GRANTS: _("Voucher grants (expense)"),
    Account.EXPERT_FEES: _("Experts’ fees (expense)"),
    Account.BANK_CHARGES: _("Charges of the bank (expense)"),
    Account.INTEREST_PAID: _("Interest paid to the bank (expense)"),
    Account.WRITE_OFFS: _("Write-offs"),
}


class FundKind(StrEnum):
    """How a funder's money arrives, hence which accounts its income is set against."""

    PREFINANCED = "prefinanced"
    """The funder pays ahead: income uses up the advance received (2100)."""
    REIMBURSED = "reimbursed"
    """The funder pays afterwards: income is a receivable (1100)."""
    OWN = "own"
    """The region's own contribution: a receivable from the regional co-funder (1110)."""


FUNDER_ACCOUNT = {
    FundKind.PREFINANCED: Account.ADVANCES_RECEIVED,
    FundKind.REIMBURSED: Account.RECEIVABLE_ERDF,
    FundKind.OWN: Account.RECEIVABLE_REGION,
}
INCOME_ACCOUNT = {
    FundKind.PREFINANCED: Account.INCOME_ERDF,
    FundKind.REIMBURSED: Account.INCOME_ERDF,
    FundKind.OWN: Account.INCOME_REGION,
}
