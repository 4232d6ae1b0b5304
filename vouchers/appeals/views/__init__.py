"""The pages of appeals: `writing` and `papers` by the applicant, `reading` by all, `deciding` by the staff;
`telling` is what the pages of the application say."""

from vouchers.appeals.views import deciding, papers, reading, telling, writing
from vouchers.appeals.views.blueprint import blueprint

__all__ = ["blueprint", "deciding", "papers", "reading", "telling", "writing"]
