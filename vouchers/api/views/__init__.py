"""The doors of the interface, and the pages on which its keys are given out."""

from vouchers.api.views import acknowledging, reading, tokens
from vouchers.api.views.blueprint import blueprint

__all__ = ["acknowledging", "blueprint", "reading", "tokens"]
