"""The pages of decisions: those of whole lists and those of one application."""

from vouchers.decisions.views import (
    announcing,
    conditions,
    lists,
    over_calls,
    reports,
    sessions,
    single,
    what_if,
    wording,
)
from vouchers.decisions.views.blueprint import blueprint

__all__ = [
    "announcing",
    "blueprint",
    "conditions",
    "lists",
    "over_calls",
    "reports",
    "sessions",
    "single",
    "what_if",
    "wording",
]
