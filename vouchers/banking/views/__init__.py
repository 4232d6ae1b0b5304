"""The pages of banking."""

from vouchers.banking.views import entries, reports, statements
from vouchers.banking.views.blueprint import blueprint

__all__ = ["blueprint", "entries", "reports", "statements"]
