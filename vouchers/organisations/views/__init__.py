"""The pages of organisations: `details` of one, its new `names`, its `members`, its bank `accounts`."""

from vouchers.organisations.views import accounts, details, members, names
from vouchers.organisations.views.blueprint import blueprint

__all__ = ["accounts", "blueprint", "details", "members", "names"]
