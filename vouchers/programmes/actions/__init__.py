"""Everything that can happen to programmes, calls and envelopes: `loading` their files, and their money, `funding`."""

from vouchers.programmes.actions.funding import (
    appropriate_envelope,
    increase_envelope,
    record_received_funds,
    undo_received_funds,
)
from vouchers.programmes.actions.loading import Change, Correction, is_loaded, load_programme
from vouchers.programmes.actions.published import complete, list_refused_changes, source_of

__all__ = [
    "Change",
    "Correction",
    "appropriate_envelope",
    "complete",
    "increase_envelope",
    "is_loaded",
    "list_refused_changes",
    "load_programme",
    "record_received_funds",
    "source_of",
    "undo_received_funds",
]
