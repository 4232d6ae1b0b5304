"""The pages of appeals: `writing` and `papers` by the applicant, `reading` by all, `deciding` by the staff."""

from vouchers.appeals.views import deciding, papers, reading, writing
from vouchers.appeals.views.blueprint import blueprint

__all__ = ["blueprint", "deciding", "papers", "reading", "writing"]
