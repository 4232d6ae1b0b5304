"""The pages of recoveries: `orders` from proposal to order, `plans` that give time, `money` that comes back or is let
go, `suspicions`."""

from vouchers.recoveries.views import money, orders, plans, suspicions
from vouchers.recoveries.views.blueprint import blueprint

__all__ = ["blueprint", "money", "orders", "plans", "suspicions"]
