"""The pages of programmes, and the same calls as files for machines."""

from vouchers.programmes.views import files, pages
from vouchers.programmes.views.blueprint import blueprint

__all__ = ["blueprint", "files", "pages"]
