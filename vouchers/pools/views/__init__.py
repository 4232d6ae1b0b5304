"""The pages of calls for a pool: for everybody, for whoever enrols, for whoever decides, and the import of a pool."""

from vouchers.pools.views import calls, deciding, enrolling, importing
from vouchers.pools.views.blueprint import blueprint

__all__ = ["blueprint", "calls", "deciding", "enrolling", "importing"]
