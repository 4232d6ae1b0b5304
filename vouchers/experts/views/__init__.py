"""The pages of experts: the register, what an expert does, contracts."""

from vouchers.experts.views import contracts as contracts  # noqa: PLC0414 - for their routes
from vouchers.experts.views import own as own  # noqa: PLC0414
from vouchers.experts.views import register as register  # noqa: PLC0414
from vouchers.experts.views.blueprint import blueprint as blueprint  # noqa: PLC0414
