"""The pages of the reports: `desk` what waits today and how long decisions take, `pages` money and books, `record` the
events, their seals and proofs."""

from vouchers.reports.views import desk, pages, record
from vouchers.reports.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "pages", "record"]
