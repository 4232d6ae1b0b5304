"""The pages of matching: proposals for the office, and what experts are asked."""

from vouchers.matching.views import bidding, over_calls, runs
from vouchers.matching.views.blueprint import blueprint

__all__ = ["bidding", "blueprint", "over_calls", "runs"]
