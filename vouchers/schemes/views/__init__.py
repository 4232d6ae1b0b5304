"""The pages on which a coordinator writes a scheme: its `pages`, and the `parts` of the programme that go with it."""

from vouchers.schemes.views import pages, parts
from vouchers.schemes.views.blueprint import blueprint

__all__ = ["blueprint", "pages", "parts"]
