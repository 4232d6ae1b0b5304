"""The pages of experts' fees: `single` one by one, `many` several at once and the file of what is to be paid."""

from vouchers.fees.views import many, single
from vouchers.fees.views.blueprint import blueprint

__all__ = ["blueprint", "many", "single"]
