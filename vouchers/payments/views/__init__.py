"""The pages of payments."""

from vouchers.payments.views import batches as batches
from vouchers.payments.views import fates as fates
from vouchers.payments.views import telling as telling
from vouchers.payments.views.blueprint import blueprint as blueprint
