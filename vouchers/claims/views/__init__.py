"""The pages of claims: those of the beneficiary and those of the officers."""

from vouchers.claims.views import checking, drafting, reporting, telling
from vouchers.claims.views.blueprint import blueprint

__all__ = ["blueprint", "checking", "drafting", "reporting", "telling"]
