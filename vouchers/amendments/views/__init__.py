"""The pages of amendments (`changing`), of the provider's contact (`contact`) and of terminations (`ending`), and what
other pages say of them (`telling`)."""

from vouchers.amendments.views import changing, contact, ending, telling
from vouchers.amendments.views.blueprint import blueprint

__all__ = ["blueprint", "changing", "contact", "ending", "telling"]
