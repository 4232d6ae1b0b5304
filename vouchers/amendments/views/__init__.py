"""The pages of amendments (`changing`), of the provider's contact (`contact`) and of terminations (`ending`)."""

from vouchers.amendments.views import changing, contact, ending
from vouchers.amendments.views.blueprint import blueprint

__all__ = ["blueprint", "changing", "contact", "ending"]
