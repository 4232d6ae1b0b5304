"""The pages on which a coordinator writes a scheme."""

from vouchers.schemes.views.pages import blueprint

__all__ = ["blueprint"]
