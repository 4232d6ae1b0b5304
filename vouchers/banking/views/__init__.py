"""The pages of banking."""

from vouchers.banking.views import booking, entries, reconciling, reports, splitting, statements
from vouchers.banking.views.blueprint import blueprint

__all__ = ["blueprint", "booking", "entries", "reconciling", "reports", "splitting", "statements"]
