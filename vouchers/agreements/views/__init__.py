"""The pages of agreements; `telling` is what the pages of the application say of them."""

from vouchers.agreements.views import finding, telling
from vouchers.agreements.views.pages import blueprint

__all__ = ["blueprint", "finding", "telling"]
