"""Everything that can happen to programmes, calls and envelopes: `loading` their files, and their money, `funding`."""

from vouchers.programmes.actions.funding import (
    appropriate_envelope,
    close_period,
    increase_envelope,
    record_received_funds,
)
from vouchers.programmes.actions.loading import Change, Correction, load_programme

__all__ = [
    "Change",
    "Correction",
    "appropriate_envelope",
    "close_period",
    "increase_envelope",
    "load_programme",
    "record_received_funds",
]
