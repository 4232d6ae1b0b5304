"""The pages of the reports: `desk` what waits today and how long decisions take, `pages` money, books and record."""

from vouchers.reports.views import desk, pages
from vouchers.reports.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "pages"]
