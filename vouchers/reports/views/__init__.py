"""The pages of the reports: `desk` what waits today and how long decisions take, `books` statements and absorption,
`pages` money and lines, `record` the events, their seals and proofs."""

from vouchers.reports.views import books, desk, pages, record
from vouchers.reports.views.blueprint import blueprint

__all__ = ["blueprint", "books", "desk", "pages", "record"]
