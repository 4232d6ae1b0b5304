"""The pages of decisions: those of whole lists and those of one application."""

from vouchers.decisions.views import lists, single
from vouchers.decisions.views.blueprint import blueprint

__all__ = ["blueprint", "lists", "single"]
