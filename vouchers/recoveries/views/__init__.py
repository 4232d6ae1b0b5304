"""The pages of recoveries: `orders` from proposal to plan, `money` that comes back or is let go, `suspicions`."""

from vouchers.recoveries.views import money, orders, suspicions
from vouchers.recoveries.views.blueprint import blueprint

__all__ = ["blueprint", "money", "orders", "suspicions"]
