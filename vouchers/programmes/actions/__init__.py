"""Everything that can happen to programmes, calls and envelopes: `loading` their files, and their money, `funding`."""

from vouchers.programmes.actions.funding import (
    appropriate_envelope,
    close_period,
    increase_envelope,
    record_received_funds,
)
from vouchers.programmes.actions.loading import Change, Correction, list_changed_terms, load_programme

__all__ = [
    "Change",
    "Correction",
    "appropriate_envelope",
    "close_period",
    "increase_envelope",
    "list_changed_terms",
    "load_programme",
    "record_received_funds",
]
