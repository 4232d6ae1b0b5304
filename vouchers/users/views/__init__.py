"""The pages of people: the doors (signing in and up), one's own account, and the register of people for staff."""

from vouchers.users.views import account, doors, people
from vouchers.users.views.blueprint import blueprint

__all__ = ["account", "blueprint", "doors", "people"]
