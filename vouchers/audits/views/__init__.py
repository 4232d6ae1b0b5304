"""The pages of the auditors' desk: `desk` (mandates, checklists), `sampling`, and `finding`."""

from vouchers.audits.views import desk, finding, sampling
from vouchers.audits.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "finding", "sampling"]
