"""The pages of eligibility."""

from vouchers.eligibility.views import aid, may_apply, ownership, register
from vouchers.eligibility.views.blueprint import blueprint

__all__ = ["aid", "blueprint", "may_apply", "ownership", "register"]
