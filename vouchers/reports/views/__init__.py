"""The pages of the reports: `desk` what waits today and how long decisions take, `books` statements and
absorption, `pages` money, lines and record."""

from vouchers.reports.views import books, desk, pages
from vouchers.reports.views.blueprint import blueprint

__all__ = ["blueprint", "books", "desk", "pages"]
